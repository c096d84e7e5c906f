/** A test may be stopped before it is decided: from then on its results are kept as they were, and nobody is exposed any more. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StoppedTests1764580000630 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table feature_tests
      add column stop jsonb,
      add column stopped_at timestamptz,
      add column final_results jsonb`);
  }

  /** A stopped test exposes nobody, which only DECIDED says as well: what was kept of its results goes with the columns. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `update feature_tests set state = 'DECIDED', decided_at = stopped_at where state = 'STOPPED'`,
    );
    await runner.query(`alter table feature_tests
      drop column final_results,
      drop column stopped_at,
      drop column stop`);
  }
}
