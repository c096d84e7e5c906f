/** What the sandbox that stands in for Stripe keeps. Nobody but the service reads or writes it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class StripeSandbox1764000000510 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table stripe_sandbox_objects (
      id text primary key,
      kind text not null,
      customer text,
      parent text,
      clock text,
      due_at bigint,
      created bigint not null,
      position bigint generated always as identity,
      deleted boolean not null default false,
      body jsonb not null,
      aside jsonb
    )`);
    await runner.query(
      'create index stripe_sandbox_objects_page on stripe_sandbox_objects (kind, created, position)',
    );
    await runner.query(
      'create index stripe_sandbox_objects_customer on stripe_sandbox_objects (customer, kind)',
    );
    await runner.query('create index stripe_sandbox_objects_parent on stripe_sandbox_objects (parent, kind)');
    await runner.query(
      'create index stripe_sandbox_objects_due on stripe_sandbox_objects (due_at) where due_at is not null',
    );

    await runner.query(`create table stripe_sandbox_deliveries (
      event_id text primary key references stripe_sandbox_objects (id),
      attempts integer not null,
      next_at bigint,
      delivered_at bigint,
      last_status integer
    )`);
    await runner.query(
      'create index stripe_sandbox_deliveries_due on stripe_sandbox_deliveries (next_at) where delivered_at is null',
    );

    await runner.query(`create table stripe_sandbox_idempotency (
      key text primary key,
      fingerprint text not null,
      request_id text not null,
      status integer not null,
      body text not null,
      created bigint not null
    )`);

    await runner.query(`create table stripe_sandbox_meter_events (
      position bigint generated always as identity primary key,
      identifier text not null,
      event_name text not null,
      customer text not null,
      value numeric not null,
      timestamp bigint not null,
      created bigint not null
    )`);
    await runner.query(
      'create index stripe_sandbox_meter_events_identifier on stripe_sandbox_meter_events (identifier)',
    );
    await runner.query(
      'create index stripe_sandbox_meter_events_sum on stripe_sandbox_meter_events (customer, event_name, timestamp)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['meter_events', 'idempotency', 'deliveries', 'objects']) {
      await runner.query(`drop table stripe_sandbox_${table}`);
    }
  }
}
