/** A training that learns a number has no share of rows that were called right. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Regression1764200000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table training_epochs alter column accuracy drop not null, alter column val_accuracy drop not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from training_epochs where accuracy is null or val_accuracy is null');
    await runner.query(
      'alter table training_epochs alter column accuracy set not null, alter column val_accuracy set not null',
    );
  }
}
