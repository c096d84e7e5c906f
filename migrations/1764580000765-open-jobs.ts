/** Open jobs are looked for every minute, among all that ever were; and they take with them what they worked for, without an event. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OpenJobs1764580000765 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query("create index jobs_open on jobs (id) where status in ('QUEUED', 'RUNNING')");
    await runner.query(`delete from event_cursors where subscriber = 'inference.cancelled-predictions'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index jobs_open');
  }
}
