/** The platform's own tables: the application role, the outbox and its readers, jobs, and partitions by month. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth, tenantTable } from '../src/platform/database';

export class Platform1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Roles belong to the whole cluster: another database of it may have made this one already, or be making it now.
    // Whoever may not make roles can be given this one beforehand.
    await runner.query(`do $$ begin
      if to_regrole('flywheel_app') is null then
        create role flywheel_app nologin;
      end if;
    exception
      when duplicate_object or unique_violation then null;
      when insufficient_privilege then
        raise insufficient_privilege using message = format(
          'it may not make roles, so let an administrator run once: create role flywheel_app nologin; grant flywheel_app to %I', current_user);
    end $$`);
    await runner.query(`do $$ begin
      set local role flywheel_app;
      reset role;
    exception when insufficient_privilege then
      begin
        grant flywheel_app to current_user;
      exception when insufficient_privilege then
        raise insufficient_privilege using message = format(
          'it may not act as flywheel_app, so let an administrator run once: grant flywheel_app to %I', current_user);
      end;
    end $$`);
    await runner.query('grant usage on schema public to flywheel_app');

    await runner.query(`create function flywheel_ensure_months(parent text, months int) returns void language plpgsql as $$
      declare
        month timestamptz := date_trunc('month', now(), 'UTC');
        name text;
      begin
        for i in 0 .. months - 1 loop
          name := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
          if to_regclass(name) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
              name, parent, month, (month at time zone 'UTC' + interval '1 month') at time zone 'UTC');
          end if;
          month := (month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
        end loop;
      end $$`);

    await runner.query('create sequence outbox_position');
    await runner.query(`create table outbox_events (
      id text not null,
      created_at timestamptz not null,
      position bigint not null default nextval('outbox_position'),
      transaction_id xid8 not null default pg_current_xact_id(),
      type text not null,
      customer_id text,
      subject text not null,
      actor text not null,
      actor_kind text not null,
      reason text,
      before_hash text,
      after_hash text,
      request_id text,
      data jsonb not null default '{}',
      primary key (created_at, id)
    ) partition by range (created_at)`);
    await partitionByMonth(runner, 'outbox_events');
    await runner.query('create index outbox_events_order on outbox_events (transaction_id, position)');
    // A tenant may add events about itself and read none: no grant but insert, no policy but the check.
    await runner.query('alter table outbox_events enable row level security');
    await runner.query(`create policy outbox_events_insert on outbox_events for insert to flywheel_app
      with check (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query('grant insert on outbox_events to flywheel_app');
    await runner.query('grant usage on sequence outbox_position to flywheel_app');

    await runner.query(`create table event_cursors (
      subscriber text primary key,
      transaction_id xid8 not null,
      position bigint not null,
      failures int not null default 0,
      last_error text
    )`);

    await runner.query(`create table jobs (
      id text primary key,
      customer_id text,
      kind text not null,
      key text,
      status text not null,
      progress double precision not null default 0,
      note text,
      result_id text,
      error_code text,
      error_message text,
      created_at timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz
    )`);
    await tenantTable(runner, 'jobs');
    await runner.query("create unique index jobs_waiting on jobs (kind, key) where status = 'QUEUED'");

    await runner.query(`create table job_workers (
      worker_id text primary key,
      instance int not null
    )`);

    // graphile-worker's tables have row-level security of their own; this door lets a tenant's transaction enqueue.
    await runner.query(`create function flywheel_enqueue(kind text, payload json, queue text, run_at timestamptz, max_attempts int, job_key text)
      returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        perform graphile_worker.add_job(kind, payload, queue_name := queue, run_at := run_at, max_attempts := max_attempts, job_key := job_key);
      end $$`);
    await runner.query('revoke all on function flywheel_enqueue from public');
    await runner.query('grant execute on function flywheel_enqueue to flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function flywheel_enqueue');
    await runner.query('drop table job_workers');
    await runner.query('drop table jobs');
    await runner.query('drop table event_cursors');
    await runner.query('drop table outbox_events');
    await runner.query('drop sequence outbox_position');
    await runner.query('drop function flywheel_ensure_months');
    await runner.query('revoke usage on schema public from flywheel_app');
  }
}
