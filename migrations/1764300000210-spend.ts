/** How a spend cap is meant, and who was told how far a period has come: customers of their usage, staff of a margin below zero. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class Spend1764300000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table billing_accounts
      add column spend_cap_kind text not null default 'HARD' check (spend_cap_kind in ('HARD', 'SOFT'))`);
    // The key is what makes an alert be raised once, whoever sees the threshold first.
    await runner.query(`create table usage_alerts (
      customer_id text not null references customers (id),
      period_start timestamptz not null,
      subject text not null check (subject in ('REQUESTS', 'SPEND')),
      percent int not null check (percent in (50, 80, 100)),
      limit_amount numeric not null,
      used numeric not null,
      currency text,
      created_at timestamptz not null,
      primary key (customer_id, period_start, subject, percent)
    )`);
    await tenantTable(runner, 'usage_alerts');
    await runner.query('revoke insert, update, delete on usage_alerts from flywheel_app');
    // For the service alone: what a customer costs is not for the customer to see.
    await runner.query(`create table margin_alerts (
      customer_id text not null references customers (id),
      period_start timestamptz not null,
      revenue numeric not null,
      cost numeric not null,
      created_at timestamptz not null,
      primary key (customer_id, period_start)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table margin_alerts');
    await runner.query('drop table usage_alerts');
    await runner.query('alter table billing_accounts drop column spend_cap_kind');
  }
}
