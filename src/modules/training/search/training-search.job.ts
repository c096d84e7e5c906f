/**
 * Searches in the background: one trial after the other, in one trainer's process. What comes next is asked of the record each
 * time, so that a search that was killed goes on; the best trial becomes a version as any other training does.
 */
import { AppError } from '../../../kernel/errors';
import { type JobContext, type JobDefinition, JobPaused } from '../../../platform/jobs';
import type { DatasetVersion } from '../dataset/dataset-version.entity';
import { JobOrders } from '../job/job-orders';
import { TRAINING_RUN } from '../job/training-job.service';
import { pauseOf, recorder, type TrainingRunDoors, trainToVersion } from '../job/training-run.job';
import { Trainer, TrainerDied } from '../trainer/process/trainer-launch';
import { TrainingStopped } from '../trainer/process/trainer-message';
import { completeRecipe } from '../trainer/recipe';
import { everyTrialFailed } from '../training.errors';
import { bestOf, bestScore, nextStep, type Step } from './next-step';
import { wordsOf } from './objective';
import { SearchEnd, type TrainingSearch } from './training-search.entity';
import { SEARCH_RUN, type SearchRun, type TrainingSearchService } from './training-search.service';
import type { TrialRecord } from './trial-record';
import { type TrainingTrial, TrialStatus } from './training-trial.entity';

const MAX_ATTEMPTS = 3;
/** What remains after the last trial: evaluation, freezing, the check on the engine. */
const SEARCHED_SHARE = 0.95;
/** So often may the process of one trial die before it is the trial's fault. */
const MOST_DEATHS = 2;

export interface SearchRunDoors extends TrainingRunDoors {
  readonly searches: TrainingSearchService;
  readonly trials: TrialRecord;
}

export function trainingSearchJob(doors: SearchRunDoors): JobDefinition<SearchRun> {
  return {
    kind: SEARCH_RUN,
    maxAttempts: MAX_ATTEMPTS,
    // A device has one training at a time, whoever asks for it.
    queue: () => TRAINING_RUN,
    run: async ({ trainingSearchId: id }, context) => {
      const { search, data } = await doors.searches.find(id);
      if (search.resultVersionId) return search.resultVersionId;
      if (search.pauseRequested) throw new JobPaused('paused');
      const run = new SearchInProgress(doors, search, data, context);
      try {
        await doors.curated.assertAllStand(data);
        return await run.toVersion();
      } catch (error) {
        throw pauseOf(error) ?? error;
      } finally {
        await run.leave();
      }
    },
    abandon: (job) => doors.searches.abandon(job),
  };
}

class SearchInProgress {
  private trainer: Trainer | undefined;
  private isSpent = false;
  private deaths = 0;
  private readonly orders: JobOrders;

  constructor(
    private readonly doors: SearchRunDoors,
    private readonly search: TrainingSearch,
    private readonly data: DatasetVersion,
    private readonly context: JobContext,
  ) {
    this.orders = new JobOrders(context);
  }

  /** @throws AppError when no trial can be trained, JobPaused when it was asked to or nothing could be spent. */
  async toVersion(): Promise<string> {
    const { doors, search, orders } = this;
    for (;;) {
      const trials = await doors.trials.all(search.id);
      const crowned = trials.find(({ id }) => id === search.bestTrialId);
      if (crowned) return this.versionOf(crowned);
      orders.abort.throwIfAborted();
      if (orders.pause.aborted) throw new JobPaused('paused');
      await this.take(this.step(trials, await this.budgetLeftMs()), trials);
    }
  }

  /** Whatever happened, nothing runs on and nothing is kept that nobody goes on from. */
  async leave(): Promise<void> {
    this.trainer?.close();
    const { trials, checkpoints } = this.doors;
    await trials.rest(this.search.id);
    await this.sweep();
    await checkpoints.sweepEnded();
  }

  private step(trials: readonly TrainingTrial[], leftMs: number | undefined): Step<Standing> {
    const { rungs, objective } = this.search;
    this.isSpent ||= leftMs !== undefined && leftMs <= 0;
    return nextStep(rungs, trials.map(standingOf), objective, !this.isSpent);
  }

  private async take(step: Step<Standing>, trials: readonly TrainingTrial[]): Promise<void> {
    const { doors, search } = this;
    switch (step.kind) {
      case 'TRAIN':
        return this.tryOut(step.trial.trial, step.rung, trials);
      case 'DROP':
        await doors.trials.drop(step.trials.map(({ trial }) => trial));
        return this.sweep();
      case 'CROWN': {
        const endedBy = this.isSpent ? SearchEnd.BUDGET_SPENT : SearchEnd.ALL_TRIED;
        const { trial } = step.trial;
        const { rung } = step;
        await doors.checkpoints.forget(await doors.trials.crown(search, { trial, rung }, endedBy));
        search.bestTrialId = trial.id;
        return;
      }
      case 'NONE': {
        const failed = trials.find(({ failure }) => failure !== null);
        if (!this.isSpent) throw everyTrialFailed(failed!.failure!);
        throw new JobPaused(
          'paused: its budget of device time is spent and no trial has a score yet; resume it with more',
        );
      }
    }
  }

