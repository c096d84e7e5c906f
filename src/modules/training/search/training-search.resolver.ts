/** Searches over recipes as staff sees them: asked for, watched trial by trial, with what they cost and what came of them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  Float,
  ID,
  Info,
  Int,
  Mutation,
  Query,
  registerEnumType,
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
  pageWithin,
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
import { deviceCost } from '../job/device-cost';
import { wishOf } from '../job/recipe/training-recipe.input';
import { recipeOf } from '../preparation/preparation.input';
import { SEARCH_CHANNEL } from '../training.events';
import type { TrainingLoaders } from '../training.loader';
import { spaceOf } from './search-space.input';
import { TrainingSearch, TrainingSearchConnection } from './training-search.entity';
import {
  strategyOf,
  TrainingSearchCreateInput,
  TrainingSearchFilter,
  TrainingSearchPauseInput,
  TrainingSearchPayload,
  TrainingSearchResumeInput,
} from './training-search.input';
import type { TrainingSearchService } from './training-search.service';
import { TrainingTrial, TrainingTrialConnection } from './training-trial.entity';
import type { Strategy } from './trials';

const StrategyName: { readonly [kind in Strategy['kind']]: kind } = { GRID: 'GRID', RANDOM: 'RANDOM' };

registerEnumType(StrategyName, {
  name: 'TrainingSearchStrategy',
  description: 'Which points of the space are tried.',
  valuesConfig: { GRID: { description: 'All.' }, RANDOM: { description: 'Some, drawn by a seed.' } },
});

@Resolver(() => TrainingSearch)
export class TrainingSearchResolver {
  constructor(
    private readonly database: Database,
    private readonly searches: TrainingSearchService,
    private readonly loaders: TrainingLoaders,
    private readonly models: ModelLoaders,
    private readonly pricing: Pick<PricingService, 'costOf'>,
  ) {}

  @Query(() => TrainingSearchConnection, {
    nullable: true,
    description: 'Searches over recipes, newest first. Needs training:read.',
  })
  @Can('training:read')
  async trainingSearches(
    @Arg('filter', () => TrainingSearchFilter, { nullable: true, description: 'Which searches.' })
    filter: TrainingSearchFilter | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingSearchConnection> {
    const where = {
      datasetVersionId: filter?.datasetVersionId ?? undefined,
      modelName: filter?.modelName ?? undefined,
    };
    const asked = { scope, where, selection: selectionOf(info), ...page, count: wantsTotalCount(info) };
    return toConnection(await this.database.read.page(TrainingSearch, asked));
  }

  @Mutation(() => TrainingSearchPayload, {
    nullable: true,
    description:
      'Tries recipes on data, holds them against each other by the validation part alone, and makes a version of the best one, which is then evaluated on the held-out rows like any training. Needs training:run. Events: training-search.created, then training-search.completed with training-job.completed and model-version.created, or training-search.failed. Costs the device time that all trials take, which is on the operator.',
  })
  @Can('training:run')
  async trainingSearchCreate(
    @Arg('input', () => TrainingSearchCreateInput, { description: 'Which data, where to look, and how.' })
    { recipe, preparation, space, strategy, halving, ...input }: TrainingSearchCreateInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingSearchPayload> {
    const id = await this.searches.create({
      ...input,
      recipe: { ...wishOf(recipe), preparation: preparation && recipeOf(preparation) },
      space: spaceOf(space),
      strategy: strategyOf(strategy),
      halving: halving ? { eta: halving.eta, minEpochs: halving.minEpochs } : null,
    });
    return this.payload(id, info);
  }

  @Mutation(() => TrainingSearchPayload, {
    nullable: true,
    description:
      'Asks a search to stop where it stands, so that other trainings get the device; its job is PAUSED once it has. To end it for good, cancel its job. Needs training:run. Event: training-search.paused. Costs nothing while it is paused.',
  })
  @Can('training:run')
  async trainingSearchPause(
    @Arg('input', () => TrainingSearchPauseInput, { description: 'Which search.' })
    { id }: TrainingSearchPauseInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingSearchPayload> {
    await this.searches.pause(id);
    return this.payload(id, info);
  }

  @Mutation(() => TrainingSearchPayload, {
    nullable: true,
    description:
      'Lets a paused search go on, to the best trial that it would have found without the pause. Needs training:run. Event: training-search.resumed. Costs the device time that it takes, which is on the operator.',
  })
  @Can('training:run')
  async trainingSearchResume(
    @Arg('input', () => TrainingSearchResumeInput, { description: 'Which search, and what it may cost now.' })
    { id, budgetDeviceSeconds }: TrainingSearchResumeInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingSearchPayload> {
    await this.searches.resume(id, budgetDeviceSeconds);
    return this.payload(id, info);
  }

  @Subscription(() => TrainingTrial, {
    nullable: true,
    topics: SEARCH_CHANNEL,
    topicId: ({ args }: { args: { id: string } }) => args.id,
    description:
      'Null at once, then each trial as it begins, is scored, is left behind or fails; NOT_FOUND, and the stream ends, when there is no such search. Epoch by epoch a trial is followed by trainingProgress. Needs training:read.',
  })
  @Can('training:read')
  async trainingSearchProgress(
    @Root() { trialId }: { trialId?: string },
    @Arg('id', () => ID, { description: 'Which search.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<TrainingTrial | null> {
    if (trialId)
      return this.database.read.one(TrainingTrial, {
        scope: context.scope,
        where: { id: trialId, searchId: id },
      });
    if (
      await this.database.read.one(TrainingSearch, {
        scope: context.scope,
        where: { id },
        selection: { id: true },
      })
    )
      return null;
    context.endStream();
    throw notFound(['id']);
  }

  @FieldResolver(() => StrategyName, { description: 'Which points of the space are tried.' })
  @Needs('strategy')
  strategy(@Root() { strategy }: TrainingSearch): Strategy['kind'] {
    return strategy.kind;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'What drawing hung on; null for a grid.' })
  @Needs('strategy')
  seed(@Root() { strategy }: TrainingSearch): number | null {
    return strategy.kind === 'RANDOM' ? strategy.seed : null;
  }

  @JoinedField(() => Job, { description: 'Where it stands, and why it failed if it did.' })
  @Needs('jobId')
  async job(@Root() { jobId }: TrainingSearch, @Ctx() { scope }: RequestContext): Promise<Job> {
    return (await this.database.read.one(Job, { scope, where: { id: jobId } }))!;
  }

  @JoinedField(() => DatasetVersion, { description: 'The data that all trials learn from.' })
  @Needs('datasetVersionId')
  async datasetVersion(
    @Root() { datasetVersionId }: TrainingSearch,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion> {
    return (await this.loaders.datasetVersionById(context).load(datasetVersionId))!;
  }

  @JoinedField(() => ModelVersion, {
    nullable: true,
    description: 'The version that came of the best trial; null until the search succeeded.',
  })
  @Needs('resultVersionId')
  result(
    @Root() { resultVersionId }: TrainingSearch,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion | null> | null {
    return resultVersionId ? this.models.modelVersionById(context).load(resultVersionId) : null;
  }

  @FieldResolver(() => TrainingTrial, {
    nullable: true,
    description:
      'The trial with the best score on any rung; null until the search has ended. Its version is as it was there.',
  })
  @Needs('bestTrialId')
  best(
    @Root() { bestTrialId }: TrainingSearch,
    @Ctx() context: RequestContext,
  ): Promise<TrainingTrial | null> | null {
    return bestTrialId ? this.loaders.trainingTrialById(context).load(bestTrialId) : null;
  }

  @FieldResolver(() => TrainingTrialConnection, { description: 'Its trials, by number.' })
  @Needs('id')
  trials(
    @Root() { id }: TrainingSearch,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TrainingTrialConnection> {
    const orderBy = { property: 'number', direction: 'ASC' } as const;
    const trials = { entity: TrainingTrial, within: { searchId: id }, orderBy, page };
    return pageWithin(this.database, trials, context, info);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Seconds on the device, all trials together, after which no more is tried; null without a limit.',
  })
  @Needs('budgetMs')
  budgetDeviceSeconds(@Root() { budgetMs }: TrainingSearch): number | null {
    return budgetMs === null ? null : budgetMs / 1000;
  }

  @FieldResolver(() => BigIntScalar, {
    description:
      'Time on the device in whole milliseconds, all trials together, interrupted attempts included.',
  })
  @Needs('id')
  async deviceMs(@Root() { id }: TrainingSearch, @Ctx() context: RequestContext): Promise<string> {
    return String(Math.round(await this.loaders.deviceMsBySearch(context).load(id)));
  }

  @FieldResolver(() => MoneyType, { description: 'What that time cost the operator.' })
  @Needs('id')
  async cost(@Root() { id }: TrainingSearch, @Ctx() context: RequestContext): Promise<MoneyType> {
    return deviceCost(this.pricing, await this.loaders.deviceMsBySearch(context).load(id));
  }

  private async payload(id: string, info: GraphQLResolveInfo): Promise<TrainingSearchPayload> {
    const selection = selectionOf(info, 'trainingSearch');
    const asked = { scope: SERVICE, where: { id }, selection };
    return { trainingSearch: await this.database.read.one(TrainingSearch, asked), errors: [] };
  }
}
