/** Compliance reports: made once, never changed. For the service alone. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Ethics1764000001200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table compliance_reports (
      id text primary key,
      customer_id text references customers (id),
      kind text not null,
      period_from timestamptz not null,
      period_to timestamptz not null check (period_to > period_from),
      hash text not null,
      html_hash text not null,
      csv_hash text not null,
      created_by text not null,
      created_at timestamptz not null
    )`);
    await runner.query('create index compliance_reports_customer on compliance_reports (customer_id, id)');
    await runner.query(
      'create trigger compliance_reports_append_only before update or delete on compliance_reports for each row execute function flywheel_append_only()',
    );

    await runner.query(`create table incidents (
      id text primary key,
      title text not null,
      severity text not null,
      status text not null,
      cause text not null,
      subject_id text,
      customer_id text references customers (id),
      opened_by text not null,
      opened_at timestamptz not null,
      corrective_action text,
      closed_at timestamptz
    )`);
    await runner.query('create index incidents_status on incidents (status, id)');
    // One open incident a subject and cause: what happens again while it is open belongs to it.
    await runner.query(
      "create unique index incidents_open on incidents (cause, subject_id) where status <> 'CLOSED' and subject_id is not null",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table incidents');
    await runner.query('drop table compliance_reports');
  }
}
