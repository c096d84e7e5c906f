/**
 * What the uses of models may do to people. An assessment is only ever superseded, once; what it asked to be done is closed, once.
 * Both are the operator's: nobody but the service reads them.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ImpactAssessments1764580000680 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table impact_assessments (
      id text primary key,
      customer_id text references customers (id),
      model_id text not null references models (id),
      use text not null,
      number int not null check (number > 0),
      purpose text not null,
      affected text not null,
      answers jsonb not null,
      tier text not null check (tier in ('PROHIBITED', 'HIGH', 'TRANSPARENCY', 'MINIMAL')),
      reasons jsonb not null,
      functions jsonb not null,
      risks jsonb not null,
      human_oversight text,
      owner_id text not null,
      review_by timestamptz not null,
      assessed_by_id text not null,
      assessed_at timestamptz not null,
      superseded_at timestamptz,
      unique (model_id, use, number)
    )`);
    await runner.query(
      'create unique index impact_assessments_latest on impact_assessments (model_id, use) where superseded_at is null',
    );
    await runner.query(`create function flywheel_only_supersede() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and old.superseded_at is null and new.superseded_at is not null
          and to_jsonb(new) - 'superseded_at' = to_jsonb(old) - 'superseded_at' then
          return new;
        end if;
        raise exception '% is append-only', tg_table_name;
      end
    $$`);
    await runner.query(`create trigger impact_assessments_only_superseded before update or delete on impact_assessments
      for each row execute function flywheel_only_supersede()`);
    await runner.query(`create table impact_actions (
      id text primary key,
      customer_id text references customers (id),
      model_id text not null,
      use text not null,
      assessment_id text not null references impact_assessments (id),
      title text not null,
      due_at timestamptz not null,
      closed_at timestamptz,
      outcome text,
      closed_by text,
      check ((closed_at is null) = (outcome is null) and (closed_at is null) = (closed_by is null))
    )`);
    await runner.query('create index impact_actions_of_use on impact_actions (model_id, use, id)');
    await runner.query(
      'create index impact_actions_open on impact_actions (model_id, use, due_at) where closed_at is null',
    );
    for (const table of ['impact_assessments', 'impact_actions'])
      await runner.query(`alter table ${table} enable row level security`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table impact_actions');
    await runner.query('drop table impact_assessments');
    await runner.query('drop function flywheel_only_supersede');
  }
}
