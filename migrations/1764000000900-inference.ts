/** The inference log by month, the engines that answered, and the idempotency keys of predictions. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { partitionByMonth, publicTable, tenantTable } from '../src/platform/database';

export class Inference1764000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // An engine is what many records have in common: kind, device, version, and why each better one was refused.
    await runner.query(`create table inference_engines (
      id text primary key,
      kind text not null,
      device text not null,
      version text not null,
      refused jsonb not null
    )`);
    await publicTable(runner, 'inference_engines');

    await runner.query(`create table inferences (
      customer_id text not null,
      created_at timestamptz not null,
      id text not null,
      status text not null,
      principal text not null,
      end_user_id text,
      deployment_id text not null,
      model_id text not null,
      model_version_id text not null,
      engine_id text not null,
      rows int not null,
      batch_rows int not null,
      queue_ms double precision not null,
      compute_ms double precision not null,
      total_ms double precision not null,
      device_ms double precision not null,
      price_exact numeric not null,
      cost_exact numeric not null,
      currency text not null,
      plan_id text not null,
      consent_states jsonb not null,
      test_assignments jsonb not null,
      payload text,
      payload_until timestamptz,
      primary key (customer_id, created_at, id)
    ) partition by range (created_at)`);
    await partitionByMonth(runner, 'inferences');
    await tenantTable(runner, 'inferences');
    // The record of what happened: the application reads it, the service alone writes and forgets.
    await runner.query('revoke insert, update, delete on inferences from flywheel_app');
    await runner.query('create index inferences_id on inferences (id)');
    await runner.query('create index inferences_customer on inferences (customer_id, id)');
    await runner.query('create index inferences_end_user on inferences (customer_id, end_user_id, id)');
    await runner.query(
      'create index inferences_payload_until on inferences (payload_until) where payload_until is not null',
    );

    await runner.query(`create table inference_keys (
      customer_id text not null,
      key text not null,
      input_hash text not null,
      inference_id text not null,
      created_at timestamptz not null,
      primary key (customer_id, key)
    )`);
    await tenantTable(runner, 'inference_keys');
    await runner.query('revoke insert, update, delete on inference_keys from flywheel_app');
    await runner.query('create index inference_keys_age on inference_keys (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['inference_keys', 'inferences', 'inference_engines']) {
      await runner.query(`drop table ${table}`);
    }
  }
}
