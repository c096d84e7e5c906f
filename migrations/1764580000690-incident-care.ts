/** Who sees to an incident, when it began, whom it reached, and its line of entries. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IncidentCare1764580000690 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents add column version_id text, add column started_at timestamptz,
      add column owner_id text, add column reach jsonb`);
    await runner.query('update incidents set started_at = opened_at');
    await runner.query('alter table incidents alter column started_at set not null');
    await runner.query(`create table incident_entries (
      id text primary key,
      customer_id text references customers (id),
      incident_id text not null references incidents (id),
      kind text not null,
      text text,
      by text not null,
      at timestamptz not null
    )`);
    await runner.query('create index incident_entries_incident on incident_entries (incident_id, id)');
    await runner.query(`create trigger incident_entries_append_only before update or delete on incident_entries
      for each row execute function flywheel_append_only()`);
    await runner.query('alter table incident_entries enable row level security');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table incident_entries');
    await runner.query(`alter table incidents drop column version_id, drop column started_at, drop column owner_id,
      drop column reach`);
  }
}
