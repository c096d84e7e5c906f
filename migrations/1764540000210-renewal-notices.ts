/** Of which renewals customers were told before they were charged, and what they were told. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class RenewalNotices1764540000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table renewal_notices (
      customer_id text not null references customers (id),
      stripe_subscription_id text not null,
      renews_at timestamptz not null,
      amount_due_minor bigint not null,
      currency text not null,
      created_at timestamptz not null,
      primary key (customer_id, stripe_subscription_id, renews_at)
    )`);
    await tenantTable(runner, 'renewal_notices');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table renewal_notices');
  }
}
