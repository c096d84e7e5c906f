/**
 * Figures of what was said are read from the indexes alone: a row holds the vector of its words, so the few bytes that a trend, a topic
 * or the demand map asks for lay a block apart each.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const BY_ID = 'unique index feedback_analyses_id on feedback_analyses (feedback_id desc)';
const BY_TOPIC = 'index feedback_analyses_topic on feedback_analyses (topic_id, feedback_id desc)';

export class FiguresOfWords1764580000931 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index feedback_analyses_id, feedback_analyses_topic');
    await runner.query(
      `create ${BY_ID} include (customer_id, end_user_id, sentiment_label, sentiment_score)`,
    );
    await runner.query(
      `create ${BY_TOPIC} include (customer_id, end_user_id, sentiment_score) where topic_id is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index feedback_analyses_id, feedback_analyses_topic');
    await runner.query(`create ${BY_ID}`);
    await runner.query(`create ${BY_TOPIC} where topic_id is not null`);
  }
}
