/** What the analysis holds about people: what was made of their words, for exactly as long as the words. */
import type { PersonalDataHolder } from '../../../platform/module';

export const ANALYSIS_PERSONAL_DATA: PersonalDataHolder = {
  table: 'feedback_analyses',
  holds:
    'what models of the product made of the person’s words: how they lean, a vector by which similar words are found, and the topic that it belongs to',
  kept: 'as long as the words themselves: it is deleted in the moment in which they are changed, taken back, forgotten or over',
  copy: {
    columns: {
      feedbackId: 'feedback_id',
      sentiment: 'sentiment_label',
      sentimentScore: 'sentiment_score',
      sentimentModelVersionId: 'sentiment_version_id',
      vector: `encode(embedding, 'base64')`,
      vectorModelVersionId: 'embedding_version_id',
      topicId: 'topic_id',
      analysedAt: 'analysed_at',
    },
    order: ['feedback_id'],
  },
  forget: ['delete from feedback_analyses where customer_id = $1 and end_user_id = $2'],
};
