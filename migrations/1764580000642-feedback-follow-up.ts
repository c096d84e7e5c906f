/** How a giver hears what became of feedback, whether it was mended, and what in the product it led to. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FeedbackFollowUp1764580000642 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table feedback
      add column notify_giver boolean not null default false,
      add column asked_at timestamptz,
      add column fixed boolean`);

    // One notice a feedback and event, however often the event is delivered.
    await runner.query(`create table feedback_notices (
      customer_id text not null,
      feedback_id text not null,
      event_id text not null,
      end_user_id text,
      status text not null,
      asks boolean not null,
      outcome text not null,
      created_at timestamptz not null,
      told_at timestamptz,
      primary key (customer_id, feedback_id, event_id),
      foreign key (customer_id, feedback_id) references feedback (customer_id, id) on delete cascade,
      check ((told_at is null) = (outcome in ('PENDING', 'WITHHELD')))
    )`);
    await runner.query(
      `create index feedback_notices_pending on feedback_notices (event_id, feedback_id) where outcome = 'PENDING'`,
    );
    await runner.query(
      'create index feedback_notices_item on feedback_notices (feedback_id, created_at desc)',
    );
    await runner.query(
      'create index feedback_notices_person on feedback_notices (customer_id, end_user_id, feedback_id)',
    );
    await tenantTable(runner, 'feedback_notices');
    await runner.query('revoke insert, update, delete on feedback_notices from flywheel_app');

    await runner.query(`create table feedback_links (
      customer_id text not null,
      feedback_id text not null,
      target_id text not null,
      linked_by text not null,
      linked_at timestamptz not null,
      asked_at timestamptz,
      primary key (customer_id, feedback_id, target_id),
      foreign key (customer_id, feedback_id) references feedback (customer_id, id) on delete cascade
    )`);
    await runner.query('create index feedback_links_target on feedback_links (target_id, feedback_id desc)');
    await runner.query('create index feedback_links_item on feedback_links (feedback_id, target_id)');
    await tenantTable(runner, 'feedback_links');
    await runner.query('revoke insert, update, delete on feedback_links from flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table feedback_links');
    await runner.query('drop table feedback_notices');
    await runner.query(
      'alter table feedback drop column fixed, drop column asked_at, drop column notify_giver',
    );
  }
}
