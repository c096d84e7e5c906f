/** Trials as staff sees them, and the trial that a training is. */
import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { EpochMetrics } from '../job/epoch-metrics.entity';
import { TrainingJob } from '../job/training-job.entity';
import type { TrainingLoaders } from '../training.loader';
import { bestScore } from './next-step';
import { TrainingSearch } from './training-search.entity';
import { TrainingTrial } from './training-trial.entity';

@Resolver(() => TrainingTrial)
export class TrainingTrialResolver {
  constructor(private readonly loaders: TrainingLoaders) {}

  @FieldResolver(() => TrainingSearch, { description: 'The search that it is a trial of.' })
  @Needs('searchId')
  async search(@Root() { searchId }: TrainingTrial, @Ctx() context: RequestContext): Promise<TrainingSearch> {
    return (await this.loaders.trainingSearchById(context).load(searchId))!;
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: 'It as a training, with its curve, its time and its cost; null before it began.',
  })
  @Needs('trainingJobId')
  training(
    @Root() { trainingJobId }: TrainingTrial,
    @Ctx() context: RequestContext,
  ): Promise<TrainingJob | null> | null {
    return trainingJobId ? this.loaders.trainingJobById(context).load(trainingJobId) : null;
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'The best of its scores by the objective of the search, by which the search takes its best trial; null before its first rung is done.',
  })
  @Needs('scores', 'searchId')
  async score(
    @Root() { scores, searchId }: TrainingTrial,
    @Ctx() context: RequestContext,
  ): Promise<number | null> {
    const { objective } = (await this.loaders.trainingSearchById(context).load(searchId))!;
    return bestScore(scores, objective);
  }

  @FieldResolver(() => [EpochMetrics], { description: 'Its curve so far, in order.' })
  @Needs('trainingJobId')
  epochs(
    @Root() { trainingJobId }: TrainingTrial,
    @Ctx() context: RequestContext,
  ): Promise<EpochMetrics[]> | [] {
    return trainingJobId ? this.loaders.epochsByTrainingJob(context).load(trainingJobId) : [];
  }
}

@Resolver(() => TrainingJob)
export class TrainingJobTrialResolver {
  constructor(private readonly loaders: TrainingLoaders) {}

  @FieldResolver(() => TrainingTrial, {
    nullable: true,
    description: 'The trial of a search that it is; null when it was asked for by itself.',
  })
  @Needs('id')
  trial(@Root() { id }: TrainingJob, @Ctx() context: RequestContext): Promise<TrainingTrial | null> {
    return this.loaders.trialByTrainingJob(context).load(id);
  }
}
