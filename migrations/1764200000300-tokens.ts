/** Texts: their tokens are counted beside requests, rows and device time, and a text that was cut off says so. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Tokens1764200000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['inferences', 'usage_records']) {
      await runner.query(`alter table ${table} add column prompt_tokens int not null default 0,
        add column completion_tokens int not null default 0`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['usage_records', 'inferences'])
      await runner.query(`alter table ${table} drop column prompt_tokens, drop column completion_tokens`);
  }
}
