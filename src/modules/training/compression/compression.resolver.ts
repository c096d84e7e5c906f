/** Smaller versions, as staff asks for them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Info, Mutation, Resolver } from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import { selectionOf } from '../../../platform/graphql';
import { Job, type Jobs } from '../../../platform/jobs';
import { Can } from '../../identity';
import { compressible, COMPRESSION_RUN, type CompressionDoors, type CompressionRun } from './compression.job';
import { ModelVersionCompressInput, ModelVersionCompressPayload } from './compression.input';

@Resolver()
export class CompressionResolver {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly doors: Pick<CompressionDoors, 'models' | 'trainings' | 'read'>,
  ) {}

  @Mutation(() => ModelVersionCompressPayload, {
    nullable: true,
    description:
      'Makes a smaller version of one that was trained here, in a job, and holds size, speed and quality of both against each other on the rows that were held out. Needs training:run. Event: model-version.created. Costs the device time that it takes, which is on the operator.',
  })
  @Can('training:run')
  async modelVersionCompress(
    @Arg('input', () => ModelVersionCompressInput, { description: 'Which version, and how.' })
    { versionId, method, sparsity, epochs }: ModelVersionCompressInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionCompressPayload> {
    await compressible(this.doors, versionId);
    const { unitOfWork } = this.database;
    const id = await unitOfWork.run(SERVICE, () =>
      this.jobs.enqueue<CompressionRun>(COMPRESSION_RUN, { versionId, method, sparsity, epochs }),
    );
    const selection = selectionOf(info, 'job');
    return {
      job: await this.database.read.one(Job, { scope: SERVICE, where: { id }, selection }),
      errors: [],
    };
  }
}
