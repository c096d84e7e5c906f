/** Trainings as staff sees them: asked for, watched epoch by epoch, with what they cost and what came of them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  Float,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  BigIntScalar,
  JoinedField,
  MoneyType,
  Needs,
  PageArgs,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import type { PricingService } from '../../billing';
import { Can } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import { recipeOf } from '../preparation/preparation.input';
import type { EvaluationReport } from '../trainer/evaluation/report';
import { TRAINING_CHANNEL } from '../training.events';
import type { TrainingLoaders } from '../training.loader';
import { deviceCost } from './device-cost';
import { EpochMetrics } from './epoch-metrics.entity';
import { EvaluationReportType, shownReport } from './evaluation-report.type';
import { TrainingJob, TrainingJobConnection } from './training-job.entity';
import { wishOf } from './recipe/training-recipe.input';
import {
  TrainingJobCreateInput,
  TrainingJobFilter,
  TrainingJobPauseInput,
  TrainingJobPayload,
  TrainingJobResumeInput,
} from './training-job.input';
import type { TrainingJobService } from './training-job.service';

@Resolver(() => TrainingJob)
export class TrainingJobResolver {
  constructor(
    private readonly database: Database,
    private readonly trainings: TrainingJobService,
    private readonly loaders: TrainingLoaders,
    private readonly models: ModelLoaders,
    private readonly pricing: Pick<PricingService, 'costOf'>,
  ) {}

  @Query(() => TrainingJobConnection, {
    nullable: true,
    description: 'Trainings, newest first. Needs training:read.',
  })
  @Can('training:read')
  async trainingJobs(
    @Arg('filter', () => TrainingJobFilter, { nullable: true, description: 'Which trainings.' })
    filter: TrainingJobFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingJobConnection> {
    const where = {
      datasetVersionId: filter?.datasetVersionId ?? undefined,
      modelName: filter?.modelName ?? undefined,
      searchId: filter?.isTrial == null ? undefined : filter.isTrial ? { not: null } : null,
    };
    const count = wantsTotalCount(info);
    return toConnection(
      await this.database.read.page(TrainingJob, {
        scope,
        where,
        selection: selectionOf(info),
        ...page,
        count,
      }),
    );
  }

  @Mutation(() => TrainingJobPayload, {
    nullable: true,
    description:
      'Trains a model on data, in a process of its own. Needs training:run. Events: training-job.created, then training-job.completed with model-version.created, or training-job.failed. Costs the device time that it takes, which is on the operator.',
  })
  @Can('training:run')
  async trainingJobCreate(
    @Arg('input', () => TrainingJobCreateInput, { description: 'Which data, which model, and how.' })
    { recipe, preparation, ...input }: TrainingJobCreateInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingJobPayload> {
    const wish = { ...wishOf(recipe), preparation: preparation && recipeOf(preparation) };
    return this.payload(await this.trainings.create({ ...input, recipe: wish }), info);
  }

  @Mutation(() => TrainingJobPayload, {
    nullable: true,
    description:
      'Asks a training to stop where it stands; its job is PAUSED once it has. To end it for good, cancel its job. Needs training:run. Event: training-job.paused. Costs nothing while it is paused.',
  })
  @Can('training:run')
  async trainingJobPause(
    @Arg('input', () => TrainingJobPauseInput, { description: 'Which training.' })
    { id }: TrainingJobPauseInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingJobPayload> {
    await this.trainings.pause(id);
    return this.payload(id, info);
  }

  @Mutation(() => TrainingJobPayload, {
    nullable: true,
    description:
      'Lets a paused training go on from where it stands, to the weights that it would have had without the pause. Needs training:run. Event: training-job.resumed. Costs the device time that it takes, which is on the operator.',
  })
  @Can('training:run')
  async trainingJobResume(
    @Arg('input', () => TrainingJobResumeInput, { description: 'Which training, and what it may cost now.' })
    { id, budgetDeviceSeconds }: TrainingJobResumeInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingJobPayload> {
    await this.trainings.resume(id, budgetDeviceSeconds);
    return this.payload(id, info);
  }

  @Subscription(() => EpochMetrics, {
    nullable: true,
    topics: TRAINING_CHANNEL,
    topicId: ({ args }: { args: { id: string } }) => args.id,
    description:
      'The latest epoch at once (null before the first), then each as it ends; NOT_FOUND, and the stream ends, when there is no such training. Needs training:read.',
  })
  @Can('training:read')
  async trainingProgress(
    @Root() { epoch }: { epoch?: number },
    @Arg('id', () => ID, { description: 'Which training.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<EpochMetrics | null> {
    const [latest] = await this.database.read.list(EpochMetrics, {
      scope: context.scope,
      where: { trainingJobId: id, epoch },
      orderBy: [{ property: 'epoch', direction: 'DESC' }],
      limit: 1,
    });
    if (latest) return latest;
    if (
      await this.database.read.one(TrainingJob, {
        scope: context.scope,
        where: { id },
        selection: { id: true },
      })
    )
      return null;
    context.endStream();
    throw notFound(['id']);
  }

  @JoinedField(() => Job, { description: 'Where it stands, and why it failed if it did.' })
  @Needs('jobId')
  async job(@Root() { jobId }: TrainingJob, @Ctx() { scope }: RequestContext): Promise<Job> {
    return (await this.database.read.one(Job, { scope, where: { id: jobId } }))!;
  }

  @JoinedField(() => DatasetVersion, { description: 'The data it learns from.' })
  @Needs('datasetVersionId')
  async datasetVersion(
    @Root() { datasetVersionId }: TrainingJob,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion> {
    return (await this.loaders.datasetVersionById(context).load(datasetVersionId))!;
  }

  @JoinedField(() => ModelVersion, {
    nullable: true,
    description:
      'The version that came of it, new or the one with the same contents; null until it succeeded.',
  })
  @Needs('resultVersionId')
  result(
    @Root() { resultVersionId }: TrainingJob,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    return resultVersionId ? this.models.modelVersionById(context).load(resultVersionId) : null;
  }

  @FieldResolver(() => EvaluationReportType, {
    nullable: true,
    description: 'What the held-out rows said; null until it succeeded.',
  })
  @Needs('report')
  report(@Root() { report }: TrainingJob): EvaluationReport | null {
    return report && shownReport(report);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Seconds on the device after which it pauses; null without a limit.',
  })
  @Needs('budgetMs')
  budgetDeviceSeconds(@Root() { budgetMs }: TrainingJob): number | null {
    return budgetMs === null ? null : budgetMs / 1000;
  }

  @FieldResolver(() => [EpochMetrics], {
    description:
      'Its curve so far, in order; of a trial also what it learned beyond the epoch at which it was taken.',
  })
  @Needs('id')
  epochs(@Root() { id }: TrainingJob, @Ctx() context: RequestContext): Promise<EpochMetrics[]> {
    return this.loaders.epochsByTrainingJob(context).load(id);
  }

  @FieldResolver(() => BigIntScalar, {
    description: 'Time on the device in whole milliseconds, interrupted attempts included: they cost too.',
  })
  @Needs('deviceMs')
  deviceMs(@Root() { deviceMs }: TrainingJob): string {
    return String(Math.round(deviceMs));
  }

  @FieldResolver(() => MoneyType, { description: 'What that time cost the operator.' })
  @Needs('deviceMs')
  cost(@Root() { deviceMs }: TrainingJob): MoneyType {
    return deviceCost(this.pricing, deviceMs);
  }

  private async payload(id: string, info: GraphQLResolveInfo): Promise<TrainingJobPayload> {
    const selection = selectionOf(info, 'trainingJob');
    const trainingJob = await this.database.read.one(TrainingJob, {
      scope: SERVICE,
      where: { id },
      selection,
    });
    return { trainingJob, errors: [] };
  }
}
