/** Failed attempts are counted by all processes together. What is lost in a crash is counted anew, so nothing of it is logged. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AttemptCounts1764580000886 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create unlogged table attempt_counts (
      key text primary key,
      count integer not null,
      since timestamptz not null
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table attempt_counts');
  }
}
