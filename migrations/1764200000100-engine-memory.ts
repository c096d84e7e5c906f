/** How much memory the device of an engine had, for the records of what it answered. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class EngineMemory1764200000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inference_engines add column memory_bytes bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inference_engines drop column memory_bytes');
  }
}
