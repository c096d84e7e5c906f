/**
 * Usage added up by the day, as far as a report of a whole period tells it apart: no such report reads every record again. The rows
 * are made where records are written and in the same transaction, so that both say the same at every instant, whoever writes. What of
 * a period is no whole day is still read from the records, whose place follows from their time.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

const KEY = 'customer_id, day, period_start, plan_id, model_id, deployment_id, currency';
const ADDED = [
  'requests',
  'cached_requests',
  'economy_requests',
  'rows',
  'device_ms',
  'prompt_tokens',
  'completion_tokens',
  'price',
  'cost',
];

const sumsOf = (records: string): string =>
  `select customer_id, (created_at at time zone 'UTC')::date, period_start, plan_id, model_id, deployment_id, currency,
    ${ADDED.map((column) => `sum(${column})`).join(', ')}
  from ${records} group by 1, 2, 3, 4, 5, 6, 7`;

const INTO = `insert into usage_daily_sums as s (${KEY}, ${ADDED.join(', ')})`;

/** In one order, so that two that add to the same rows do not wait for each other in a circle. */
const ADD = `create function usage_daily_sums_add() returns trigger language plpgsql as $$
  begin
    ${INTO} ${sumsOf('added')} order by 1, 2, 3, 4, 5, 6, 7
    on conflict (${KEY}) do update set ${ADDED.map((column) => `${column} = s.${column} + excluded.${column}`).join(', ')};
    return null;
  end $$`;

export class UsageDailySums1764580000930 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Room in each page for the next version of its rows: those of today are written again and again.
    await runner.query(`create table usage_daily_sums (
      customer_id text not null,
      day date not null,
      period_start timestamptz not null,
      plan_id text not null,
      model_id text not null,
      deployment_id text,
      currency text not null,
      requests bigint not null,
      cached_requests bigint not null,
      economy_requests bigint not null,
      rows bigint not null,
      device_ms numeric not null,
      prompt_tokens bigint not null,
      completion_tokens bigint not null,
      price numeric not null,
      cost numeric not null,
      unique nulls not distinct (${KEY})
    ) with (fillfactor = 80)`);
    await runner.query('create index usage_daily_sums_day on usage_daily_sums (day)');
    await tenantTable(runner, 'usage_daily_sums');
    await runner.query('revoke insert, update, delete on usage_daily_sums from flywheel_app');
    await runner.query(ADD);
    // Whoever writes records waits for it from here on, so that none is left out and none counts twice.
    await runner.query(`create trigger usage_daily_sums_add after insert on usage_records referencing new table as added
      for each statement execute function usage_daily_sums_add()`);
    await runner.query(`${INTO} ${sumsOf('usage_records')}`);
    // What of a day is cut off is asked of all customers, too.
    await runner.query('create index usage_records_created on usage_records (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index usage_records_created');
    await runner.query('drop trigger usage_daily_sums_add on usage_records');
    await runner.query('drop function usage_daily_sums_add');
    await runner.query('drop table usage_daily_sums');
  }
}
