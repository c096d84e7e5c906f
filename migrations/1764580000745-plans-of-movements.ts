/** Which version of a plan recurring revenue is of, so that it can be priced anew. Every event names it: the view of revenue is built anew from them. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PlansOfMovements1764580000745 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('delete from revenue_movements');
    await runner.query('delete from customer_standings');
    await runner.query(
      `update event_cursors set transaction_id = '0', position = 0 where subscriber = 'market.revenue'`,
    );
    await runner.query('alter table revenue_movements add column plan_id text not null');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table revenue_movements drop column plan_id');
  }
}
