/** A flag may require what other flags give, and may be archived: what others require is not. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FlagPrerequisites1764580000730 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table feature_flags
      add column prerequisites jsonb not null default '[]',
      add column archived_at timestamptz`);
    await runner.query(`alter table feature_flag_revisions
      add column prerequisites jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flag_revisions drop column prerequisites');
    await runner.query('alter table feature_flags drop column archived_at, drop column prerequisites');
  }
}
