/** Where a model version came from: the fields that training adds to it. Null for those who may not see data. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../platform/graphql';
import { may } from '../identity';
import { ModelVersion } from '../models';
import { DatasetVersion } from './dataset/dataset-version.entity';
import { TrainingJob } from './job/training-job.entity';
import type { TrainingLoaders } from './training.loader';

@Resolver(() => ModelVersion)
export class ModelVersionOriginResolver {
  constructor(private readonly loaders: TrainingLoaders) {}

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description:
      'The training it came of; null when it was not trained here, or for those who may not see trainings.',
  })
  @Needs('trainingJobId')
  trainingJob(
    @Root() { trainingJobId }: ModelVersion,
    @Ctx() context: RequestContext,
  ): Promise<TrainingJob | null> | null {
    if (!trainingJobId || !may(context.principal, 'training:read')) return null;
    return this.loaders.trainingJobById(context).load(trainingJobId);
  }

  @FieldResolver(() => DatasetVersion, {
    nullable: true,
    description:
      'The data it learned from; null when it was not trained here, or for those who may not see data.',
  })
  @Needs('datasetVersionId')
  datasetVersion(
    @Root() { datasetVersionId }: ModelVersion,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion | null> | null {
    if (!datasetVersionId || !may(context.principal, 'dataset:read')) return null;
    return this.loaders.datasetVersionById(context).load(datasetVersionId);
  }
}
