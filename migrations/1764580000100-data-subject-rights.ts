/** What it takes to carry out what people ask about their own data: who is restricted or forgotten, copies, outcomes. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DataSubjectRights1764580000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table end_users add column restricted_at timestamptz, add column erased_at timestamptz',
    );
    // Few are: every process has them in memory, and reads them at its start.
    await runner.query(
      'create index end_users_closed on end_users (id) where restricted_at is not null or erased_at is not null',
    );
    await runner.query('alter table consent_states add column restricted boolean not null default false');
    await runner.query(`alter table data_requests
      add column details text,
      add column answer text,
      add column outcome jsonb,
      add column job_id text,
      add column copy_hash text,
      add column copy_until timestamptz`);
    await runner.query('create index data_requests_due on data_requests (due_at) where closed_at is null');
    await runner.query(
      'create index data_requests_copies on data_requests (copy_until) where copy_hash is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const index of ['data_requests_copies', 'data_requests_due', 'end_users_closed'])
      await runner.query(`drop index ${index}`);
    await runner.query(`alter table data_requests
      drop column details, drop column answer, drop column outcome, drop column job_id,
      drop column copy_hash, drop column copy_until`);
    await runner.query('alter table consent_states drop column restricted');
    await runner.query('alter table end_users drop column restricted_at, drop column erased_at');
  }
}
