/** The door of training: from an uploaded file to a version, and the preparation that serving repeats. */
export { applyToRows, preparationOf } from './preparation/preparation';
export { createTrainingModule, trainingEntities, type TrainingModule } from './training.module';
