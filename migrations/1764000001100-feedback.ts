/** Feedback, and the history of each item. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class Feedback1764000001100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table feedback (
      customer_id text not null references customers (id),
      id text not null,
      kind text not null,
      score double precision,
      text text,
      correction jsonb,
      giver text not null,
      end_user_id text,
      inference_id text,
      deployment_id text,
      model_version_id text,
      status text not null,
      severity int check (severity between 1 and 4),
      assignee_id text,
      tags text[] not null,
      locked_by_id text,
      locked_until timestamptz,
      due_at timestamptz,
      merged_into_id text,
      priority_value double precision not null,
      priority_terms jsonb not null,
      priority_formula text not null,
      version int not null check (version > 0),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      withdrawn_at timestamptz,
      primary key (customer_id, id)
    )`);
    await runner.query('create unique index feedback_id on feedback (id)');
    // One word of each kind by one person on one answer: said again, it is changed.
    await runner.query(
      'create unique index feedback_once on feedback (customer_id, inference_id, giver, kind) where inference_id is not null',
    );
    await runner.query('create index feedback_inbox on feedback (status, priority_value desc, id desc)');
    await runner.query('create index feedback_person on feedback (customer_id, end_user_id, id)');
    await runner.query('create index feedback_giver on feedback (customer_id, giver, created_at)');
    await runner.query(
      'create index feedback_merged on feedback (merged_into_id) where merged_into_id is not null',
    );
    await tenantTable(runner, 'feedback');

    await runner.query(`create table feedback_events (
      customer_id text not null,
      id text not null,
      feedback_id text not null,
      kind text not null,
      actor text not null,
      actor_kind text not null,
      changes jsonb not null,
      note text,
      at timestamptz not null,
      primary key (customer_id, id),
      foreign key (customer_id, feedback_id) references feedback (customer_id, id) on delete cascade
    )`);
    await runner.query('create index feedback_events_item on feedback_events (feedback_id, id)');
    await tenantTable(runner, 'feedback_events');
    // History is added to, never rewritten.
    await runner.query('revoke update, delete on feedback_events from flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table feedback_events');
    await runner.query('drop table feedback');
  }
}
