/** Performance tests of model versions: what was asked of each, how it was answered, and what that says. The operator's own, never changed. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PerformanceTests1764580000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table performance_tests (
      id text primary key,
      job_id text not null unique,
      version_id text not null references model_versions (id),
      scenario text not null,
      plan jsonb not null,
      row_count int not null check (row_count > 0),
      rows_hash text not null,
      is_required boolean,
      engine_kind text not null,
      engine_device text not null,
      queries int not null,
      late int not null,
      failed int not null,
      duration_ms double precision not null,
      throughput double precision not null,
      quantiles jsonb not null,
      peak_rate double precision,
      verdict text not null,
      reason text not null,
      created_by text not null,
      created_at timestamptz not null
    )`);
    await runner.query('create index performance_tests_version on performance_tests (version_id, id)');
    await runner.query(
      'create trigger performance_tests_append_only before update or delete on performance_tests for each row execute function flywheel_append_only()',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table performance_tests');
  }
}
