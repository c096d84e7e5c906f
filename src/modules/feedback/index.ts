/** The door of feedback: the module itself and its tables. */
export { FeedbackKind } from './feedback-kind';
export { createFeedbackModule, feedbackEntities, type FeedbackModule } from './feedback.module';
export type { FeedbackCount, FeedbackSummaryService } from './feedback-summary.service';
