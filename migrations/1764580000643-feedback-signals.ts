/** What people do with answers without saying anything: one row an answer and kind of deed, apart from what they say. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FeedbackSignals1764580000643 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table feedback_signals (
      customer_id text not null,
      inference_id text not null,
      kind text not null,
      end_user_id text not null,
      deployment_id text not null,
      model_version_id text not null,
      edit_distance double precision check (edit_distance between 0 and 1),
      times int not null check (times > 0),
      answered_at timestamptz not null,
      last_at timestamptz not null,
      primary key (customer_id, inference_id, kind),
      check ((edit_distance is not null) = (kind = 'EDIT'))
    )`);
    await runner.query(
      'create index feedback_signals_version on feedback_signals (model_version_id, answered_at)',
    );
    await runner.query('create index feedback_signals_time on feedback_signals (answered_at)');
    await runner.query(
      'create index feedback_signals_person on feedback_signals (customer_id, end_user_id, inference_id)',
    );
    await tenantTable(runner, 'feedback_signals');
    await runner.query('revoke delete on feedback_signals from flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table feedback_signals');
  }
}
