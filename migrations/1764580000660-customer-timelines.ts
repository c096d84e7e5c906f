/**
 * What happened with each customer, in the order in which it happened, and how much each used: projections of events, so that
 * neither the outbox needs an index by customer nor a page of a timeline a join of ten tables. And what staff spoke about with a
 * customer. All of it is the operator's own: nobody but the service reads it.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CustomerTimelines1764580000660 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table customer_usages (
      customer_id text primary key,
      requests bigint not null check (requests > 0),
      first_at timestamptz not null,
      last_at timestamptz not null
    )`);
    await runner.query(`create table usage_days (
      customer_id text not null,
      day date not null,
      deployment_id text not null,
      requests bigint not null check (requests > 0),
      first_at timestamptz not null,
      primary key (customer_id, day, deployment_id)
    )`);
    await runner.query('create index usage_days_deployment on usage_days (deployment_id, day, customer_id)');

    await runner.query(`create table timeline_entries (
      customer_id text not null,
      id text not null,
      at timestamptz not null,
      kind text not null,
      type text not null,
      subject text,
      actor text,
      count int not null check (count > 0),
      data jsonb not null,
      primary key (customer_id, id)
    )`);
    await runner.query('create index timeline_entries_at on timeline_entries (customer_id, at, id)');
    await runner.query('create index timeline_entries_kind on timeline_entries (customer_id, kind, at, id)');
    await runner.query(
      "create index timeline_entries_incident on timeline_entries (subject) where type = 'incident.opened'",
    );

    await runner.query(`create table customer_contacts (
      customer_id text not null references customers (id),
      id text not null,
      channel text not null,
      summary text,
      noted_by text not null,
      at timestamptz not null,
      created_at timestamptz not null,
      primary key (customer_id, id)
    )`);
    await runner.query('create unique index customer_contacts_id on customer_contacts (id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table customer_contacts');
    await runner.query('drop table timeline_entries');
    await runner.query('drop table usage_days');
    await runner.query('drop table customer_usages');
  }
}
