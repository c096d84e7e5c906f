/** Money that staff want to give a customer, and that somebody else must approve. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class MoneyRequests1764580001380 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table money_requests (
      customer_id text not null references customers (id),
      id text not null unique,
      kind text not null check (kind in ('REFUND', 'CREDIT')),
      invoice_id text,
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      credit jsonb,
      reason text not null,
      by text not null,
      idempotency_key text not null,
      input_hash text not null,
      created_at timestamptz not null,
      state text not null check (state in ('PENDING', 'APPROVED', 'REJECTED', 'WITHDRAWN', 'REFUSED')),
      decided_by text,
      decision_reason text,
      decided_at timestamptz,
      primary key (customer_id, id),
      unique (by, kind, idempotency_key)
    )`);
    await tenantTable(runner, 'money_requests');
    await runner.query('revoke insert, update, delete on money_requests from flywheel_app');
    await runner.query('create index money_requests_by_time on money_requests (created_at, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table money_requests');
  }
}
