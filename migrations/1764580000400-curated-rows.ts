/** Corrections that reviewers accepted as rows to learn from, sealed, and the versions of data that they are in. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class CuratedRows1764580000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table curated_rows (
      customer_id text not null,
      id text not null,
      end_user_id text not null,
      feedback_id text not null,
      inference_id text not null,
      row_index int not null,
      model_id text not null,
      model_version_id text not null,
      contents text,
      accepted_by text not null,
      accepted_at timestamptz not null,
      withdrawn_at timestamptz,
      primary key (customer_id, id),
      foreign key (customer_id, feedback_id) references feedback (customer_id, id) on delete cascade,
      check ((contents is null) = (withdrawn_at is not null))
    )`);
    // Accepted by two reviewers at once it is accepted once.
    await runner.query(
      'create unique index curated_rows_once on curated_rows (customer_id, feedback_id, row_index) where withdrawn_at is null',
    );
    await runner.query('create index curated_rows_feedback on curated_rows (feedback_id, id)');
    await runner.query('create index curated_rows_person on curated_rows (customer_id, end_user_id, id)');
    await runner.query(
      'create index curated_rows_model on curated_rows (model_id, id) where withdrawn_at is null',
    );
    await tenantTable(runner, 'curated_rows');
    // A person takes back what is theirs; what is accepted, the service writes.
    await runner.query('revoke insert, delete on curated_rows from flywheel_app');

    await runner.query(`create table curated_row_uses (
      customer_id text not null,
      row_id text not null,
      dataset_version_id text not null references dataset_versions (id),
      job_id text not null,
      primary key (customer_id, row_id, dataset_version_id),
      foreign key (customer_id, row_id) references curated_rows (customer_id, id) on delete cascade
    )`);
    await runner.query('create index curated_row_uses_version on curated_row_uses (dataset_version_id)');
    await runner.query('create index curated_row_uses_job on curated_row_uses (job_id)');
    await tenantTable(runner, 'curated_row_uses');
    // What was learned from stays told: nobody but the service writes it.
    await runner.query('revoke insert, update, delete on curated_row_uses from flywheel_app');

    await runner.query(`alter table dataset_versions
      add column base_version_id text references dataset_versions (id),
      add column curated_rows int not null default 0 check (curated_rows >= 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table dataset_versions drop column curated_rows, drop column base_version_id');
    await runner.query('drop table curated_row_uses');
    await runner.query('drop table curated_rows');
  }
}
