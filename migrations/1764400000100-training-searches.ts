/**
 * Searches over recipes and their trials. A trial that has begun is a training of its own; how far a rung's score was reached is
 * kept beside it, so that the best one can be taken up where it was scored.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['training_searches', 'training_trials'];

export class TrainingSearches1764400000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table training_searches (
      id text primary key,
      customer_id text references customers (id),
      job_id text not null references jobs (id),
      dataset_version_id text not null references dataset_versions (id),
      model_name text not null,
      recipe jsonb not null,
      space jsonb not null,
      strategy jsonb not null,
      halving jsonb,
      rungs jsonb not null,
      planned_epochs int not null,
      objective text not null,
      parent_version_id text references model_versions (id),
      budget_ms double precision check (budget_ms > 0),
      pause_requested boolean not null default false,
      best_trial_id text,
      ended_by text,
      result_version_id text references model_versions (id),
      created_at timestamptz not null
    )`);
    await runner.query(
      'create index training_searches_dataset on training_searches (dataset_version_id, id)',
    );
    await runner.query('create index training_searches_model on training_searches (model_name, id)');

    await runner.query(
      'alter table training_jobs add column search_id text references training_searches (id)',
    );

    await runner.query(`create table training_trials (
      id text primary key,
      customer_id text references customers (id),
      search_id text not null references training_searches (id),
      number int not null check (number > 0),
      choices jsonb not null,
      recipe jsonb not null,
      status text not null,
      scores double precision[] not null default '{}',
      failure text,
      scored_checkpoint_hash text,
      training_job_id text unique references training_jobs (id),
      unique (search_id, number)
    )`);
    await runner.query(
      'create index training_trials_checkpoint on training_trials (scored_checkpoint_hash) where scored_checkpoint_hash is not null',
    );
    await runner.query(
      'create index training_jobs_checkpoint on training_jobs (checkpoint_hash) where checkpoint_hash is not null',
    );

    for (const table of TABLES) {
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to flywheel_app
        using (customer_id = nullif(current_setting('app.customer_id', true), ''))`);
      await runner.query(`grant select on ${table} to flywheel_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index training_jobs_checkpoint');
    await runner.query('alter table training_jobs drop column search_id');
    for (const table of [...TABLES].reverse()) await runner.query(`drop table ${table}`);
  }
}
