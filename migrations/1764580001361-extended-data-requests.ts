/** The one extension of a data request (GDPR Art. 12(3)): until when it was due before, since when and by whom, and why (sealed). */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ExtendedDataRequests1764580001361 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table data_requests add column first_due_at timestamptz, add column extended_at timestamptz,
      add column extended_by text, add column extension_reason text,
      add constraint data_requests_extended check ((first_due_at is null) = (extended_at is null)
        and (extended_at is null) = (extended_by is null))`);
  }

  /** What was promised to a person stays promised. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table data_requests drop column first_due_at, drop column extended_at, drop column extended_by,
      drop column extension_reason`);
  }
}
