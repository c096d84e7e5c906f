/** Consent texts, the append-only consent records and the state they add up to, and requests of data subjects. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { publicTable, tenantTable } from '../src/platform/database';

export class Privacy1764000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table consent_texts (
      id text primary key,
      purpose text not null,
      version int not null,
      language text not null,
      jurisdiction text,
      title text not null,
      body text not null,
      created_at timestamptz not null,
      unique (purpose, language, version)
    )`);
    await publicTable(runner, 'consent_texts');

    await runner.query(`create table consent_records (
      customer_id text not null,
      id text not null,
      end_user_id text not null,
      purpose text not null,
      granted boolean not null,
      text_id text not null references consent_texts (id),
      method text not null,
      at timestamptz not null,
      by text not null,
      evidence text,
      primary key (customer_id, id),
      foreign key (customer_id, end_user_id) references end_users (customer_id, id)
    )`);
    await tenantTable(runner, 'consent_records');
    await runner.query('revoke update, delete on consent_records from flywheel_app');
    await runner.query(
      'create index consent_records_end_user on consent_records (customer_id, end_user_id, id)',
    );
    await runner.query('create unique index consent_records_id on consent_records (id)');
    await runner.query('create index consent_records_at on consent_records (at)');

    await runner.query(`create table consent_states (
      customer_id text not null,
      end_user_id text not null,
      purpose text not null,
      granted boolean not null,
      since timestamptz not null,
      text_id text not null references consent_texts (id),
      primary key (customer_id, end_user_id, purpose),
      foreign key (customer_id, end_user_id) references end_users (customer_id, id)
    )`);
    await tenantTable(runner, 'consent_states');
    await runner.query('create index consent_states_end_user on consent_states (end_user_id)');

    await runner.query(`create table data_requests (
      customer_id text not null,
      id text not null,
      end_user_id text not null,
      kind text not null,
      status text not null,
      requested_by text not null,
      created_at timestamptz not null,
      due_at timestamptz not null,
      closed_at timestamptz,
      primary key (customer_id, id),
      foreign key (customer_id, end_user_id) references end_users (customer_id, id)
    )`);
    await tenantTable(runner, 'data_requests');
    await runner.query('create index data_requests_end_user on data_requests (end_user_id, id)');
    await runner.query('create unique index data_requests_id on data_requests (id)');

    for (const table of ['consent_texts', 'consent_records']) {
      await runner.query(
        `create trigger ${table}_append_only before update or delete on ${table} for each row execute function flywheel_append_only()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['data_requests', 'consent_states', 'consent_records', 'consent_texts'])
      await runner.query(`drop table ${table}`);
  }
}
