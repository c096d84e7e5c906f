/** Predictions that may wait towards a deadline of their own, what they are expected to take, and what is charged for them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Economy1764530000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table predictions
      add column service_class text not null default 'STANDARD',
      add column complete_by timestamptz,
      add column expected_ms double precision`);
    await runner.query(`create index predictions_deferred on predictions (complete_by)
      where service_class = 'ECONOMY' and status in ('QUEUED', 'RUNNING')`);
    await runner.query(`alter table inferences add column service_class text not null default 'STANDARD'`);
    await runner.query('alter table usage_records add column economy_requests int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage_records drop column economy_requests');
    await runner.query('alter table inferences drop column service_class');
    await runner.query('drop index predictions_deferred');
    await runner.query(
      'alter table predictions drop column service_class, drop column complete_by, drop column expected_ms',
    );
  }
}
