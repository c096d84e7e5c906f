/** Deployments name who answers in their stead and for how long an answer may be repeated; records say what came of it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class InferencePath1764200000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table deployments
      add column fallback_ids jsonb not null default '[]',
      add column cache_seconds int check (cache_seconds between 1 and 3600)`);
    await runner.query(`alter table inferences
      add column asked_deployment_id text,
      add column fallback_step smallint not null default 0,
      add column source_inference_id text`);
    await runner.query('alter table usage_records add column cached_requests int not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table usage_records drop column cached_requests');
    await runner.query(`alter table inferences
      drop column asked_deployment_id, drop column fallback_step, drop column source_inference_id`);
    await runner.query('alter table deployments drop column fallback_ids, drop column cache_seconds');
  }
}
