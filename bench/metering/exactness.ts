/** Whether everything that says how much a customer used says the same, and says what was answered. */
import type { App } from '../../src/app/app';
import { usageSettled } from '../../test/support/settled-usage';

const SUMS = `select
    (select coalesce(sum(cardinality(inference_ids)), 0) from usage_records where customer_id = $1)::text as records,
    (select sum(settled) from usage_counters where customer_id = $1)::text as settled,
    trim_scale((select sum(price) from usage_records where customer_id = $1))::text as priced,
    trim_scale((select sum(charged) from usage_counters where customer_id = $1))::text as charged,
    trim_scale((select sum(amount) from ledger_transfers where customer_id = $1 and credit_account = 'REVENUE'))::text as revenue,
    trim_scale((select sum(amount) from ledger_transfers where customer_id = $1 and kind = 'BURN'))::text as burned,
    trim_scale((select sum(credited) from usage_counters where customer_id = $1))::text as credited,
    trim_scale((select sum(remaining) from credit_grants where customer_id = $1))::text as remaining,
    trim_scale(coalesce((select sum(amount) from ledger_entries where customer_id = $1 and account = 'CREDIT'), 0))::text as balance,
    trim_scale((select sum(amount) from ledger_entries where customer_id = $1))::text as everything`;

type Sums = Readonly<
  Record<
    | 'records'
    | 'settled'
    | 'priced'
    | 'charged'
    | 'revenue'
    | 'burned'
    | 'credited'
    | 'remaining'
    | 'balance'
    | 'everything',
    string
  >
>;

/** What does not agree, in words; empty when all does. */
export async function differences(app: App, customerId: string, answered: number): Promise<string[]> {
  const { servicePool } = app.platform.database;
  await usageSettled(app);
  const { rows } = await servicePool.query<Sums>(SUMS, [customerId]);
  const sums = rows[0]!;
  const pairs: [string, string, string][] = [
    ['answered and usage records', String(answered), sums.records],
    ['answered and counted', String(answered), sums.settled],
    ['priced and charged', sums.priced, sums.charged],
    ['priced and earned by the ledger', sums.priced, sums.revenue],
    ['burned and credited', sums.burned, sums.credited],
    ['left of the credits and their balance', sums.remaining, sums.balance],
    ['the whole ledger and nothing', sums.everything, '0'],
  ];
  return pairs
    .filter(([, one, other]) => one !== other)
    .map(([what, one, other]) => `${what}: ${one} and ${other}`);
}
