/** What each customer paid for its plan in each month: the closing of its movements, as the view of revenue counts it. */
import { type Database, SERVICE } from '../../../platform/database';

/** The last movement up to a month tells what is paid at its end. */
const FEES = `select fee.* from unnest($2::date[]) as asked (month) cross join lateral (
    select distinct on (customer_id) customer_id as "customerId", plan_id as "planId", closing_minor::text as monthly
    from revenue_movements where currency = $1 and month <= asked.month order by customer_id, month desc) as fee
  where fee.monthly <> '0'`;

interface Row {
  readonly customerId: string;
  readonly planId: string;
  readonly monthly: string;
}

export interface CustomerFee {
  readonly customerId: string;
  readonly planId: string;
  readonly monthlyMinor: bigint;
}

/** One a customer and month in which something was paid. @param months first days */
export async function planFees(
  { read }: Pick<Database, 'read'>,
  currency: string,
  months: readonly string[],
): Promise<CustomerFee[]> {
  const rows = await read.sql<Row>(SERVICE, 'market.plan-fees', FEES, [currency, months]);
  return rows.map(({ monthly, ...row }) => ({ ...row, monthlyMinor: BigInt(monthly) }));
}
