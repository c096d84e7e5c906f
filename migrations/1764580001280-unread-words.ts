/**
 * Words that nobody has read yet are found in two indexes alone. The look at them every hour, of which nearly always nothing comes, read
 * every word and every vector that there is.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const ANALYSES = 'create unique index feedback_analyses_id on feedback_analyses (feedback_id desc)';
const FIGURES = 'customer_id, end_user_id, sentiment_label, sentiment_score';
const WORDS = 'create index feedback_words on feedback (id)';

export class UnreadWords1764580001280 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index feedback_analyses_id, feedback_words');
    await runner.query(`${ANALYSES} include (${FIGURES}, sentiment_version_id, embedding_version_id)`);
    await runner.query(
      `${WORDS} include (customer_id, end_user_id) where text is not null and withdrawn_at is null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index feedback_analyses_id, feedback_words');
    await runner.query(`${ANALYSES} include (${FIGURES})`);
    await runner.query(`${WORDS} where text is not null`);
  }
}
