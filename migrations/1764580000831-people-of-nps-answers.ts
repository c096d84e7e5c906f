/** Whose answer it was, so that of those who want data about them left alone none counts. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PeopleOfNpsAnswers1764580000831 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table nps_answers add column end_user_id text');
    await runner.query(`update nps_answers as kept set end_user_id = said.end_user_id from feedback as said
      where said.customer_id = kept.customer_id and said.id = kept.feedback_id`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table nps_answers drop column end_user_id');
  }
}
