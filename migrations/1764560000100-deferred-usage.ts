/**
 * Usage records of inferences that were written and are settled a moment later, many commits at once. A row goes over to
 * `usage_records` in the transaction that settles it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class DeferredUsage1764560000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A row is gone a moment later: compressing it would cost more than its room.
    await runner.query(
      `create table deferred_usage (like usage_records including defaults, primary key (first_inference_id))
        with (toast_tuple_target = 8160)`,
    );
    await tenantTable(runner, 'deferred_usage');
    await runner.query('revoke insert, update, delete on deferred_usage from flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table deferred_usage');
  }
}
