/** Whatever is said, changed or taken back is looked up among all mentions: of a hundred thousand every one was read each time. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MentionsByFeedback1764580000790 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index competitor_mentions_feedback on competitor_mentions (feedback_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index competitor_mentions_feedback');
  }
}
