/** Why customers wanted to end their plans: what they said when they asked, and that some did not ask but did not pay. Service only. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChurnWishes1764580000672 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table churn_wishes (
      customer_id text not null,
      at timestamptz not null,
      reason text,
      unpaid boolean not null,
      primary key (customer_id, at)
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table churn_wishes');
  }
}
