/**
 * What of the usage was handed to Stripe's meters. A row is one event under an identifier that is ours for ever; the total of
 * a period says how far the usage records are handed over, and its lock lets one process at a time go on with them.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class Meter1764300000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table meter_periods (
      customer_id text not null references customers (id),
      period_start timestamptz not null,
      period_end timestamptz not null,
      requests bigint not null default 0 check (requests >= 0),
      charge numeric not null default 0 check (charge >= 0),
      owed_micros bigint not null default 0 check (owed_micros >= 0),
      primary key (customer_id, period_start)
    )`);
    await tenantTable(runner, 'meter_periods');
    await runner.query('revoke insert, update, delete on meter_periods from flywheel_app');

    await runner.query(`create table meter_events (
      customer_id text not null references customers (id),
      id text not null unique,
      meter text not null check (meter in ('REQUESTS', 'CHARGE')),
      event_name text not null,
      currency text not null,
      period_start timestamptz not null,
      hour timestamptz not null,
      value bigint not null check (value > 0),
      charge numeric not null default 0,
      metered_at timestamptz not null,
      late boolean not null,
      status text not null check (status in ('WAITING', 'TRIED', 'SENT', 'REFUSED')),
      tried_at timestamptz,
      sent_at timestamptz,
      failure text,
      created_at timestamptz not null,
      primary key (customer_id, id)
    )`);
    await tenantTable(runner, 'meter_events');
    await runner.query('revoke insert, update, delete on meter_events from flywheel_app');
    await runner.query('create index meter_events_hour on meter_events (customer_id, period_start, hour)');
    await runner.query('create index meter_events_metered on meter_events (customer_id, meter, metered_at)');
    await runner.query(
      `create index meter_events_open on meter_events (created_at, id) where status in ('WAITING', 'TRIED')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table meter_events');
    await runner.query('drop table meter_periods');
  }
}
