/** Uploads, data sets with their immutable versions, trainings and their epochs. Rows without a customer are the operator's own. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const READABLE = ['datasets', 'dataset_versions', 'training_jobs'];

export class Training1764000000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table uploads (
      id text primary key,
      blob_hash text not null,
      size_bytes bigint not null,
      created_by text not null,
      created_at timestamptz not null
    )`);

    await runner.query(`create table datasets (
      id text primary key,
      customer_id text references customers (id),
      name text not null,
      created_at timestamptz not null,
      unique nulls not distinct (customer_id, name)
    )`);

    await runner.query(`create table dataset_versions (
      id text primary key,
      customer_id text references customers (id),
      dataset_id text not null references datasets (id),
      number int not null check (number > 0),
      rows int not null,
      columns jsonb not null,
      label jsonb not null,
      protected_attributes text[] not null,
      content_hash text not null,
      source text not null,
      source_hash text not null,
      table_hash text not null,
      consent_scope text[] not null,
      bad_row_count int not null,
      bad_rows jsonb not null,
      created_at timestamptz not null,
      unique (dataset_id, number),
      unique (dataset_id, content_hash)
    )`);
    await runner.query(`create trigger dataset_versions_immutable before update or delete on dataset_versions
      for each row execute function flywheel_refuse_change()`);

    await runner.query(`create table training_jobs (
      id text primary key,
      customer_id text references customers (id),
      job_id text not null references jobs (id),
      dataset_version_id text not null references dataset_versions (id),
      model_name text not null,
      recipe jsonb not null,
      backend text,
      result_version_id text references model_versions (id),
      device_ms double precision not null default 0,
      created_at timestamptz not null
    )`);
    await runner.query('create index training_jobs_dataset on training_jobs (dataset_version_id, id)');
    await runner.query('create index training_jobs_model on training_jobs (model_name, id)');

    await runner.query(`create table training_epochs (
      training_job_id text not null references training_jobs (id),
      epoch int not null,
      loss double precision not null,
      accuracy double precision not null,
      val_loss double precision not null,
      val_accuracy double precision not null,
      elapsed_ms double precision not null,
      primary key (training_job_id, epoch)
    )`);

    for (const table of READABLE) {
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to flywheel_app
        using (customer_id = nullif(current_setting('app.customer_id', true), ''))`);
      await runner.query(`grant select on ${table} to flywheel_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['training_epochs', 'training_jobs', 'dataset_versions', 'datasets', 'uploads']) {
      await runner.query(`drop table ${table}`);
    }
  }
}
