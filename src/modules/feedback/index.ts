/** The door of feedback: the module itself and its tables. */
export { FeedbackKind } from './feedback-kind';
export { FEEDBACK_CHANGED, FEEDBACK_SUBMITTED } from './feedback.events';
export { createFeedbackModule, feedbackEntities, type FeedbackModule } from './feedback.module';
export { Feedback } from './feedback.entity';
export { FeedbackTopic } from './topics/feedback-topic.entity';
export { SURVEY_QUESTION } from './survey/survey-question';
export type { SurveyOfCustomer } from './survey/survey-figures.service';
export type { FeedbackLeaning } from './words/feedback-words.service';
export type { TopicOfCustomer } from './topics/topic-figures.service';
export type { FeedbackCount, FeedbackSummaryService } from './figures/feedback-summary.service';
