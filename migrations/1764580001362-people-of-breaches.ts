/** Of a breach, whether the people concerned have to be told (GDPR Art. 34): the judgement, by whom and when; and why no customer need be. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PeopleOfBreaches1764580001362 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents add column people_notification text, add column people_notification_reason text,
      add column people_judged_by text, add column people_judged_at timestamptz, add column people_notified_at timestamptz,
      add column customers_not_concerned_reason text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table incidents drop column people_notification, drop column people_notification_reason,
      drop column people_judged_by, drop column people_judged_at, drop column people_notified_at,
      drop column customers_not_concerned_reason`);
  }
}
