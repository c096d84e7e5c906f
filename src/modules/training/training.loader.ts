/** Data, trainings and their curves by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { Dataset } from './dataset/dataset.entity';
import { DatasetVersion } from './dataset/dataset-version.entity';
import { EpochMetrics } from './job/epoch-metrics.entity';
import { readLearners } from './lineage/learners';
import { readLineage } from './lineage/lineage';
import type { LineageVersion } from './lineage/lineage-chart';
import { TrainingJob } from './job/training-job.entity';
import { TrainingSearch } from './search/training-search.entity';
import { TrainingTrial } from './search/training-trial.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface TrainingLoaders {
  readonly datasetById: Loader<Dataset>;
  readonly datasetVersionById: Loader<DatasetVersion>;
  readonly trainingJobById: Loader<TrainingJob>;
  readonly epochsByTrainingJob: ReturnType<typeof defineLoader<string, EpochMetrics[]>>;
  readonly trainingSearchById: Loader<TrainingSearch>;
  readonly trainingTrialById: Loader<TrainingTrial>;
  readonly trialByTrainingJob: Loader<TrainingTrial>;
  /** A version with all that it came of and all that came of it, nearest first; one more than a picture holds. */
  readonly lineageByVersion: ReturnType<typeof defineLoader<string, LineageVersion[]>>;
  /** The versions of models that saw a version of data, themselves or through a parent; oldest first. */
  readonly learnersByDatasetVersion: ReturnType<typeof defineLoader<string, string[]>>;
  /** Milliseconds on the device, all trials together. */
  readonly deviceMsBySearch: ReturnType<typeof defineLoader<string, number>>;
}

const DEVICE_MS = `select t.search_id as id, sum(j.device_ms) as "deviceMs"
  from training_trials t join training_jobs j on j.id = t.training_job_id
  where t.search_id = any($1) group by t.search_id`;

/** Each loader answers only what the caller's scope may see. */
export function createTrainingLoaders({ read }: Database): TrainingLoaders {
  const byId = <T extends { id: string }>(entity: new () => T): Loader<T> =>
    defineLoader<string, T | null>(async (ids, { scope }) => {
      const rows = await read.list(entity, { scope, where: { id: { in: ids } } });
      return inOrder(ids, rows, ({ id }) => id);
    });
  return {
    datasetById: byId(Dataset),
    datasetVersionById: byId(DatasetVersion),
    trainingJobById: byId(TrainingJob),
    epochsByTrainingJob: defineLoader<string, EpochMetrics[]>(async (ids, { scope }) => {
      const where = { trainingJobId: { in: ids } };
      const rows = await read.list(EpochMetrics, {
        scope,
        where,
        orderBy: [{ property: 'epoch', direction: 'ASC' }],
      });
      return groupedInOrder(ids, rows, ({ trainingJobId }) => trainingJobId);
    }),
    trainingSearchById: byId(TrainingSearch),
    trainingTrialById: byId(TrainingTrial),
    trialByTrainingJob: defineLoader<string, TrainingTrial | null>(async (ids, { scope }) => {
      const rows = await read.list(TrainingTrial, { scope, where: { trainingJobId: { in: ids } } });
      return inOrder(ids, rows, ({ trainingJobId }) => trainingJobId!);
    }),
    lineageByVersion: defineLoader((ids, { scope }) => readLineage(read, scope, ids)),
    learnersByDatasetVersion: defineLoader((ids, { scope }) => readLearners(read, scope, ids)),
    deviceMsBySearch: defineLoader<string, number>(async (ids, { scope }) => {
      const rows = await read.sql<{ id: string; deviceMs: number }>(scope, 'search_device_ms', DEVICE_MS, [
        ids,
      ]);
      return inOrder(ids, rows, ({ id }) => id).map((row) => row?.deviceMs ?? 0);
    }),
  };
}
