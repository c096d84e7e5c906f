/** Data that people's corrections are in. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { type Database, SERVICE } from '../../../../platform/database';
import { Needs, type RequestContext, selectionOf } from '../../../../platform/graphql';
import { Job } from '../../../../platform/jobs';
import { Can } from '../../../identity';
import type { TrainingLoaders } from '../../training.loader';
import { DatasetUploadPayload } from '../dataset.input';
import { DatasetVersion } from '../dataset-version.entity';
import { DatasetGatherInput } from './curated-dataset.input';
import type { CuratedDatasetService } from './curated-dataset.service';

@Resolver(() => DatasetVersion)
export class CuratedDatasetResolver {
  constructor(
    private readonly database: Database,
    private readonly gatherings: CuratedDatasetService,
    private readonly loaders: Pick<TrainingLoaders, 'datasetVersionById'>,
  ) {}

  @Mutation(() => DatasetUploadPayload, {
    nullable: true,
    description:
      'Makes a version of data of the corrections that reviewers accepted (`feedbackCurate`), alone or behind the rows of a version, in a job. Only of people whose consent to TRAINING stands when the version is made, and who did not take their word back. Needs dataset:upload. Events: dataset-version.created or dataset.refused. Costs nothing.',
  })
  @Can('dataset:upload')
  async datasetGather(
    @Arg('input', () => DatasetGatherInput, { description: 'Whose corrections, and what they join.' })
    { name, modelId, baseVersionId, customerId, maxBadRows }: DatasetGatherInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DatasetUploadPayload> {
    const id = await this.gatherings.request({ name, modelId, baseVersionId, customerId, maxBadRows });
    const selection = selectionOf(info, 'job');
    return {
      job: await this.database.read.one(Job, { scope: SERVICE, where: { id }, selection }),
      errors: [],
    };
  }

  @FieldResolver(() => DatasetVersion, {
    nullable: true,
    description:
      'The upload whose rows it holds before those from feedback; null for an upload itself, and for corrections alone.',
  })
  @Needs('baseVersionId')
  base(
    @Root() { baseVersionId }: DatasetVersion,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion | null> | null {
    return baseVersionId ? this.loaders.datasetVersionById(context).load(baseVersionId) : null;
  }
}
