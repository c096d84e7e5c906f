/** The door of feedback: what was said, for reports and for the market. */
export { Feedback } from './feedback.entity';
export {
  FEEDBACK_CHANGED,
  FEEDBACK_SUBMITTED,
  FEEDBACK_TRIAGED,
  FEEDBACK_WITHDRAWN,
  type FeedbackEventData,
} from './feedback.events';
export { createFeedbackModule, feedbackEntities, type FeedbackModule } from './feedback.module';
export type { FeedbackCount, FeedbackSummaryService } from './feedback-summary.service';
