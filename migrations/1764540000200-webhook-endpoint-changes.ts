/** Endpoints that can be changed: what they are for, whether they are told, and how often they were changed. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WebhookEndpointChanges1764540000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table webhook_endpoints
      add column description text,
      add column enabled boolean not null default true,
      add column version int not null default 1 check (version > 0)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table webhook_endpoints drop column description, drop column enabled, drop column version',
    );
  }
}
