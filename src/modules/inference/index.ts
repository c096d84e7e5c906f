/** The door of inference: the record that later modules add fields to, its token, and the ports they implement. */
export type { AnswerHistory } from './answer-history.service';
export type { AnswerListener, GivenAnswer } from './answer-listener';
export type { AssignmentSource, Exposure, ExposureSink, TestAssignment } from './assignment-source';
export type { ExecutionPort } from './execution';
export type { FeedbackClaim, FeedbackTokenService } from './feedback-token.service';
export { Inference } from './inference.entity';
export { INFERENCE_COMPLETED } from './inference.events';
export type { InferenceLoaders } from './inference.loader';
export { createInferenceModule, inferenceEntities, type InferenceModule } from './inference.module';
export { VersionChoice } from './version-choice';
export type { LoadedVersion, VersionLoad } from './version-load.service';
export type { TriedVersion, VersionTrial } from './version-trial.service';
