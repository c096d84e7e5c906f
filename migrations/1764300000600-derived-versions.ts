/** How a version was made from its parents, and what spoke for the move of an alias. Both are written once, with their row. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DerivedVersions1764300000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table model_versions add column derivation jsonb');
    await runner.query('create index model_versions_parents on model_versions using gin (parent_ids)');
    await runner.query(`alter table model_alias_moves add column evidence_ids text[] not null default '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table model_alias_moves drop column evidence_ids');
    await runner.query('drop index model_versions_parents');
    await runner.query('alter table model_versions drop column derivation');
  }
}
