/** Who had a charge taken back is looked up every night, among all that was ever handed over. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChargesTakenBack1764580000766 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index meter_events_taken_back on meter_events (customer_id) where value < 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index meter_events_taken_back');
  }
}
