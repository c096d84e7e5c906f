/** Functional tests of model versions: suites of cases, their versions, and what runs of them have shown. The operator's own. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TestSuites1764580000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table test_suites (
      id text primary key,
      name text not null unique,
      description text,
      model_id text not null references models (id),
      number int not null,
      required_pass_rate double precision check (required_pass_rate > 0 and required_pass_rate <= 1),
      margin double precision not null check (margin > 0 and margin < 1),
      is_required boolean not null,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`);
    await runner.query('create index test_suites_model on test_suites (model_id)');
    // What a run was held against is never changed.
    await runner.query(`create table test_suite_versions (
      suite_id text not null references test_suites (id),
      number int not null,
      cases jsonb not null,
      content_hash text not null,
      created_by text not null,
      created_at timestamptz not null,
      primary key (suite_id, number)
    )`);
    await runner.query(`create table test_runs (
      id text primary key,
      suite_id text not null references test_suites (id),
      suite_number int not null,
      version_id text not null references model_versions (id),
      baseline_id text references model_versions (id),
      engine_kind text not null,
      engine_device text not null,
      verdict text not null,
      summary jsonb not null,
      results jsonb not null,
      created_by text not null,
      created_at timestamptz not null
    )`);
    await runner.query('create index test_runs_suite on test_runs (suite_id, version_id, id)');
    await runner.query('create index test_runs_version on test_runs (version_id, id)');
    for (const table of ['test_suite_versions', 'test_runs']) {
      await runner.query(
        `create trigger ${table}_append_only before update or delete on ${table} for each row execute function flywheel_append_only()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['test_runs', 'test_suite_versions', 'test_suites'])
      await runner.query(`drop table ${table}`);
  }
}
