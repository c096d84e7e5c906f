/** Canaries and what they know of both versions, step by step. For the service alone: it tells costs and failures. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Canaries1764300000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table canaries (
      id text primary key,
      deployment_id text not null references deployments (id),
      baseline_version_id text not null,
      candidate_version_id text not null,
      state text not null,
      step int not null check (step > 0),
      weight int not null check (weight between 1 and 100),
      policy jsonb not null,
      slow_ms double precision,
      score_edges jsonb,
      decision jsonb,
      pause_reason text,
      started_by text not null,
      started_at timestamptz not null,
      step_started_at timestamptz not null,
      ended_at timestamptz
    )`);
    await runner.query('create index canaries_deployment on canaries (deployment_id, id)');
    // One at a time: two would compare each other's people.
    await runner.query(
      "create unique index canaries_running on canaries (deployment_id) where state in ('RUNNING', 'PAUSED')",
    );
    await runner.query(`create table canary_evidence (
      canary_id text not null references canaries (id),
      revision int not null,
      version_id text not null,
      step int not null,
      sums double precision[] not null,
      primary key (canary_id, revision, version_id)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table canary_evidence');
    await runner.query('drop table canaries');
  }
}
