/** Members leave: their row stays without a name, because what they did names it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RemovedMembers1764580000811 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table members add column removed_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table members drop column removed_at');
  }
}
