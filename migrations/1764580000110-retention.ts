/** What was let go because its time was over, run by run; and how what is over is found in a table that grows. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Retention1764580000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table retention_runs (
      id text primary key,
      results jsonb not null,
      created_at timestamptz not null
    )`);
    await runner.query('create index retention_runs_at on retention_runs (created_at)');
    await runner.query(
      'create trigger retention_runs_append_only before update or delete on retention_runs for each row execute function flywheel_append_only()',
    );
    // Rows come in the order of time: a few bytes for a thousand pages find the old ones.
    await runner.query('create index metric_events_at on metric_events using brin (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index metric_events_at');
    await runner.query('drop table retention_runs');
  }
}
