/** Durable predictions, and the endpoints of customers that are told when one has ended. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class Predictions1764200000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table webhook_endpoints (
      customer_id text not null references customers (id),
      id text not null unique,
      url text not null,
      secrets text not null,
      created_at timestamptz not null,
      removed_at timestamptz,
      primary key (customer_id, id)
    )`);
    await runner.query(`create table predictions (
      customer_id text not null references customers (id),
      id text not null unique,
      created_at timestamptz not null,
      status text not null,
      principal text not null,
      end_user_id text,
      deployment_id text not null,
      job_id text not null,
      asked text,
      inference_id text,
      answer text,
      answer_until timestamptz,
      error_code text,
      error_message text,
      webhook_endpoint_id text,
      finished_at timestamptz,
      primary key (customer_id, id)
    )`);
    await runner.query('create index predictions_end_user on predictions (customer_id, end_user_id, id)');
    await runner.query('create index predictions_job on predictions (job_id)');
    await runner.query(
      'create index predictions_answer_until on predictions (answer_until) where answer_until is not null',
    );
    await runner.query(`create table webhook_deliveries (
      customer_id text not null references customers (id),
      id text not null unique,
      endpoint_id text not null,
      prediction_id text not null,
      type text not null,
      status text not null,
      attempts int not null default 0,
      failure text,
      created_at timestamptz not null,
      finished_at timestamptz,
      primary key (customer_id, id)
    )`);
    await runner.query(
      'create index webhook_deliveries_endpoint on webhook_deliveries (customer_id, endpoint_id, id)',
    );
    for (const table of ['webhook_endpoints', 'predictions', 'webhook_deliveries'])
      await tenantTable(runner, table);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_deliveries', 'predictions', 'webhook_endpoints'])
      await runner.query(`drop table ${table}`);
  }
}
