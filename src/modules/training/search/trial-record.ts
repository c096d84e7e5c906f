/**
 * What is written down of trials: which one began, what it scored, who does not go on, who is the best. Each step is one
 * transaction, so that a search that is killed between two of them does neither twice.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import { EpochMetrics } from '../job/epoch-metrics.entity';
import { TrainingJob } from '../job/training-job.entity';
import { completeRecipe } from '../trainer/recipe';
import { SEARCH_CHANNEL } from '../training.events';
import { type Best, bestScore, scoreOf } from './next-step';
import type { SearchEnd } from './training-search.entity';
import { TrainingSearch } from './training-search.entity';
import { TrainingTrial, TrialStatus } from './training-trial.entity';

const SPENT = `select coalesce(sum(j.device_ms), 0) as "spentMs"
  from training_trials t join training_jobs j on j.id = t.training_job_id where t.search_id = $1`;

type Changes = Partial<
  Pick<TrainingTrial, 'status' | 'scores' | 'scoredCheckpointHash' | 'trainingJobId' | 'failure'>
>;

export class TrialRecord {
  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  all(searchId: string): Promise<TrainingTrial[]> {
    return this.database.read.list(TrainingTrial, { scope: SERVICE, where: { searchId } });
  }

  /** Time on the device of all trials together, milliseconds. */
  async spentMs(searchId: string): Promise<number> {
    const [row] = await this.database.read.sql<{ spentMs: number }>(SERVICE, 'search_spent', SPENT, [
      searchId,
    ]);
    return row!.spentMs;
  }

  /** Answers the training of the trial, which begins with its first rung. */
  async begin(search: TrainingSearch, trial: TrainingTrial): Promise<TrainingJob> {
    const { unitOfWork } = this.database;
    const { id: searchId, customerId, jobId, datasetVersionId, modelName } = search;
    return unitOfWork.run(SERVICE, async () => {
      const trainings = unitOfWork.repository(TrainingJob);
      const createdAt = this.clock.now();
      const id = trial.trainingJobId ?? newId('trj', createdAt);
      if (!trial.trainingJobId) {
        const { recipe } = trial;
        const training = { id, customerId, jobId, datasetVersionId, modelName, recipe, searchId, createdAt };
        await trainings.insert(training);
      }
      await this.change(trial, { status: TrialStatus.RUNNING, trainingJobId: id });
      return trainings.findOneByOrFail({ id });
    });
  }

  /** The rung is done. Answers the checkpoint of a lower one, when this one is better. */
  async score(search: TrainingSearch, trial: TrainingTrial): Promise<string | null> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const { id, checkpointHash } = await unitOfWork
        .repository(TrainingJob)
        .findOneByOrFail({ id: trial.trainingJobId! });
      const curve = await unitOfWork
        .repository(EpochMetrics)
        .find({ where: { trainingJobId: id }, order: { epoch: 'ASC' } });
      const { earlyStopping } = completeRecipe(trial.recipe);
      const { objective, rungs } = search;
      const score = scoreOf(curve, earlyStopping, objective)!;
      const scores = [...trial.scores, score];
      const isBetter = bestScore(trial.scores, objective) !== bestScore(scores, objective);
      const before = trial.scoredCheckpointHash;
      await this.change(trial, {
        scores,
        status: scores.length === rungs.length ? TrialStatus.COMPLETED : TrialStatus.WAITING,
        ...(isBetter && { scoredCheckpointHash: checkpointHash }),
      });
      return isBetter && before !== checkpointHash ? before : null;
    });
  }

  async drop(trials: readonly TrainingTrial[]): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, async () => {
      for (const trial of trials) await this.change(trial, { status: TrialStatus.DROPPED });
    });
  }

  async fail(trial: TrainingTrial, failure: string): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, () =>
      this.change(trial, { status: TrialStatus.FAILED, failure }),
    );
  }

  /** Nothing of the search runs now. */
  async rest(searchId: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const running = { searchId, status: TrialStatus.RUNNING };
      await unitOfWork.repository(TrainingTrial).update(running, { status: TrialStatus.WAITING });
    });
  }

  /**
   * The best trial stands again where it was scored: its training is to become a version as any other does. Answers the
   * checkpoint of what it has learned since.
   */
  async crown(
    search: TrainingSearch,
    { trial, rung }: Best<TrainingTrial>,
    endedBy: SearchEnd,
  ): Promise<string | null> {
    const { unitOfWork } = this.database;
    const { id: searchId, parentVersionId, rungs } = search;
    const recipe = completeRecipe(trial.recipe);
    const { epochs: stopAfterEpochs } = rungs[rung]!;
    return unitOfWork.run(SERVICE, async () => {
      const trainings = unitOfWork.repository(TrainingJob);
      const { checkpointHash: latest } = await trainings.findOneByOrFail({ id: trial.trainingJobId! });
      const scored = trial.scoredCheckpointHash;
      await trainings.update(
        { id: trial.trainingJobId! },
        {
          checkpointHash: scored,
          recipe: { ...recipe, stopAfterEpochs } as TrainingJob['recipe'] & object,
          parentVersionId,
        },
      );
      await this.change(trial, { scoredCheckpointHash: null });
      await unitOfWork
        .repository(TrainingSearch)
        .update({ id: searchId }, { bestTrialId: trial.id, endedBy });
      return latest === scored ? null : latest;
    });
  }

  private async change(trial: TrainingTrial, changes: Changes): Promise<void> {
    Object.assign(trial, changes);
    await this.database.unitOfWork.repository(TrainingTrial).update({ id: trial.id }, changes);
    await this.signals.publish(SEARCH_CHANNEL, { id: trial.searchId, trialId: trial.id });
  }
}
