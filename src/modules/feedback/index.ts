/** The door of feedback: the module itself and its tables. */
export { createFeedbackModule, feedbackEntities, type FeedbackModule } from './feedback.module';
