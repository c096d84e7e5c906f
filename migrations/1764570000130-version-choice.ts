/** Who chose the version that answered, so that a canary hears only of answers that the routes chose. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class VersionChoice1764570000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inferences add column version_choice text');
    await runner.query('alter table feedback add column version_choice text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table feedback drop column version_choice');
    await runner.query('alter table inferences drop column version_choice');
  }
}
