/** A kill switch gives everybody the same for years, and is meant to: it can say so, and is not called stale then. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PermanentFlags1764580000825 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags add column permanent boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags drop column permanent');
  }
}
