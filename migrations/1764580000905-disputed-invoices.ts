/** Payments that the payer's bank has called back stand on their invoice. What was disputed before comes with the next reading of Stripe. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DisputedInvoices1764580000905 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table invoices add column disputes jsonb not null default '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table invoices drop column disputes');
  }
}
