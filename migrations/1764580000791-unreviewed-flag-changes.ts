/** Who approves that a flag is switched on again is told what was changed, without review, while it was off. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UnreviewedFlagChanges1764580000791 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `alter table flag_change_requests add column unreviewed_changes jsonb not null default '[]'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table flag_change_requests drop column unreviewed_changes');
  }
}
