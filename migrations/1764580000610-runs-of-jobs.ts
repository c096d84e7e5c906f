/** A run of a suite is found by its job, so that a job which is run twice leaves one. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RunsOfJobs1764580000610 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table test_runs add column job_id text');
    await runner.query('create unique index test_runs_job on test_runs (job_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table test_runs drop column job_id');
  }
}
