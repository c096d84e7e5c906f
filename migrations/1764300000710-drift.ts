/** What was found when the traffic of a deployment was held against the data its version had learned from. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Drift1764300000710 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table drift_reports (
      id text primary key,
      deployment_id text not null references deployments (id),
      version_id text not null,
      dataset_version_id text,
      level text,
      rows int not null,
      measures jsonb not null,
      checked_at timestamptz not null
    )`);
    await runner.query('create index drift_reports_deployment on drift_reports (deployment_id, id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table drift_reports');
  }
}
