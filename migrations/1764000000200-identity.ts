/** Customers, members, staff, API keys, end users and sessions. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class Identity1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table customers (
      id text primary key,
      name text not null,
      segment text,
      created_at timestamptz not null
    )`);
    // The tenant is this row itself, so its policy asks for the id where others ask for customer_id.
    await runner.query('alter table customers enable row level security');
    await runner.query(`create policy customers_tenant on customers to flywheel_app
      using (id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query('grant select, update on customers to flywheel_app');

    await runner.query(`create table members (
      customer_id text not null references customers (id),
      id text not null,
      email text not null,
      name text,
      role text not null,
      password_hash text,
      created_at timestamptz not null,
      primary key (customer_id, id)
    )`);
    await tenantTable(runner, 'members');
    await runner.query('create unique index members_email on members (lower(email))');
    await runner.query('create unique index members_id on members (id)');

    await runner.query(`create table staff (
      id text primary key,
      email text not null,
      role text not null,
      password_hash text not null,
      must_change_password boolean not null,
      created_at timestamptz not null
    )`);
    await runner.query('create unique index staff_email on staff (lower(email))');

    await runner.query(`create table api_keys (
      customer_id text not null references customers (id),
      id text not null,
      name text not null,
      prefix text not null,
      secret_hash text not null,
      mode text not null,
      scopes text[] not null,
      created_at timestamptz not null,
      last_used_at timestamptz,
      expires_at timestamptz,
      revoked_at timestamptz,
      primary key (customer_id, id)
    )`);
    await tenantTable(runner, 'api_keys');
    await runner.query('create unique index api_keys_secret on api_keys (secret_hash)');

    await runner.query(`create table end_users (
      customer_id text not null references customers (id),
      id text not null,
      external_id text not null,
      created_at timestamptz not null,
      primary key (customer_id, id),
      unique (customer_id, external_id)
    )`);
    await tenantTable(runner, 'end_users');
    await runner.query('create index end_users_id on end_users (id)');

    await runner.query(`create table sessions (
      id text primary key,
      family_id text not null,
      subject_id text not null,
      customer_id text,
      refresh_hash text not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      rotated_at timestamptz,
      revoked_at timestamptz
    )`);
    await runner.query('create index sessions_family on sessions (family_id)');
    await runner.query('create index sessions_subject on sessions (subject_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['sessions', 'end_users', 'api_keys', 'staff', 'members', 'customers']) {
      await runner.query(`drop table ${table}`);
    }
  }
}
