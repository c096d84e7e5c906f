/**
 * When the register of what people decided was last compared with this database. It stands in the database on purpose: one that is
 * put back to an earlier day is put back to the comparison of that day, and so knows how much of the register is news to it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RegisterComparisons1764580000830 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table register_comparisons (
      id boolean primary key default true check (id),
      compared_at timestamptz not null
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table register_comparisons');
    await runner.query(`delete from event_cursors where subscriber = 'privacy.register'`);
  }
}
