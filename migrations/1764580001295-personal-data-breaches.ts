/** Which incidents are personal data breaches, since when that is known, and what the supervisory authority was told (GDPR Art. 33). */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PersonalDataBreaches1764580001295 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents add column is_personal_data_breach boolean, add column became_aware_at timestamptz,
      add column authority_notified_at timestamptz, add column authority_notified_by text, add column authority_reference text,
      add column authority_delay_reason text, add column authority_not_needed_reason text`);
    await runner.query('update incidents set became_aware_at = opened_at');
    await runner.query('alter table incidents alter column became_aware_at set not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents drop column is_personal_data_breach, drop column became_aware_at,
      drop column authority_notified_at, drop column authority_notified_by, drop column authority_reference,
      drop column authority_delay_reason, drop column authority_not_needed_reason`);
  }
}
