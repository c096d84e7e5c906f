/** A usage record counts the inferences that were settled together and that no report tells apart, instead of one. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UsageByCommit1764550000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage_records rename column inference_id to first_inference_id');
    await runner.query('alter table usage_records add column inference_ids text[]');
    await runner.query('update usage_records set inference_ids = array[first_inference_id]');
    await runner.query('alter table usage_records alter column inference_ids set not null');
  }

  /** Sums cannot be taken apart: the record keeps its first inference, and all that it adds up. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage_records drop column inference_ids');
    await runner.query('alter table usage_records rename column first_inference_id to inference_id');
  }
}
