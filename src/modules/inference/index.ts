/** The door of inference: the one path, the record that later modules add fields to, and the ports they implement. */
export type { AssignmentSource, Exposure, ExposureSink, TestAssignment } from './assignment-source';
export type { FeedbackClaim, FeedbackTokenService } from './feedback-token.service';
export { Inference } from './inference.entity';
export { INFERENCE_COMPLETED } from './inference.events';
export type { InferenceLoaders } from './inference.loader';
export { createInferenceModule, inferenceEntities, type InferenceModule } from './inference.module';
export type { Payload, PayloadService } from './payload.service';
export type { Prediction, PredictionCall, PredictionService } from './prediction.service';
