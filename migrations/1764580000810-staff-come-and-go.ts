/** Staff is invited, and has no password until it comes; who leaves is deactivated, so that what they did still names them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A hash that no password has: on the way back nobody who was deactivated may get in again. */
const NO_PASSWORD = `'$argon2id$v=19$m=19456,t=2,p=1$' || rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '=') || '$'
  || rtrim(encode(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), 'base64'), '=')`;

export class StaffComeAndGo1764580000810 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table staff alter column password_hash drop not null');
    await runner.query('alter table staff add column deactivated_at timestamptz');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `update staff set password_hash = ${NO_PASSWORD} where deactivated_at is not null or password_hash is null`,
    );
    await runner.query('alter table staff drop column deactivated_at');
    await runner.query('alter table staff alter column password_hash set not null');
  }
}
