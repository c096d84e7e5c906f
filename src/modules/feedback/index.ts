/** The door of feedback: the module itself and its tables. */
export { createFeedbackModule, feedbackEntities, type FeedbackModule } from './feedback.module';
export type { FeedbackCount, FeedbackSummaryService } from './feedback-summary.service';
