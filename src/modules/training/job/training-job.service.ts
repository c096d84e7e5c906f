/** The record of trainings: asked for, begun, epoch by epoch, and what came of it. Each step is one transaction. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { hasEnded, holdStandingJob, JobStatus, type Jobs, type UndoneJob } from '../../../platform/jobs';
import { type ModelService, ModelTask, type NewModelVersion } from '../../models';
import type { CuratedRows } from '../dataset/curated/curated-row-source';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import { checkPreparation } from '../preparation/check-preparation';
import type { EvaluationReport } from '../trainer/evaluation/report';
import { certainWidth, sizeFault } from '../trainer/expected-size';
import { networkFault } from '../trainer/network-size';
import type { EpochFigures } from '../trainer/process/trainer-message';
import { completeRecipe, type Recipe, type RecipeWish } from '../trainer/recipe';
import { checkRecipe } from '../trainer/recipe-rules';
import {
  nothingToLearnFrom,
  notPaused,
  notRunning,
  otherQuestion,
  partOfSearch,
  unknownColumn,
} from '../training.errors';
import {
  TRAINING_CHANNEL,
  TRAINING_COMPLETED,
  TRAINING_FAILED,
  TRAINING_PAUSED,
  TRAINING_REQUESTED,
  TRAINING_RESUMED,
} from '../training.events';
import { EpochMetrics } from './epoch-metrics.entity';
import type { Orders } from './job-orders';
import { answersSame } from './same-question';
import { TrainingJob } from './training-job.entity';

export const TRAINING_RUN = 'training.run';

export interface TrainingRun {
  readonly trainingJobId: string;
}

export interface TrainingWish {
  readonly datasetVersionId: string;
  readonly modelName: string;
  readonly recipe: RecipeWish;
  readonly budgetDeviceSeconds?: number | null;
  readonly compareWithVersionId?: string | null;
}

/** Where a training stands once an epoch, or a part of one, is done. */
export interface TrainingStanding {
  /** Undefined = the one before still stands. */
  readonly checkpointHash: string | undefined;
  /** Time on the device since the last standing. */
  readonly spentMs: number;
}

/** What came of writing down where a training stands. */
export interface Noted {
  /** The checkpoint that is no longer needed. */
  readonly replaced: string | null;
  readonly orders: Orders;
}

interface Standing {
  readonly hash: string | null;
  readonly status: JobStatus;
  readonly pauseRequested: boolean;
}

/** A trial is told what its search is told. */
const STANDING = `select j.checkpoint_hash as hash, jobs.status,
    j.pause_requested or coalesce(s.pause_requested, false) as "pauseRequested"
  from training_jobs j join jobs on jobs.id = j.job_id left join training_searches s on s.id = j.search_id
  where j.id = $1 for update of j`;

