/** Whoever looks at their sessions tells them apart by the kind of client. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SessionClients1764580000813 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table sessions add column client text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table sessions drop column client');
  }
}
