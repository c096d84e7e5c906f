/** Of how many answers of a deployment inputs and outputs are kept. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PayloadSampleRate1764570000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table deployments
      add column payload_sample_rate double precision not null default 1 check (payload_sample_rate between 0 and 1)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deployments drop column payload_sample_rate');
  }
}
