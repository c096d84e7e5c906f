/** The record of searches: asked for, paused, gone on with, ended. Each step is one transaction. */
import type { Clock } from '../../../kernel/clock';
import type { AppError } from '../../../kernel/errors';
import { AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { type Jobs, JobStatus, type UndoneJob } from '../../../platform/jobs';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import type { LabelRule } from '../dataset/label-rule';
import type { TrainingJobService, TrainingWish } from '../job/training-job.service';
import { checkPreparation } from '../preparation/check-preparation';
import { completeRecipe, type Recipe, type RecipeWish } from '../trainer/recipe';
import { networkFault } from '../trainer/network-size';
import { checkRecipe } from '../trainer/recipe-rules';
import { searchNotPaused, searchNotRunning } from '../training.errors';
import {
  SEARCH_COMPLETED,
  SEARCH_FAILED,
  SEARCH_PAUSED,
  SEARCH_REQUESTED,
  SEARCH_RESUMED,
} from '../training.events';
import { type Halving, plannedEpochs, rungsOf } from './halving';
import { type Objective, objectiveFault } from './objective';
import { checkSpace, type Choice, type Dimension, type DimensionValues, recipeWith } from './search-space';
import { TrainingSearch } from './training-search.entity';
import { TrainingTrial, TrialStatus } from './training-trial.entity';
import { type Strategy, trialsOf } from './trials';

export const SEARCH_RUN = 'training.search';

export interface SearchRun {
  readonly trainingSearchId: string;
}

export interface SearchWish extends TrainingWish {
  readonly space: readonly Dimension[];
  readonly strategy: Strategy;
  readonly halving: Halving | null;
  readonly objective: Objective;
}

export class TrainingSearchService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly trainings: Pick<TrainingJobService, 'admitted'>,
    private readonly clock: Clock,
  ) {}

  /** Answers the id of the search. @throws as a training does, and AppErrors for a space or a plan that does not fit. */
  async create(wish: SearchWish): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const recipe = completeRecipe(wish.recipe);
      const { data } = await this.trainings.admitted({ ...wish, recipe: alone(wish) });
      checkSpace(wish.space, recipe.kind);
      checkPlan(wish, recipe, data.label);
      const trials = trialsOf(wish.space, wish.strategy).map((choices) => ({
        choices,
        recipe: recipeWith(wish.recipe, choices),
      }));
      checkTrials(trials, data);
      const rungs = rungsOf(trials.length, recipe.epochs, wish.halving);
      const createdAt = this.clock.now();
      const id = newId('trs', createdAt);
      const { customerId } = data;
      const { space, strategy, halving, objective, datasetVersionId, modelName } = wish;
      const search = {
        id,
        customerId,
        jobId: await this.jobs.enqueue<SearchRun>(SEARCH_RUN, { trainingSearchId: id }),
        datasetVersionId,
        modelName,
        recipe,
        space: [...space],
        strategy,
        halving,
        rungs,
        plannedEpochs: plannedEpochs(
          rungs,
          trials.map((trial) => trial.recipe.epochs),
        ),
        objective,
        parentVersionId: wish.compareWithVersionId ?? null,
        budgetMs: millisecondsOf(wish.budgetDeviceSeconds),
        createdAt,
      };
      await unitOfWork.repository(TrainingSearch).insert(search);
      await unitOfWork.repository(TrainingTrial).insert(
        trials.map((trial, index) => ({
          id: newId('trt', createdAt),
          customerId,
          searchId: id,
          number: index + 1,
          status: TrialStatus.WAITING,
          scores: [],
          ...trial,
        })),
      );
      await this.events.emit({
        type: SEARCH_REQUESTED,
        customerId,
        subject: id,
        after: search,
        data: { datasetVersionId, modelName, trials: trials.length },
      });
      return id;
    });
  }

  /** A search and its data. @throws AppError NOT_FOUND. */
  async find(id: string): Promise<{ search: TrainingSearch; data: DatasetVersion }> {
    const { read } = this.database;
    const search = await read.one(TrainingSearch, { scope: SERVICE, where: { id } });
    const data =
      search && (await read.one(DatasetVersion, { scope: SERVICE, where: { id: search.datasetVersionId } }));
    if (!search || !data) throw notFound(['input', 'id']);
    return { search, data };
  }

  /** Asks it to stop where it stands. @throws AppError NOT_FOUND, CONFLICT when it does not run. */
  async pause(id: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const { jobId, customerId } = await this.stored(id);
      if (!(await this.jobs.pause(jobId))) throw searchNotRunning();
      await unitOfWork.repository(TrainingSearch).update({ id }, { pauseRequested: true });
      await this.events.emit({ type: SEARCH_PAUSED, subject: id, customerId, data: {} });
    });
  }

  /** Lets it go on from where it stands. @throws AppError NOT_FOUND, CONFLICT when it is not paused. */
  async resume(id: string, budgetDeviceSeconds?: number | null): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const { jobId, customerId, budgetMs: before } = await this.stored(id);
      if (!(await this.jobs.resume<SearchRun>(jobId, { trainingSearchId: id }))) throw searchNotPaused();
      const budgetMs = millisecondsOf(budgetDeviceSeconds) ?? before;
      await unitOfWork.repository(TrainingSearch).update({ id }, { pauseRequested: false, budgetMs });
      await this.events.emit({ type: SEARCH_RESUMED, subject: id, customerId, data: {} });
    });
  }

  async complete({ id, customerId, bestTrialId }: TrainingSearch, versionId: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(TrainingSearch).update({ id }, { resultVersionId: versionId });
      const data = { versionId, trialId: bestTrialId };
      await this.events.emit({ type: SEARCH_COMPLETED, subject: id, customerId, data });
    });
  }

  /** Of a search whose job has ended nothing runs any more, and of one that failed is told; in the open unit of work. */
  async abandon({ jobId, status, code }: UndoneJob): Promise<void> {
    const { unitOfWork } = this.database;
    const search = await unitOfWork.repository(TrainingSearch).findOneBy({ jobId });
    if (!search) return;
    const { id, customerId } = search;
    const running = { searchId: id, status: TrialStatus.RUNNING };
    await unitOfWork.repository(TrainingTrial).update(running, { status: TrialStatus.WAITING });
    if (status === JobStatus.FAILED)
      await this.events.emit({ type: SEARCH_FAILED, subject: id, customerId, data: { code } });
  }

  private async stored(id: string): Promise<TrainingSearch> {
    const search = await this.database.unitOfWork.repository(TrainingSearch).findOneBy({ id });
    if (!search) throw notFound(['input', 'id']);
    return search;
  }
}

