/**
 * The ledger of money, credits and what they pay for. A row is a transfer: one amount out of one account into another, so
 * that nothing can be written that does not sum to zero, and no check at the commit is needed to know it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth, tenantTable } from '../src/platform/database';

/** The ids of kernel/id, made where the rows are: 48 bits of milliseconds and 80 random ones, as base 32. */
const ID = `create function flywheel_id(prefix text, at timestamptz) returns text language sql volatile as $$
  select prefix || '_' || string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', 1 + value, 1), '' order by place)
  from (
    select place, ((floor(extract(epoch from at) * 1000)::bigint >> (5 * (9 - place))) & 31)::int as value from generate_series(0, 9) place
    union all
    select 10 + place, get_byte(uuid_send(random), place) & 31 from (select gen_random_uuid() as random) one, generate_series(0, 15) place
  ) letters $$`;

/** A reversal mirrors one earlier transfer, whole, and no transfer is reversed twice; those who try at once wait for each other. */
const MIRROR = `create function ledger_transfers_mirror() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(hashtextextended(new.reverses_id, 5201));
    if exists (select from ledger_transfers r where r.customer_id = new.customer_id and r.reverses_id = new.reverses_id) then
      raise exception 'transfer % is reversed already', new.reverses_id using errcode = 'unique_violation';
    end if;
    if not exists (
      select from ledger_transfers o
      where o.customer_id = new.customer_id and o.id = new.reverses_id and o.reverses_id is null
        and o.debit_account = new.credit_account and o.credit_account = new.debit_account
        and o.amount = new.amount and o.currency = new.currency and o.grant_id is not distinct from new.grant_id
    ) then
      raise exception 'transfer % is not the mirror of %', new.id, new.reverses_id using errcode = 'check_violation';
    end if;
    return new;
  end $$`;

const ACCOUNTS = `('CASH', 'PROMOTION', 'CREDIT', 'RECEIVABLE', 'REVENUE', 'BREAKAGE')`;

export class Ledger1764300000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ID);
    await runner.query(`create table credit_grants (
      customer_id text not null references customers (id),
      id text not null unique,
      source text not null check (source in ('PURCHASED', 'PROMOTIONAL')),
      amount_minor bigint not null check (amount_minor > 0),
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      remaining numeric not null check (remaining between 0 and amount_minor),
      priority int not null,
      expires_at timestamptz,
      reason text not null,
      created_at timestamptz not null,
      primary key (customer_id, id)
    )`);
    await tenantTable(runner, 'credit_grants');
    await runner.query('revoke insert, update, delete on credit_grants from flywheel_app');
    await runner.query(
      'create index credit_grants_open on credit_grants (customer_id, currency) where remaining > 0',
    );
    await runner.query(
      'create index credit_grants_ending on credit_grants (expires_at) where remaining > 0 and expires_at is not null',
    );

    await runner.query(`create table ledger_transfers (
      customer_id text not null,
      created_at timestamptz not null,
      id text not null,
      kind text not null check (kind in ('GRANT', 'BURN', 'CHARGE', 'EXPIRY', 'REVERSAL')),
      debit_account text not null check (debit_account in ${ACCOUNTS}),
      credit_account text not null check (credit_account in ${ACCOUNTS}),
      grant_id text,
      currency text not null check (currency ~ '^[A-Z]{3}$'),
      amount numeric not null check (amount > 0),
      period_start timestamptz,
      reverses_id text,
      reason text,
      primary key (customer_id, created_at, id),
      check (debit_account <> credit_account),
      check ((grant_id is not null) = ('CREDIT' in (debit_account, credit_account))),
      check ((reverses_id is not null) = (kind = 'REVERSAL'))
    ) partition by range (created_at)`);
    await partitionByMonth(runner, 'ledger_transfers');
    await tenantTable(runner, 'ledger_transfers');
    await runner.query('revoke insert, update, delete on ledger_transfers from flywheel_app');
    await runner.query('create index ledger_transfers_id on ledger_transfers (customer_id, id)');
    await runner.query(
      'create index ledger_transfers_reversed on ledger_transfers (customer_id, reverses_id) where reverses_id is not null',
    );
    await runner.query(
      'create trigger ledger_transfers_append_only before update or delete on ledger_transfers for each row execute function flywheel_append_only()',
    );
    await runner.query(MIRROR);
    await runner.query(
      'create trigger ledger_transfers_mirror before insert on ledger_transfers for each row when (new.reverses_id is not null) execute function ledger_transfers_mirror()',
    );
    // Both sides of every transfer, signed: what is summed to know a balance.
    await runner.query(`create view ledger_entries with (security_invoker = true) as
      select customer_id, id as transfer_id, created_at, debit_account as account, grant_id, currency, - amount as amount from ledger_transfers
      union all
      select customer_id, id, created_at, credit_account, grant_id, currency, amount from ledger_transfers`);
    await runner.query('grant select on ledger_entries to flywheel_app');

    // What of the charge of a period was paid by credits: the rest is owed, and the cap is on what is owed.
    await runner.query(
      'alter table usage_counters add column credited numeric not null default 0 check (credited >= 0)',
    );
    // What was charged before there was a ledger enters it as one transfer a period.
    await runner.query(`insert into ledger_transfers
        (customer_id, created_at, id, kind, debit_account, credit_account, currency, amount, period_start, reason)
      select customer_id, now(), flywheel_id('ltr', now()), 'CHARGE', 'RECEIVABLE', 'REVENUE', currency, sum(price), period_start,
        'usage before the ledger began'
      from usage_records group by customer_id, currency, period_start having sum(price) > 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage_counters drop column credited');
    await runner.query('drop view ledger_entries');
    await runner.query('drop table ledger_transfers');
    await runner.query('drop function ledger_transfers_mirror');
    await runner.query('drop table credit_grants');
    await runner.query('drop function flywheel_id');
  }
}
