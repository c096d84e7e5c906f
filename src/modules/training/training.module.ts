/** Builds the training module: from an uploaded file to a version that may serve. */
import type { IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import type { BillingModule } from '../billing';
import type { ComputeModule } from '../compute';
import { type IdentityModule, may, type Permission } from '../identity';
import type { ModelsModule } from '../models';
import { TRAINING_CUSTOMER_DATA } from './customer-data';
import { compressionJob } from './compression/compression.job';
import { CompressionResolver } from './compression/compression.resolver';
import { curatedDatasetJob } from './dataset/curated/curated-dataset.job';
import { CuratedDatasetResolver } from './dataset/curated/curated-dataset.resolver';
import { CuratedDatasetService } from './dataset/curated/curated-dataset.service';
import { CuratedRows, type CuratedRowSource } from './dataset/curated/curated-row-source';
import { Dataset } from './dataset/dataset.entity';
import { DatasetResolver, DatasetVersionResolver } from './dataset/dataset.resolver';
import { DatasetService } from './dataset/dataset.service';
import { DatasetComparisonService } from './dataset/dataset-comparison.service';
import { datasetImportJob } from './dataset/dataset-import.job';
import { DatasetVersion } from './dataset/dataset-version.entity';
import { CheckpointService, checkpointSweepJob } from './job/checkpoint.service';
import { EpochMetrics } from './job/epoch-metrics.entity';
import { TrainingJob } from './job/training-job.entity';
import { TrainingJobResolver } from './job/training-job.resolver';
import { TrainingJobService } from './job/training-job.service';
import { trainingRunJob } from './job/training-run.job';
import { RowUseResolver } from './lineage/row-use.resolver';
import { RowUseService } from './lineage/row-use.service';
import { ModelVersionOriginResolver } from './model-version-origin.resolver';
import { TrainingSearch } from './search/training-search.entity';
import { trainingSearchJob } from './search/training-search.job';
import { TrainingSearchResolver } from './search/training-search.resolver';
import { TrainingSearchService } from './search/training-search.service';
import { TrainingTrial } from './search/training-trial.entity';
import { TrainingJobTrialResolver, TrainingTrialResolver } from './search/training-trial.resolver';
import { TrialRecord } from './search/trial-record';
import { thresholdJob } from './threshold/threshold.job';
import { ThresholdResolver } from './threshold/threshold.resolver';
import { createTrainingLoaders, type TrainingLoaders } from './training.loader';

export const trainingEntities = [
  Dataset,
  DatasetVersion,
  TrainingJob,
  EpochMetrics,
  TrainingSearch,
  TrainingTrial,
];

export interface TrainingModule {
  readonly loaders: TrainingLoaders;
  /** What columns looked like in the data that a version learned from. */
  readonly references: Pick<DatasetComparisonService, 'referencesOf'>;
  /** From whom it gets the corrections that reviewers accepted. */
  useCuratedRows(source: CuratedRowSource): void;
  readonly manifest: ModuleManifest;
}

export interface TrainingDoors {
  readonly identity: Pick<IdentityModule, 'loaders'>;
  readonly billing: Pick<BillingModule, 'pricing'>;
  readonly compute: Pick<ComputeModule, 'compute'>;
  readonly models: Pick<ModelsModule, 'models' | 'derived' | 'uploads' | 'loaders'>;
}

export function createTrainingModule(
  { database, events, signals, jobs, blobs, clock }: Platform,
  {
    identity,
    billing,
    compute: { compute },
    models: { models, derived, uploads, loaders: modelLoaders },
  }: TrainingDoors,
): TrainingModule {
  const loaders = createTrainingLoaders(database);
  const datasets = new DatasetService(database, events, jobs, uploads, blobs, clock);
  const curated = new CuratedRows();
  const gatherings = new CuratedDatasetService(database, jobs, curated);
  const comparison = new DatasetComparisonService(database, loaders, blobs);
  const trainings = new TrainingJobService(database, events, signals, jobs, models, curated, clock);
  const searches = new TrainingSearchService(database, events, jobs, trainings, clock);
  const trials = new TrialRecord(database, signals, clock);
  const checkpoints = new CheckpointService(database, blobs);
  const running = { trainings, checkpoints, models, compute, blobs, curated };
  const origins = { models, trainings, read: database.read };
  const deriving = { ...origins, unitOfWork: database.unitOfWork, derived, compute, blobs, curated };
  const node = (
    prefix: IdPrefix,
    permission: Permission,
    loader: TrainingLoaders[
      'datasetById' | 'datasetVersionById' | 'trainingJobById' | 'trainingSearchById' | 'trainingTrialById'],
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    loaders,
    references: comparison,
    useCuratedRows: (source) => curated.use(source),
    manifest: {
      name: 'training',
      blobs: [
        { table: 'dataset_versions', column: 'table_hash' },
        { table: 'dataset_versions', column: 'row_hashes_hash' },
        { table: 'training_jobs', column: 'checkpoint_hash' },
        { table: 'training_trials', column: 'scored_checkpoint_hash' },
      ],
      resolvers: [
        new DatasetResolver(database, datasets, identity.loaders),
        new DatasetVersionResolver(database, loaders, comparison),
        new CuratedDatasetResolver(database, gatherings, loaders),
        new TrainingJobResolver(database, trainings, loaders, modelLoaders, billing.pricing),
        new TrainingSearchResolver(database, searches, loaders, modelLoaders, billing.pricing),
        new TrainingTrialResolver(loaders),
        new TrainingJobTrialResolver(loaders),
        new ModelVersionOriginResolver(loaders),
        new RowUseResolver(new RowUseService(database, comparison, blobs)),
        new CompressionResolver(database, jobs, origins),
        new ThresholdResolver(database, jobs, origins),
      ],
      customerData: TRAINING_CUSTOMER_DATA,
      nodes: [
        node('dst', 'dataset:read', loaders.datasetById),
        node('dsv', 'dataset:read', loaders.datasetVersionById),
        node('trj', 'training:read', loaders.trainingJobById),
        node('trs', 'training:read', loaders.trainingSearchById),
        node('trt', 'training:read', loaders.trainingTrialById),
      ],
      jobs: [
        datasetImportJob(datasets, uploads, blobs),
        curatedDatasetJob({ datasets, gatherings, curated, blobs }),
        trainingRunJob(running),
        trainingSearchJob({ searches, trials, ...running }),
        checkpointSweepJob(checkpoints),
        compressionJob(deriving),
        thresholdJob(deriving),
      ],
    },
  };
}
