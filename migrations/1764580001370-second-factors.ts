/**
 * What somebody has beside the password. The login says since when it is asked for; the secret and the codes lie in a table of their
 * own, for the service alone. A next secret is one that waits to be confirmed.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SecondFactors1764580001370 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table second_factors (
      login_id text primary key,
      customer_id text,
      secret text,
      next_secret text,
      last_step bigint not null default 0,
      recovery_hashes text[] not null default '{}'
    )`);
    for (const logins of ['members', 'staff'])
      await runner.query(`alter table ${logins} add column second_factor_at timestamptz`);
    await runner.query(
      'alter table customers add column requires_second_factor boolean not null default false',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table customers drop column requires_second_factor');
    for (const logins of ['staff', 'members'])
      await runner.query(`alter table ${logins} drop column second_factor_at`);
    await runner.query('drop table second_factors');
  }
}
