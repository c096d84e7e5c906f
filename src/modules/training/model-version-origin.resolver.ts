/** Where a model version came from: the fields that training adds to it. Null for those who may not see data. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../platform/graphql';
import { may } from '../identity';
import { ModelVersion } from '../models';
import { DatasetVersion } from './dataset/dataset-version.entity';
import { lineageChart, type LineageData, type LineageVersion } from './lineage/lineage-chart';
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

  @FieldResolver(() => String, {
    description:
      'Where it came from and what was made of it, in both directions, as the text of a Mermaid flowchart: data, the versions that learned on it, and what was made of those; at most 50 versions, nearest first, and a node says when there are more. Names are escaped. Data is in it for those who may see data.',
  })
  @Needs('id')
  async lineage(@Root() { id }: ModelVersion, @Ctx() context: RequestContext): Promise<string> {
    const versions = await this.loaders.lineageByVersion(context).load(id);
    return lineageChart(id, versions, await this.dataOf(versions, context));
  }

  private async dataOf(versions: readonly LineageVersion[], context: RequestContext): Promise<LineageData[]> {
    if (!may(context.principal, 'dataset:read')) return [];
    const ids = [...new Set(versions.flatMap(({ datasetVersionId }) => datasetVersionId ?? []))];
    const found = await this.loaders.datasetVersionById(context).loadMany(ids);
    const data = found.filter((one): one is DatasetVersion => one !== null && !(one instanceof Error));
    const byId = this.loaders.datasetById(context);
    return Promise.all(
      data.map(async ({ id, number, datasetId }) => {
        return { id, number, dataset: (await byId.load(datasetId))!.name };
      }),
    );
  }
}
