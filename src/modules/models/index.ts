/** The door of models: versions with what serving needs of them, and the check of a caller's row. */
export { DerivationKind, DerivedQuality, ThresholdGoal } from './derivation/derivation.type';
export type { DerivedVersionService, NewChildVersion } from './derivation/derived-version.service';
export { CalibrationBin, Confusion, Evaluation, GroupEvaluation, Metric } from './evaluation.type';
export { Model, ModelTask } from './model.entity';
export { NAME_PATTERN } from './model.input';
export type { ModelLoaders } from './model.loader';
export type { ModelService, NewModelVersion, ServableVersion } from './model.service';
export { ModelVersion, ModelVersionConnection } from './model-version.entity';
export { createModelsModule, modelsEntities, type ModelsModule } from './models.module';
export { stepGraphOf, takesTexts, writesText } from './text-version';
export type { UploadService } from './upload/upload.service';
export type { VersionRetirementService } from './retirement/version-retirement.service';
export type { VersionUse } from './retirement/version-use';
export { faultsOfRows, type InputRow, MOST_FAULTS, rowFaults } from './row-faults';
export { rowInNumbers, widthOf, writeRow } from './row-numbers';
export { shownEvaluation } from './shown-evaluation';
export { DType, Signature, TensorSpec } from './signature.type';
export { thresholdOf, withThreshold } from './threshold';
