/** The values of a JSON flag may be held to a JSON Schema. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class FlagValueSchemas1764580000731 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags add column value_schema jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feature_flags drop column value_schema');
  }
}
