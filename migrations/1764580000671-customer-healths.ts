/** How well each customer does, and of what that was reckoned: made anew every hour, so that customers can be listed by it. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CustomerHealths1764580000671 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table customer_healths (
      customer_id text primary key,
      score double precision not null check (score between 0 and 100),
      risk text not null,
      pays boolean not null,
      terms jsonb not null,
      computed_at timestamptz not null
    )`);
    await runner.query('create index customer_healths_score on customer_healths (score, customer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table customer_healths');
  }
}
