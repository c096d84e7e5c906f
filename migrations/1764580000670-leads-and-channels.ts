/**
 * Where customers come from: what a customer said at sign-up, the operator's channels with what they cost a month, and leads, the
 * people with whom staff speak before. What names a person is sealed and goes after two years. Service only, but for the
 * two columns of the customer.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class LeadsAndChannels1764580000670 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customers add column channel text, add column campaign text');
    await runner.query(`create table customer_origins (
      customer_id text primary key,
      signed_up_at timestamptz not null,
      channel text,
      campaign text,
      segment text
    )`);
    await runner.query('create index customer_origins_time on customer_origins (signed_up_at)');

    await runner.query(`create table channels (
      id text primary key,
      code text not null unique,
      name text not null,
      created_at timestamptz not null
    )`);
    await runner.query(`create table channel_months (
      channel_id text not null references channels (id),
      month date not null,
      currency text not null,
      cost_minor bigint not null check (cost_minor >= 0),
      visits int check (visits >= 0),
      set_by text not null,
      set_at timestamptz not null,
      primary key (channel_id, month, currency)
    )`);

    await runner.query(`create table leads (
      id text primary key,
      channel_id text references channels (id),
      campaign text,
      segment text,
      stage text not null,
      owner_id text references staff (id),
      organisation text,
      email text,
      email_hash text,
      notes text,
      token_hash text,
      customer_id text references customers (id),
      lost_reason text,
      version int not null,
      created_by text not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      closed_at timestamptz,
      erased_at timestamptz,
      check ((stage = 'WON') = (customer_id is not null)),
      check ((stage = 'LOST') = (lost_reason is not null)),
      check ((stage in ('WON', 'LOST')) = (closed_at is not null))
    )`);
    await runner.query('create index leads_stage on leads (stage, id)');
    await runner.query('create unique index leads_token on leads (token_hash)');
    await runner.query('create unique index leads_customer on leads (customer_id)');
    await runner.query(
      "create unique index leads_open on leads (email_hash) where stage not in ('WON', 'LOST')",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leads');
    await runner.query('drop table channel_months');
    await runner.query('drop table channels');
    await runner.query('drop table customer_origins');
    await runner.query('alter table customers drop column campaign, drop column channel');
  }
}
