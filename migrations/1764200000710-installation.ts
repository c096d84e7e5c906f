/** What is true of this database as a whole, by name: the key under which its secrets are sealed. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Installation1764200000710 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table installation (name text primary key, value text not null)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table installation');
  }
}
