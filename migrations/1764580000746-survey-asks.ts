/** When somebody was asked how they would miss the product: so that nobody is asked too often, and those who did not answer are known. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class SurveyAsks1764580000746 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table survey_asks (
      customer_id text not null,
      giver text not null,
      asked_at timestamptz not null,
      end_user_id text,
      primary key (customer_id, giver, asked_at)
    )`);
    await runner.query('create index survey_asks_time on survey_asks (asked_at)');
    await runner.query(
      'create index survey_asks_person on survey_asks (customer_id, end_user_id, asked_at) where end_user_id is not null',
    );
    await tenantTable(runner, 'survey_asks');
    await runner.query('revoke update, delete on survey_asks from flywheel_app');
    await runner.query(
      `create index feedback_survey on feedback (customer_id, giver, created_at) where kind = 'PMF'`,
    );
    await runner.query(`create index feedback_survey_time on feedback (created_at) where kind = 'PMF'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Nobody knows their kind then. What was said stays as words; where there are none, as what was taken back.
    await runner.query(`update feedback set kind = 'TEXT', score = null,
      withdrawn_at = case when text is null then coalesce(withdrawn_at, updated_at) else withdrawn_at end where kind = 'PMF'`);
    await runner.query('drop index feedback_survey_time');
    await runner.query('drop index feedback_survey');
    await runner.query('drop table survey_asks');
  }
}
