/** Models, their immutable versions, and the moves of their aliases. Operator-owned rows carry no customer: all may read them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Models1764000000600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table models (
      id text primary key,
      customer_id text references customers (id),
      name text not null,
      task text not null,
      created_at timestamptz not null,
      unique nulls not distinct (customer_id, name)
    )`);

    await runner.query(`create table model_versions (
      id text primary key,
      customer_id text references customers (id),
      model_id text not null references models (id),
      number int not null check (number > 0),
      content_hash text not null,
      engine text not null,
      signature jsonb not null,
      size_bytes bigint not null,
      artefacts jsonb not null,
      input_width int not null,
      output_width int not null,
      preparation jsonb,
      warm_up jsonb not null,
      parent_ids text[] not null,
      metrics jsonb not null,
      evaluation jsonb,
      export_difference double precision,
      dataset_version_id text,
      training_job_id text,
      created_at timestamptz not null,
      unique (model_id, number),
      unique (model_id, content_hash)
    )`);
    await runner.query('create index model_versions_dataset on model_versions (dataset_version_id)');
    await runner.query('create index model_versions_training_job on model_versions (training_job_id)');

    await runner.query(`create table model_alias_moves (
      id text primary key,
      customer_id text references customers (id),
      model_id text not null references models (id),
      alias text not null,
      version_id text references model_versions (id),
      previous_version_id text references model_versions (id),
      reason text not null,
      by text not null,
      at timestamptz not null
    )`);
    await runner.query('create index model_alias_moves_time on model_alias_moves (model_id, alias, at, id)');

    // Immutable means immutable for the owner's role as well: a mistake in our own code must not rewrite history.
    await runner.query(`create function flywheel_refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are never changed or removed', tg_table_name;
      end $$`);
    for (const table of ['model_versions', 'model_alias_moves']) {
      await runner.query(
        `create trigger ${table}_immutable before update or delete on ${table} for each row execute function flywheel_refuse_change()`,
      );
    }

    for (const table of ['models', 'model_versions', 'model_alias_moves']) {
      await runner.query(`alter table ${table} enable row level security`);
      await runner.query(`create policy ${table}_read on ${table} for select to flywheel_app
        using (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
      await runner.query(`grant select on ${table} to flywheel_app`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['model_alias_moves', 'model_versions', 'models'])
      await runner.query(`drop table ${table}`);
    await runner.query('drop function flywheel_refuse_change');
  }
}