export class TrainingJobService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly jobs: Jobs,
    private readonly models: ModelService,
    private readonly curated: Pick<CuratedRows, 'assertAllStand'>,
    private readonly clock: Clock,
  ) {}

  /** Answers the id of the training. @throws AppError NOT_FOUND for unknown data, CONFLICT for a model of another task. */
  async create({ datasetVersionId, modelName, recipe: wish, ...more }: TrainingWish): Promise<string> {
    const { unitOfWork } = this.database;
    const parentVersionId = more.compareWithVersionId ?? null;
    return unitOfWork.run(SERVICE, async () => {
      const { data, recipe } = await this.admitted({ datasetVersionId, modelName, recipe: wish, ...more });
      const createdAt = this.clock.now();
      const id = newId('trj', createdAt);
      const jobId = await this.jobs.enqueue<TrainingRun>(TRAINING_RUN, { trainingJobId: id });
      const job = {
        id,
        customerId: data.customerId,
        jobId,
        datasetVersionId,
        modelName,
        recipe,
        budgetMs: millisecondsOf(more.budgetDeviceSeconds),
        parentVersionId,
        createdAt,
      };
      await unitOfWork.repository(TrainingJob).insert(job);
      await this.events.emit({
        type: TRAINING_REQUESTED,
        customerId: data.customerId,
        subject: id,
        after: job,
        data: { datasetVersionId, modelName },
      });
      return id;
    });
  }

  /**
   * What a wish comes to when it may begin, in the open unit of work.
   * @throws AppError NOT_FOUND for unknown data, CONFLICT for a model of another task; AppErrors for what does not fit.
   */
  async admitted({
    datasetVersionId,
    modelName,
    recipe: wish,
    compareWithVersionId,
  }: TrainingWish): Promise<{ data: DatasetVersion; recipe: Recipe }> {
    const data = await this.database.unitOfWork
      .repository(DatasetVersion)
      .findOneBy({ id: datasetVersionId });
    if (!data) throw notFound(['input', 'datasetVersionId']);
    await this.curated.assertAllStand(data);
    const recipe = completeRecipe(wish);
    checkRecipe(recipe, data.label);
    if (compareWithVersionId) {
      const other = await this.models.servable(compareWithVersionId);
      if (!other) throw notFound(['input', 'compareWithVersionId']);
      if (!answersSame(other, data, recipe)) throw otherQuestion(compareWithVersionId);
    }
    await this.models.checkTask(modelName, taskOf(recipe));
    const names = data.columns.map(({ name }) => name);
    const unknown = recipe.excludedColumns.find((name) => !names.includes(name));
    if (unknown !== undefined) throw unknownColumn(unknown, names);
    checkPreparation(recipe, data);
    if (certainWidth(data, recipe) === 0) throw nothingToLearnFrom();
    const fault = sizeFault(data, recipe) ?? networkFault(recipe, data);
    if (fault) throw fault;
    return { data, recipe };
  }

  /** A training and its data. @throws AppError NOT_FOUND. */
  async find(id: string): Promise<{ training: TrainingJob; data: DatasetVersion }> {
    const training = await this.database.read.one(TrainingJob, { scope: SERVICE, where: { id } });
    const where = { id: training?.datasetVersionId };
    const data = training && (await this.database.read.one(DatasetVersion, { scope: SERVICE, where }));
    if (!training || !data) throw notFound(['input', 'trainingJobId']);
    return { training, data };
  }

  /** How a version was trained; null for one that was not trained here. */
  async trainingOf(versionId: string): Promise<TrainingJob | null> {
    const where = { resultVersionId: versionId };
    const [training] = await this.database.read.list(TrainingJob, { scope: SERVICE, where, limit: 1 });
    return training ?? null;
  }

  /**
   * An attempt goes on from the checkpoint, or from nothing: what its curve has beyond that is taken away. Null keeps the curve.
   */
  async begin(id: string, backend: string, epochsDone: number | null): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql('delete from training_epochs where training_job_id = $1 and epoch > $2', [
        id,
        epochsDone,
      ]);
      await unitOfWork.repository(TrainingJob).update({ id }, { backend });
    });
  }

  /** The epoch and the checkpoint behind it commit together. */
  async noteEpoch(id: string, figures: EpochFigures, standing: TrainingStanding): Promise<Noted> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(EpochMetrics).insert({ trainingJobId: id, ...figures });
      await this.signals.publish(TRAINING_CHANNEL, { id, epoch: figures.epoch });
      return this.noteStanding(id, standing);
    });
  }

  async noteStanding(id: string, { checkpointHash, spentMs }: TrainingStanding): Promise<Noted> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const [before] = await unitOfWork.sql<Standing>(STANDING, [id]);
      const { hash, status, pauseRequested } = before!;
      await unitOfWork.sql(
        `update training_jobs set checkpoint_hash = coalesce($2, checkpoint_hash), device_ms = device_ms + $3
         where id = $1`,
        [id, checkpointHash ?? null, spentMs],
      );
      const isReplaced = checkpointHash !== undefined && hash !== checkpointHash;
      return {
        replaced: isReplaced ? hash : null,
        orders: hasEnded(status) ? 'END' : pauseRequested ? 'PAUSE' : 'GO_ON',
      };
    });
  }

  /** Asks it to stop where it stands. @throws AppError NOT_FOUND, CONFLICT when it does not run. */
  async pause(id: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const training = await unitOfWork.repository(TrainingJob).findOneBy({ id });
      if (!training) throw notFound(['input', 'id']);
      if (training.searchId) throw partOfSearch(training.searchId);
      if (!(await this.jobs.pause(training.jobId))) throw notRunning();
      await unitOfWork.repository(TrainingJob).update({ id }, { pauseRequested: true });
      const { customerId } = training;
      await this.events.emit({ type: TRAINING_PAUSED, subject: id, customerId, data: {} });
    });
  }

  /** Lets it go on from where it stands. @throws AppError NOT_FOUND, CONFLICT when it is not paused. */
  async resume(id: string, budgetDeviceSeconds?: number | null): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const training = await unitOfWork.repository(TrainingJob).findOneBy({ id });
      if (!training) throw notFound(['input', 'id']);
      if (training.searchId) throw partOfSearch(training.searchId);
      if (!(await this.jobs.resume<TrainingRun>(training.jobId, { trainingJobId: id }))) throw notPaused();
      const budgetMs = millisecondsOf(budgetDeviceSeconds) ?? training.budgetMs;
      await unitOfWork.repository(TrainingJob).update({ id }, { pauseRequested: false, budgetMs });
      const { customerId } = training;
      await this.events.emit({ type: TRAINING_RESUMED, subject: id, customerId, data: {} });
    });
  }

  /**
   * The version and the end of the training commit together: there is never one without the other.
   * @throws DOMException AbortError when its job was cancelled, of which nothing is kept.
   */
  async complete(
    { id, jobId, modelName, recipe }: TrainingJob,
    version: NewModelVersion,
    report: EvaluationReport,
  ): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await holdStandingJob(unitOfWork, jobId);
      const model = await this.models.ensureModel(modelName, taskOf(recipe));
      const { versionId, isNew } = await this.models.addVersion(model.id, version);
      await unitOfWork.repository(TrainingJob).update(
        { id },
        {
          resultVersionId: versionId,
          checkpointHash: null,
          report: report as TrainingJob['report'] & object,
        },
      );
      await this.events.emit({
        type: TRAINING_COMPLETED,
        subject: id,
        data: { versionId, isNew, modelId: model.id },
      });
      return versionId;
    });
  }

  /** It is not gone on with. Answers the checkpoint that nobody goes on from any more. */
  async leave(id: string): Promise<string | null> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const trainings = unitOfWork.repository(TrainingJob);
      const { checkpointHash } = await trainings.findOneByOrFail({ id });
      await trainings.update({ id }, { checkpointHash: null });
      return checkpointHash;
    });
  }

  /** Tells of a training whose job failed for good, in the open unit of work. */
  async abandon({ jobId, status, code }: UndoneJob): Promise<void> {
    if (status !== JobStatus.FAILED) return;
    const training = await this.database.unitOfWork.repository(TrainingJob).findOneBy({ jobId });
    if (training) await this.events.emit({ type: TRAINING_FAILED, subject: training.id, data: { code } });
  }
}

function taskOf({ objective }: Recipe): ModelTask {
  return objective === 'REGRESSION' ? ModelTask.TABULAR_REGRESSION : ModelTask.TABULAR_CLASSIFICATION;
}

function millisecondsOf(seconds: number | null | undefined): number | null {
  return seconds == null ? null : seconds * 1000;
}
