/** Staff has a name as members have, and an address that is to replace another one waits for a time and not for ever. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OwnNamesAndEnds1764580000885 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table staff add column name text');
    await runner.query('alter table members add column pending_email_until timestamptz');
    await runner.query(
      "update members set pending_email_until = now() + interval '7 days' where pending_email is not null",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table members drop column pending_email_until');
    await runner.query('alter table staff drop column name');
  }
}
