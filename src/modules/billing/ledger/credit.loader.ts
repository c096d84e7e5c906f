/** What is left of the credits of many customers, in one statement; and grants by id. */
import type { Clock } from '../../../kernel/clock';
import type { Database } from '../../../platform/database';
import { defineLoader, inOrder } from '../../../platform/graphql';
import { CreditGrant } from './credit-grant.entity';
import { LedgerTransfer } from './ledger-transfer.entity';

interface Balance {
  readonly customerId: string;
  readonly currency: string;
  readonly balance: string;
}

const BALANCES = `select g.customer_id as "customerId", g.currency, trim_scale(sum(g.remaining))::text as balance
  from credit_grants g join unnest($1::text[], $2::text[]) asked (customer_id, currency) using (customer_id, currency)
  where g.remaining > 0 and (g.expires_at is null or g.expires_at > $3) group by 1, 2`;

export type CreditLoaders = ReturnType<typeof createCreditLoaders>;

/** Each loader answers only what the caller's scope may see. */
export function createCreditLoaders({ read }: Database, clock: Clock) {
  return {
    /** By `customerId currency`. */
    balanceOf: defineLoader<string, string>(async (keys, { scope }) => {
      const parts = keys.map((key) => key.split(' '));
      const values = [parts.map(([id]) => id!), parts.map(([, currency]) => currency!), clock.now()];
      const rows = await read.sql<Balance>(scope, 'billing.credits', BALANCES, values);
      return inOrder(keys, rows, ({ customerId, currency }) => `${customerId} ${currency}`).map(
        (row) => row?.balance ?? '0',
      );
    }),
    grantById: defineLoader<string, CreditGrant | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(CreditGrant, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    ),
    transferById: defineLoader<string, LedgerTransfer | null>(async (ids, { scope }) =>
      inOrder(ids, await read.list(LedgerTransfer, { scope, where: { id: { in: ids } } }), ({ id }) => id),
    ),
  };
}
