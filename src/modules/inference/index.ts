/** The door of inference: the record that later modules add fields to, its token, and the ports they implement. */
export type { AnswerHistory } from './history/answer-history.service';
export type { AnswerListener, GivenAnswer } from './record/answer-listener';
export type {
  AssignmentSource,
  Exposure,
  ExposureSink,
  TestAssignment,
} from './prediction/assignment-source';
export type { ExecutionPort } from './batching/execution';
export type { FeedbackClaim, FeedbackTokenService } from './record/feedback-token.service';
export { Inference } from './record/inference.entity';
export { INFERENCE_COMPLETED } from './inference.events';
export type { InferenceLoaders } from './record/inference.loader';
export { createInferenceModule, inferenceEntities, type InferenceModule } from './inference.module';
export { VersionChoice } from './prediction/version-choice';
export type { LoadedVersion, VersionLoad } from './unbilled/version-load.service';
export type { TriedVersion, VersionTrial } from './unbilled/version-trial.service';
