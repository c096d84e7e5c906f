/** How, when and by whom it was made sure who asks about a person's data (GDPR Art. 12(6)). Until now only the asking itself told it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class VerifiedIdentities1764580001296 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table data_requests add column identity_verification text, add column identity_verified_by text,
      add column identity_verified_at timestamptz`);
    await runner.query(`update data_requests set identity_verified_by = requested_by, identity_verified_at = created_at,
      identity_verification = case when requested_by = end_user_id then 'LOGIN' else 'CONTROLLER' end`);
    await runner.query(`alter table data_requests alter column identity_verification set not null,
      alter column identity_verified_by set not null, alter column identity_verified_at set not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table data_requests drop column identity_verification, drop column identity_verified_by,
      drop column identity_verified_at`);
  }
}
