/** What the mirror of Stripe shows beside: taxes, refunds, planned changes; and what billing does about late payers. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class BillingAtStripe1764300000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table plans add column trial_days int not null default 0 check (trial_days >= 0)',
    );
    await runner.query(`alter table plan_subscriptions
      add column planned_plan_id text references plans (id),
      add column planned_quantity int,
      add column planned_at timestamptz`);
    // Figures of invoices that were mirrored before are put right by the next reconciliation.
    await runner.query(`alter table invoices
      add column stripe_subscription_id text,
      add column subtotal_minor bigint not null default 0,
      add column tax_minor bigint not null default 0,
      add column amount_paid_minor bigint not null default 0,
      add column refunds jsonb not null default '[]'`);

    // Stripe keeps a failure of its own under the key that met it, so the next try needs another one.
    await runner.query('alter table plan_orders add column tries int not null default 0');

    await runner.query(
      'alter table stripe_inbox add column parked_at timestamptz, add column failure text, add column id text',
    );
    await runner.query(`update stripe_inbox set id = 'sev_' || lpad(position::text, 26, '0')`);
    await runner.query('alter table stripe_inbox alter column id set not null');
    await runner.query('create unique index stripe_inbox_id on stripe_inbox (id)');
    await runner.query(
      'create index stripe_inbox_parked on stripe_inbox (received_at, id) where parked_at is not null',
    );

    // Which card had its trial, as a keyed hash of Stripe's fingerprint.
    await runner.query(`create table trial_cards (
      card_hash text primary key,
      customer_id text not null references customers (id),
      stripe_subscription_id text not null,
      created_at timestamptz not null
    )`);
    await runner.query('create index trial_cards_customer on trial_cards (customer_id)');

    await runner.query(`create table dunning_steps (
      customer_id text not null references customers (id),
      subscription_id text not null,
      grace_ends_at timestamptz not null,
      step text not null,
      created_at timestamptz not null,
      primary key (customer_id, subscription_id, grace_ends_at, step)
    )`);
    await tenantTable(runner, 'dunning_steps');
    await runner.query(
      'create index plan_subscriptions_late on plan_subscriptions (grace_ends_at) where grace_ends_at is not null and ended_at is null',
    );

    await runner.query(`create table billing_reconciliations (
      id text primary key,
      state text not null,
      customer_id text,
      checked int not null default 0,
      findings jsonb not null default '[]',
      created_at timestamptz not null,
      finished_at timestamptz
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index plan_subscriptions_late');
    for (const table of ['billing_reconciliations', 'dunning_steps', 'trial_cards'])
      await runner.query(`drop table ${table}`);
    await runner.query('alter table stripe_inbox drop column id, drop column failure, drop column parked_at');
    await runner.query('alter table plan_orders drop column tries');
    await runner.query(`alter table invoices drop column refunds, drop column amount_paid_minor,
      drop column tax_minor, drop column subtotal_minor, drop column stripe_subscription_id`);
    await runner.query(`alter table plan_subscriptions
      drop column planned_at, drop column planned_quantity, drop column planned_plan_id`);
    await runner.query('alter table plans drop column trial_days');
  }
}
