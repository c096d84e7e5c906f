/** Deployments and their history. Those of operator-owned models carry no customer: all may read them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Deployments1764000000800 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table deployments (
      id text primary key,
      customer_id text references customers (id),
      name text not null,
      environment text not null,
      state text not null,
      failure text,
      routes jsonb not null,
      version int not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique nulls not distinct (customer_id, name)
    )`);

    await runner.query(`create table deployment_events (
      id text primary key,
      customer_id text references customers (id),
      deployment_id text not null references deployments (id),
      version int not null,
      move text not null,
      routes jsonb not null,
      checks jsonb not null,
      reason text,
      by text not null,
      at timestamptz not null,
      unique (deployment_id, version)
    )`);

    for (const table of ['deployments', 'deployment_events']) {
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to flywheel_app
        using (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
      await runner.query(`grant select on ${table} to flywheel_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['deployment_events', 'deployments']) await runner.query(`drop table ${table}`);
  }
}
