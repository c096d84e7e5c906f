/** Keys that stand in the addresses of GrowthBook clients, and open flags and nothing else. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database';

export class FlagClientKeys1764580000620 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table flag_client_keys (
      customer_id text not null references customers (id),
      id text not null,
      name text not null,
      environment text not null,
      prefix text not null,
      secret_hash text not null,
      created_at timestamptz not null,
      revoked_at timestamptz,
      primary key (customer_id, id)
    )`);
    await tenantTable(runner, 'flag_client_keys');
    await runner.query('create unique index flag_client_keys_secret on flag_client_keys (secret_hash)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table flag_client_keys');
  }
}
