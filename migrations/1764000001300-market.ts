/** Market's projections of billing's events. They are the operator's own: nobody but the service reads them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Market1764000001300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table revenue_movements (
      customer_id text not null,
      currency text not null,
      month date not null,
      opening_minor bigint not null,
      closing_minor bigint not null,
      kind text not null,
      primary key (customer_id, currency, month)
    )`);
    await runner.query('create index revenue_movements_month on revenue_movements (currency, month)');
    await runner.query(`create table customer_standings (
      customer_id text primary key,
      subscription_id text not null,
      plan_code text not null,
      monthly_minor bigint not null,
      currency text not null,
      since timestamptz not null
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table customer_standings');
    await runner.query('drop table revenue_movements');
  }
}
