/**
 * A training remembers where it stands: its checkpoint, what it may cost, which version it is compared with, and what the
 * held-out rows said.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class TrainingProgress1764300000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table training_jobs
      add column checkpoint_hash text,
      add column budget_ms double precision check (budget_ms > 0),
      add column parent_version_id text references model_versions (id),
      add column pause_requested boolean not null default false,
      add column report jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table training_jobs
      drop column checkpoint_hash, drop column budget_ms, drop column parent_version_id,
      drop column pause_requested, drop column report`);
  }
}
