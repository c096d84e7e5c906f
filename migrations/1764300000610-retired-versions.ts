/** Versions that may not be served any more: a row each, never changed, so that who took one out and why stays known. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RetiredVersions1764300000610 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table model_version_retirements (
      version_id text primary key references model_versions (id),
      customer_id text references customers (id),
      reason text not null,
      by text not null,
      at timestamptz not null
    )`);
    await runner.query(`create trigger model_version_retirements_immutable before update or delete
      on model_version_retirements for each row execute function flywheel_refuse_change()`);
    await runner.query('alter table model_version_retirements enable row level security');
    await runner.query(`create policy model_version_retirements_read on model_version_retirements for select to flywheel_app
      using (customer_id is null or customer_id = nullif(current_setting('app.customer_id', true), ''))`);
    await runner.query('grant select on model_version_retirements to flywheel_app');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table model_version_retirements');
  }
}