  private async tryOut(trial: TrainingTrial, rung: number, trials: readonly TrainingTrial[]): Promise<void> {
    const { doors, search, data, context, orders } = this;
    const training = await doors.trials.begin(search, trial);
    const { epochs } = search.rungs[rung]!;
    const recipe = { ...completeRecipe(trial.recipe), stopAfterEpochs: epochs };
    const checkpoint = await doors.checkpoints.read(training.checkpointHash);
    const { label, protectedAttributes, tableHash } = data;
    const learnedBefore = trials.reduce((sum, { scores, recipe: { epochs: all } }) => {
      return scores.length === 0 ? sum : sum + (search.rungs[scores.length - 1]!.epochs ?? all);
    }, 0);
    const before = trial.scores.length === 0 ? 0 : search.rungs[trial.scores.length - 1]!.epochs!;
    const listener = recorder(doors, training, checkpoint, orders, async ({ epoch, valLoss }) => {
      const words = search.rungs.length > 1 ? `rung ${rung + 1} of ${search.rungs.length}, ` : '';
      const note = `${words}trial ${trial.number} of ${trials.length}, epoch ${epoch} of ${epochs ?? recipe.epochs}: validation loss ${valLoss.toFixed(4)}`;
      const share = (learnedBefore + epoch - before) / search.plannedEpochs;
      await context.progress(SEARCHED_SHARE * Math.min(1, share), note);
    });
    const task = {
      tablePath: await doors.blobs.path(tableHash),
      label,
      protectedAttributes,
      recipe,
      checkpoint,
      budgetMs: await this.budgetLeftMs(),
    };
    try {
      this.trainer ??= new Trainer();
      await this.trainer.tryOut(task, listener, orders);
      await doors.checkpoints.forget(await doors.trials.score(search, trial));
      this.deaths = 0;
    } catch (error) {
      await this.afterTrouble(trial, error);
    }
  }

  /** What concerns one trial alone leaves the others to go on. @throws whatever concerns the search. */
  private async afterTrouble(trial: TrainingTrial, error: unknown): Promise<void> {
    const { trials } = this.doors;
    if (error instanceof TrainingStopped) {
      if (error.reason === 'PAUSED') throw new JobPaused('paused');
      this.isSpent = true;
      return;
    }
    if (pauseOf(error)) throw error;
    if (error instanceof AppError) return trials.fail(trial, error.message);
    if (!(error instanceof TrainerDied)) throw error;
    this.trainer = undefined;
    if (++this.deaths < MOST_DEATHS) return;
    this.deaths = 0;
    await trials.fail(trial, `Its process ended ${MOST_DEATHS} times before it was done: ${error.message}`);
  }

  private async versionOf(best: TrainingTrial): Promise<string> {
    const { doors, search, context, orders } = this;
    const trainer = (this.trainer ??= new Trainer());
    const versionId = await trainToVersion(
      doors,
      best.trainingJobId!,
      { signal: orders.abort, pause: orders.pause, progress: async () => undefined },
      (...work) => trainer.train(...work),
    );
    await doors.searches.complete(search, versionId);
    const score = bestScore(best.scores, search.objective)!;
    await context.progress(
      1,
      `trial ${best.number} is the best: ${wordsOf(search.objective)} ${score.toFixed(4)}`,
    );
    return versionId;
  }

  private async budgetLeftMs(): Promise<number | undefined> {
    const { budgetMs, id } = this.search;
    return budgetMs === null ? undefined : budgetMs - (await this.doors.trials.spentMs(id));
  }

  private async sweep(): Promise<void> {
    const { trials, checkpoints } = this.doors;
    const { id, objective } = this.search;
    const best = bestOf((await trials.all(id)).map(standingOf), objective);
    await checkpoints.sweepSearch(id, best?.trial.trial.id ?? null);
  }
}

interface Standing {
  readonly trial: TrainingTrial;
  readonly number: number;
  readonly scores: readonly number[];
  readonly hasFailed: boolean;
  readonly isDropped: boolean;
}

function standingOf(trial: TrainingTrial): Standing {
  const { number, scores, status } = trial;
  return {
    trial,
    number,
    scores,
    hasFailed: status === TrialStatus.FAILED,
    isDropped: status === TrialStatus.DROPPED,
  };
}
