/** The door of models: versions with what serving needs of them, and the check of a caller's row. */
export { CalibrationBin, Confusion, Evaluation, GroupEvaluation, GroupKey, Metric } from './evaluation.type';
export type { ModelAliasService, NewAliasMove } from './model-alias.service';
export { Model, ModelTask } from './model.entity';
export { NAME_PATTERN } from './model.input';
export type { ModelLoaders } from './model.loader';
export type { ModelService, NewModelVersion, ServableVersion } from './model.service';
export { ModelVersion, type StoredArtefact } from './model-version.entity';
export { DamagedArtefact } from './models.errors';
export { createModelsModule, modelsEntities, type ModelsModule } from './models.module';
export { type InputRow, rowFaults } from './row-faults';
export { DType, Signature, TensorSpec } from './signature.type';
