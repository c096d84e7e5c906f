/** That a customer closed its account, why, and what became of its data. Until now no customer ever ended. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class ClosedCustomers1764580001320 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table customers add column erase_after timestamptz, add column erased_at timestamptz',
    );
    // Every process reads those that are closed twice a minute: few of many.
    await runner.query('create index customers_closed on customers (id) where erase_after is not null');
    await runner.query(`create table customer_closures (
      customer_id text not null references customers (id),
      closed_at timestamptz not null,
      closed_by text not null,
      reason text not null,
      detail text,
      erase_after timestamptz not null,
      reopened_at timestamptz,
      reopened_by text,
      erasing_since timestamptz,
      told_at timestamptz,
      erased_at timestamptz,
      outcome jsonb not null default '[]',
      primary key (customer_id, closed_at)
    )`);
    await runner.query(
      'create unique index customer_closures_standing on customer_closures (customer_id) where reopened_at is null',
    );
    await tenantTable(runner, 'customer_closures');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table customer_closures');
    await runner.query('drop index customers_closed');
    await runner.query('alter table customers drop column erase_after, drop column erased_at');
  }
}
