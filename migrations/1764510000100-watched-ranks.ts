/** Searches may hold trials against each other by AUC and F1, so each pass of a training has both. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WatchedRanks1764510000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table training_epochs add column val_auc double precision, add column val_f1 double precision',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table training_epochs drop column val_auc, drop column val_f1');
  }
}
