/**
 * What a customer is told of a breach of its people's data (GDPR Art. 33(2)): one row a customer and text. The words are the operator's
 * and never change; all that a customer may write is that it took note.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class BreachNotices1764580001360 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table breach_notices (
      customer_id text not null references customers (id),
      id text not null unique,
      incident_id text not null references incidents (id),
      text_hash text not null,
      became_aware_at timestamptz not null,
      nature text not null,
      affected_people text not null,
      affected_records text not null,
      consequences text not null,
      measures text not null,
      contact text not null,
      sent_by text not null,
      created_at timestamptz not null,
      mailed_at timestamptz,
      mailed_to int,
      acknowledged_at timestamptz,
      acknowledged_by text,
      primary key (customer_id, id),
      check ((mailed_at is null) = (mailed_to is null)),
      check ((acknowledged_at is null) = (acknowledged_by is null))
    )`);
    await runner.query(
      'create unique index breach_notices_once on breach_notices (incident_id, customer_id, text_hash)',
    );
    await runner.query(
      'create index breach_notices_unmailed on breach_notices (incident_id, id) where mailed_at is null',
    );
    await runner.query('alter table breach_notices enable row level security');
    await runner.query(`create policy breach_notices_tenant on breach_notices to flywheel_app
      using (customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query(
      'grant select, update (acknowledged_at, acknowledged_by) on breach_notices to flywheel_app',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table breach_notices');
  }
}
