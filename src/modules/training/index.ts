/** The door of training: data sets, trainings, and the preparation that serving repeats. */
export { Dataset } from './dataset/dataset.entity';
export { DatasetVersion } from './dataset/dataset-version.entity';
export { TrainingJob } from './job/training-job.entity';
export type { Preparation } from './preparation/encode-row';
export { applyPreparation, applyToRows, preparationOf } from './preparation/preparation';
export type { TrainingLoaders } from './training.loader';
export { createTrainingModule, trainingEntities, type TrainingModule } from './training.module';
