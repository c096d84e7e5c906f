/** Keys name the one that took their place, and may have a rate of their own. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeyRotationAndLimits1764580000812 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_keys add column replaced_by_id text');
    await runner.query(
      'alter table api_keys add column requests_per_minute int check (requests_per_minute > 0)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api_keys drop column requests_per_minute');
    await runner.query('alter table api_keys drop column replaced_by_id');
  }
}
