/** Texts that were streamed under an idempotency key are kept like durable predictions, without a job, and found by their record. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class KeptTexts1764530000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table predictions alter column job_id drop not null');
    await runner.query(
      'create index predictions_inference on predictions (customer_id, inference_id) where inference_id is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index predictions_inference');
    await runner.query('delete from predictions where job_id is null');
    await runner.query('alter table predictions alter column job_id set not null');
  }
}
