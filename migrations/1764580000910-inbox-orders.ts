/**
 * The inbox in the orders of a desk: most urgent, worst and soonest due first, of every status. There was an index by status alone, so the
 * page that opens first sorted the whole table: a hundred thousand rows for twenty-five.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const KEYS = {
  feedback_urgent: 'priority_value desc, id desc',
  feedback_worst: 'severity, id',
  feedback_due: 'due_at, id',
};

export class InboxOrders1764580000910 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [name, key] of Object.entries(KEYS))
      await runner.query(`create index ${name} on feedback (${key}) where withdrawn_at is null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(KEYS)) await runner.query(`drop index ${name}`);
  }
}
