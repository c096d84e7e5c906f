/** The door of training: from an uploaded file to a version, and the preparation that serving repeats. */
export { Dataset } from './dataset/dataset.entity';
export { DatasetVersion } from './dataset/dataset-version.entity';
export type {
  CuratedQuestion,
  CuratedRow,
  CuratedRowPlace,
  CuratedRowSource,
} from './dataset/curated/curated-row-source';
export { TrainingJob } from './job/training-job.entity';
export { binOf, type FeatureReference } from './dataset/feature-reference';
export { readLearners } from './lineage/learners';
export { readLineage } from './lineage/lineage';
export { learnsOnData, lineageChart, type LineageData, type LineageVersion } from './lineage/lineage-chart';
export { type InputColumns, inputColumnsOf } from './preparation/columns';
export { encodePassages, type PassagePreparation, passagesOf } from './preparation/passages';
export { applyToRows, preparationOf, rowsAtOnce } from './preparation/preparation';
export { type Random, seededRandom, shuffle } from './preparation/seeded-random';
export type { TrainingLoaders } from './training.loader';
export { createTrainingModule, trainingEntities, type TrainingModule } from './training.module';
