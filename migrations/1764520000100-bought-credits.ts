/** Credits that customers buy: which order a grant was paid by, so that it is granted once, and what of them was given back as money. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHECK = 'ledger_transfers_kind_check';

export class BoughtCredits1764520000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table credit_grants add column order_id text');
    await runner.query(
      'create unique index credit_grants_order on credit_grants (customer_id, order_id) where order_id is not null',
    );
    await runner.query(`alter table ledger_transfers drop constraint ${CHECK}`);
    await runner.query(`alter table ledger_transfers add constraint ${CHECK}
      check (kind in ('GRANT', 'BURN', 'CHARGE', 'EXPIRY', 'REVERSAL', 'REFUND'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table ledger_transfers drop constraint ${CHECK}`);
    // What was given back stays written, as everything in the ledger does: only what comes next is held to the kinds of before.
    await runner.query(`alter table ledger_transfers add constraint ${CHECK}
      check (kind in ('GRANT', 'BURN', 'CHARGE', 'EXPIRY', 'REVERSAL')) not valid`);
    await runner.query('drop index credit_grants_order');
    await runner.query('alter table credit_grants drop column order_id');
  }
}
