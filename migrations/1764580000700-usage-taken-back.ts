/** A charge that was reversed after it was handed over is taken back from Stripe's meter by a negative amount. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UsageTakenBack1764580000700 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table meter_events drop constraint meter_events_value_check,
      add constraint meter_events_value_check check (value > 0 or (value < 0 and meter = 'CHARGE'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table meter_events drop constraint meter_events_value_check,
      add constraint meter_events_value_check check (value > 0) not valid`);
  }
}
