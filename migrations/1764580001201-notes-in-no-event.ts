/**
 * Notes that reviewers make about what people said go with the words. As the reason of an event they stayed, so they are no reason any
 * more. Records of the log cannot lose theirs.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NotesInNoEvent1764580001201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `update outbox_events set reason = null where type like 'feedback.%' and reason is not null`,
    );
    // Whoever takes words back takes the notes along; nothing else of the history is rewritten.
    await runner.query('grant update (note) on feedback_events to flywheel_app');
  }

  /** What is gone does not come back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('revoke update (note) on feedback_events from flywheel_app');
  }
}
