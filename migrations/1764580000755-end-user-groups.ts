/** To which groups people belong, sealed: told by their consent, for no other use than to see whether all are treated alike. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class EndUserGroups1764580000755 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table end_user_groups (
      customer_id text not null,
      end_user_id text not null,
      attribute text not null,
      value text not null,
      told_at timestamptz not null,
      primary key (customer_id, end_user_id, attribute)
    )`);
    await runner.query('create index end_user_groups_attribute on end_user_groups (attribute)');
    await runner.query('create index end_user_groups_time on end_user_groups (told_at)');
    await tenantTable(runner, 'end_user_groups');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table end_user_groups');
  }
}
