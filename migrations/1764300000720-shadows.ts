/** Versions that get copies of the traffic and answer nobody, and how their answers differ. For the service alone. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Shadows1764300000720 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table shadows (
      id text primary key,
      deployment_id text not null references deployments (id),
      version_id text not null,
      started_by text not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      rows double precision not null,
      disagreed double precision not null,
      difference double precision not null,
      largest double precision not null,
      failed double precision not null,
      dropped double precision not null
    )`);
    await runner.query('create index shadows_deployment on shadows (deployment_id, id)');
    await runner.query(
      'create unique index shadows_running on shadows (deployment_id) where ended_at is null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table shadows');
  }
}