/** The base as a recipe of its own: it need not have a network when the space has some, so any that fits stands in. */
function alone({ recipe, space }: SearchWish): RecipeWish {
  const networks = space.find((dimension) => dimension.name === 'networks')?.values;
  if (recipe.layers || !networks) return recipe;
  const [first] = (networks as readonly DimensionValues['networks'][]).flatMap(({ layers }) =>
    layers.slice(0, 1),
  );
  // What columns become must suit what the network begins with.
  return { ...recipe, layers: [...(first?.kind === 'EMBEDDING' ? [first] : []), { kind: 'FLATTEN' }] };
}

/** @throws AppErrors for a plan that the recipe does not allow. */
function checkPlan({ space, halving, objective }: SearchWish, recipe: Recipe, label: LabelRule): void {
  const faults: AppError[] = [];
  const refuse = (path: readonly string[], message: string): void =>
    void faults.push(invalidInput(['input', ...path], message, 'search'));
  if (recipe.stopAfterEpochs !== null)
    refuse(['recipe', 'stopAfterEpochs'], 'How far a trial goes is the search’s to say. Leave it out.');
  const fault = objectiveFault(objective, recipe, label);
  if (fault) refuse(['objective'], fault);
  if (halving && recipe.kind === 'DECISION_TREE')
    refuse(['halving'], 'A tree is grown in one pass, so there are no epochs to ration. Leave halving out.');
  else if (halving && space.some(({ name }) => name === 'epochs'))
    refuse(['halving'], 'Halving rations the epochs, so they are no dimension. Leave one of the two out.');
  else if (halving && halving.minEpochs >= recipe.epochs)
    refuse(
      ['halving', 'minEpochs'],
      `The recipe has ${recipe.epochs} epochs; the first rung must end before, or nothing is left behind.`,
    );
  if (faults.length > 0) throw new AppErrors(faults);
}

/** @throws AppErrors with the first trial whose recipe does not fit together or does not fit the label. */
function checkTrials(
  trials: readonly { choices: readonly Choice[]; recipe: Recipe }[],
  data: DatasetVersion,
): void {
  for (const { choices, recipe } of trials) {
    try {
      checkRecipe(recipe, data.label);
      checkPreparation(recipe, data);
      const tooLarge = networkFault(recipe, data);
      if (tooLarge) throw new AppErrors([tooLarge]);
    } catch (error) {
      if (!(error instanceof AppErrors)) throw error;
      const words = choices.map(({ dimension, value }) => `${dimension} ${JSON.stringify(value)}`).join(', ');
      throw invalidInput(['input', 'space'], `With ${words}: ${error.message}`, 'recipe');
    }
  }
}

function millisecondsOf(seconds: number | null | undefined): number | null {
  return seconds == null ? null : seconds * 1000;
}
