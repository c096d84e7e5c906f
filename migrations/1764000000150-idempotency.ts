/** Idempotency keys of mutations: who used which key with which input, and what the answer was. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPLICATION_ROLE } from '../src/platform/database';

export class Idempotency1764000000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table idempotency_keys (
      owner_id text not null,
      key text not null,
      customer_id text,
      input_hash text not null,
      result bytea not null,
      expires_at timestamptz not null,
      primary key (owner_id, key)
    )`);
    await runner.query('create index idempotency_keys_expiry on idempotency_keys (expires_at)');
    await runner.query('alter table idempotency_keys enable row level security');
    await runner.query(`create policy idempotency_keys_tenant on idempotency_keys to ${APPLICATION_ROLE}
      using (customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query(`grant select, insert, update, delete on idempotency_keys to ${APPLICATION_ROLE}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_keys');
  }
}
