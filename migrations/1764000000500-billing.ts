/** Plans, subscriptions and invoices as mirrors of Stripe, orders to Stripe, its webhooks, and the meter of usage. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth, publicTable, tenantTable } from '../src/platform/database';

export class Billing1764000000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table plans (
      id text primary key,
      code text not null,
      version int not null,
      name text not null,
      price_minor bigint not null check (price_minor >= 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      interval text not null,
      sellable boolean not null,
      grace_days int not null,
      entitlement_terms jsonb not null,
      price_book jsonb not null,
      created_at timestamptz not null,
      unique (code, version)
    )`);
    await publicTable(runner, 'plans');

    await runner.query(`create table billing_accounts (
      customer_id text primary key references customers (id),
      stripe_customer_id text unique,
      spend_cap_minor bigint check (spend_cap_minor >= 0),
      readings bigint not null default 0,
      synced_at timestamptz,
      created_at timestamptz not null
    )`);
    await tenantTable(runner, 'billing_accounts');

    await runner.query(`create table plan_subscriptions (
      customer_id text not null references customers (id),
      id text not null,
      plan_id text not null references plans (id),
      status text not null,
      quantity int not null check (quantity > 0),
      monthly_minor bigint not null,
      currency text not null,
      anchor_at timestamptz not null,
      current_period_start timestamptz not null,
      current_period_end timestamptz not null,
      trial_ends_at timestamptz,
      cancel_at timestamptz,
      grace_ends_at timestamptz,
      stripe_customer_id text,
      stripe_subscription_id text,
      created_at timestamptz not null,
      ended_at timestamptz,
      primary key (customer_id, id),
      check (current_period_start < current_period_end)
    )`);
    await tenantTable(runner, 'plan_subscriptions');
    await runner.query('create index plan_subscriptions_id on plan_subscriptions (id)');
    // One live subscription a customer: whatever two tabs or two webhooks do, the second row is refused.
    await runner.query(
      'create unique index plan_subscriptions_live on plan_subscriptions (customer_id) where ended_at is null',
    );
    await runner.query(
      'create unique index plan_subscriptions_stripe on plan_subscriptions (customer_id, stripe_subscription_id)',
    );

    await runner.query(`create table invoices (
      customer_id text not null references customers (id),
      id text not null,
      stripe_invoice_id text not null,
      number text,
      status text not null,
      currency text not null,
      total_minor bigint not null,
      amount_due_minor bigint not null,
      refunded_minor bigint not null,
      period_from timestamptz not null,
      period_to timestamptz not null,
      hosted_url text,
      line_items jsonb not null,
      created_at timestamptz not null,
      paid_at timestamptz,
      primary key (customer_id, id),
      unique (customer_id, stripe_invoice_id)
    )`);
    await tenantTable(runner, 'invoices');
    await runner.query('create index invoices_id on invoices (id)');

    await runner.query(`create table plan_orders (
      customer_id text not null references customers (id),
      id text not null,
      kind text not null,
      status text not null,
      request jsonb not null,
      result jsonb,
      failure jsonb,
      job_id text not null,
      idempotency_key text,
      input_hash text,
      created_at timestamptz not null,
      finished_at timestamptz,
      primary key (customer_id, id),
      unique (customer_id, idempotency_key)
    )`);
    await tenantTable(runner, 'plan_orders');
    await runner.query(`create index plan_orders_open on plan_orders (created_at) where status = 'PENDING'`);

    // What Stripe told us, by the id of its event; the words of the event are not kept, because nothing trusts them.
    await runner.query(`create table stripe_inbox (
      event_id text primary key,
      position bigint generated always as identity,
      type text not null,
      stripe_customer_id text,
      occurred_at timestamptz not null,
      received_at timestamptz not null,
      handled_at timestamptz
    )`);
    await runner.query(
      'create index stripe_inbox_open on stripe_inbox (stripe_customer_id, position) where handled_at is null',
    );

    await runner.query(`create table usage_counters (
      customer_id text not null,
      period_start timestamptz not null,
      period_end timestamptz not null,
      granted bigint not null default 0 check (granted >= 0),
      settled bigint not null default 0 check (settled >= 0),
      charged numeric not null default 0,
      cost numeric not null default 0,
      primary key (customer_id, period_start)
    )`);
    await tenantTable(runner, 'usage_counters');

    await runner.query(`create table quota_leases (
      customer_id text not null,
      id text not null unique,
      period_start timestamptz not null,
      size bigint not null check (size >= 0),
      settled bigint not null default 0,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      primary key (customer_id, id)
    )`);

    await runner.query(`create table usage_records (
      customer_id text not null,
      created_at timestamptz not null,
      inference_id text not null,
      period_start timestamptz not null,
      plan_id text not null,
      model_id text not null,
      deployment_id text,
      end_user_id text,
      principal_id text,
      lease_id text not null,
      requests int not null,
      rows int not null,
      device_ms numeric not null,
      price numeric not null,
      cost numeric not null,
      currency text not null,
      primary key (customer_id, created_at, inference_id)
    ) partition by range (created_at)`);
    await partitionByMonth(runner, 'usage_records');
    await tenantTable(runner, 'usage_records');
    // Append-only for the application; the service changes a record only to forget a person.
    await runner.query('revoke update, delete on usage_records from flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'usage_records',
      'quota_leases',
      'usage_counters',
      'stripe_inbox',
      'plan_orders',
      'invoices',
      'plan_subscriptions',
      'billing_accounts',
      'plans',
    ]) {
      await runner.query(`drop table ${table}`);
    }
  }
}
