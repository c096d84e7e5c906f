/** Endpoints that are told of more than the predictions which name them, and messages that tell of anything. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class WebhookEvents1764400000500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table webhook_endpoints add column events text[] not null default '{}'`);
    await runner.query(`alter table webhook_deliveries
      alter column prediction_id drop not null,
      add column data jsonb not null default '{}'`);
    await runner.query(
      `update webhook_deliveries set data = jsonb_build_object('predictionId', prediction_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('delete from webhook_deliveries where prediction_id is null');
    await runner.query(
      'alter table webhook_deliveries drop column data, alter column prediction_id set not null',
    );
    await runner.query('alter table webhook_endpoints drop column events');
  }
}
