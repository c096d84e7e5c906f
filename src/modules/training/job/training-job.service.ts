/** The record of trainings: asked for, begun, epoch by epoch, and what came of it. Each step is one transaction. */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { type ModelService, ModelTask, type NewModelVersion } from '../../models';
import { DatasetVersion } from '../dataset/dataset-version.entity';
import { completeRecipe, type Recipe, type RecipeWish } from '../trainer/recipe';
import type { EpochFigures } from '../trainer/trainer-message';
import { unknownColumn } from '../training.errors';
import {
  TRAINING_CHANNEL,
  TRAINING_COMPLETED,
  TRAINING_FAILED,
  TRAINING_REQUESTED,
} from '../training.events';
import { EpochMetrics } from './epoch-metrics.entity';
import { TrainingJob } from './training-job.entity';

export const TRAINING_RUN = 'training.run';

export interface TrainingRun {
  readonly trainingJobId: string;
}

export interface TrainingWish {
  readonly datasetVersionId: string;
  readonly modelName: string;
  readonly recipe: RecipeWish;
}

export class TrainingJobService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly jobs: Jobs,
    private readonly models: ModelService,
    private readonly clock: Clock,
  ) {}

  /** Answers the id of the training. @throws AppError NOT_FOUND for unknown data, CONFLICT for a model of another task. */
  async create({ datasetVersionId, modelName, recipe: wish }: TrainingWish): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const data = await unitOfWork.repository(DatasetVersion).findOneBy({ id: datasetVersionId });
      if (!data) throw notFound(['input', 'datasetVersionId']);
      const recipe = completeRecipe(wish);
      await this.models.checkTask(modelName, taskOf(recipe));
      const names = data.columns.map(({ name }) => name);
      const unknown = recipe.excludedColumns.find((name) => !names.includes(name));
      if (unknown !== undefined) throw unknownColumn(unknown, names);
      const createdAt = this.clock.now();
      const id = newId('trj', createdAt);
      const jobId = await this.jobs.enqueue<TrainingRun>(TRAINING_RUN, { trainingJobId: id });
      const job = { id, customerId: data.customerId, jobId, datasetVersionId, modelName, recipe, createdAt };
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

  /** A training and its data. @throws AppError NOT_FOUND. */
  async find(id: string): Promise<{ training: TrainingJob; data: DatasetVersion }> {
    const training = await this.database.read.one(TrainingJob, { scope: SERVICE, where: { id } });
    const where = { id: training?.datasetVersionId };
    const data = training && (await this.database.read.one(DatasetVersion, { scope: SERVICE, where }));
    if (!training || !data) throw notFound(['input', 'trainingJobId']);
    return { training, data };
  }

  /** An attempt starts from nothing: what an interrupted one left of its curve is taken away. */
  async begin(id: string, backend: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(EpochMetrics).delete({ trainingJobId: id });
      await unitOfWork.repository(TrainingJob).update({ id }, { backend });
    });
  }

  async noteEpoch(id: string, figures: EpochFigures): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.repository(EpochMetrics).insert({ trainingJobId: id, ...figures });
      const more = 'update training_jobs set device_ms = device_ms + $2 where id = $1';
      await unitOfWork.sql(more, [id, figures.elapsedMs]);
      await this.signals.publish(TRAINING_CHANNEL, { id, epoch: figures.epoch });
    });
  }

  /** The version and the end of the training commit together: there is never one without the other. */
  async complete({ id, modelName, recipe }: TrainingJob, version: NewModelVersion): Promise<string> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const model = await this.models.ensureModel(modelName, taskOf(recipe));
      const { versionId, isNew } = await this.models.addVersion(model.id, version);
      await unitOfWork.repository(TrainingJob).update({ id }, { resultVersionId: versionId });
      await this.events.emit({
        type: TRAINING_COMPLETED,
        subject: id,
        data: { versionId, isNew, modelId: model.id },
      });
      return versionId;
    });
  }

  async fail(id: string, code: string): Promise<void> {
    await this.database.unitOfWork.run(SERVICE, () =>
      this.events.emit({ type: TRAINING_FAILED, subject: id, data: { code } }),
    );
  }
}

function taskOf({ objective }: Recipe): ModelTask {
  return objective === 'REGRESSION' ? ModelTask.TABULAR_REGRESSION : ModelTask.TABULAR_CLASSIFICATION;
}
