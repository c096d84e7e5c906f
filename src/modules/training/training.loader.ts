/** Data, trainings and their curves by id, one statement a request, for fields of this and later modules. */
import type { Database } from '../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../platform/graphql';
import { Dataset } from './dataset/dataset.entity';
import { DatasetVersion } from './dataset/dataset-version.entity';
import { EpochMetrics } from './job/epoch-metrics.entity';
import { TrainingJob } from './job/training-job.entity';

type Loader<T> = ReturnType<typeof defineLoader<string, T | null>>;

export interface TrainingLoaders {
  readonly datasetById: Loader<Dataset>;
  readonly datasetVersionById: Loader<DatasetVersion>;
  readonly trainingJobById: Loader<TrainingJob>;
  readonly epochsByTrainingJob: ReturnType<typeof defineLoader<string, EpochMetrics[]>>;
}

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
  };
}
