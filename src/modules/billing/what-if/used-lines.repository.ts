/** Reads what customers used and were charged, some customers at a time, as repricing takes it: a few statements for each two hundred of them. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { unitsOf, type UsageAmounts } from '../usage/usage.loader';
import { SUMMED, usedBetween } from '../usage/used';
import type { CappedPeriod, UsedLine } from './repricing';

/** Customers that are read at a time. */
const SOME = 200;

const CUSTOMERS = `select distinct customer_id as "customerId" from usage_counters where customer_id > $1
  order by customer_id limit ${SOME}`;

/**
 * Without days a customer has a few lines a month, however much it used. By `any` each customer is looked up by the key: a join with the
 * list let the planner read the records of all customers for each two hundred. Instants become text once a line and not once a record.
 */
export const USED_LINES = `select "customerId", "planId", "modelId",
    to_char(period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as "periodStart", day,
    requests, "cachedRequests", "economyRequests", rows, "deviceMs", "promptTokens", "completionTokens", price, cost
  from (
    select u.customer_id as "customerId", u.plan_id as "planId", u.model_id as "modelId", u.period_start,
      case when $5 then date_trunc('day', u.created_at, 'UTC') end as day, ${SUMMED}
    from ${usedBetween('$2::timestamptz', '$3::timestamptz', 'customer_id = any($1) and currency = $4')} u
    group by 1, 2, 3, 4, 5
  ) as line order by "customerId", day, period_start, "planId", "modelId"`;

/** Of billing periods that had begun before. */
const BEFORE = `select c.customer_id as "customerId",
    to_char(c.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as "periodStart", sum(u.requests)::text as requests
  from usage_counters c cross join ${usedBetween(
    "c.period_start - interval '1 day'",
    '$2::timestamptz',
    'customer_id = c.customer_id and period_start = c.period_start',
  )} u
  where c.customer_id = any($1) and c.period_start < $2 and c.period_end > $2 group by 1, 2`;

/** A cap is in the currency of the plan of now, and says nothing of a period that was charged in another. */
const CAPPED = `select c.customer_id as "customerId",
    to_char(c.period_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as "periodStart",
    trim_scale(c.charged)::text as charged, trim_scale(c.credited)::text as credited, a.spend_cap_minor::text as "capMinor",
    a.spend_cap_kind as "capKind"
  from usage_counters c join billing_accounts a using (customer_id)
    join plan_subscriptions s on s.customer_id = c.customer_id and s.ended_at is null
    join plans p on p.id = s.plan_id and p.currency = $4
  where c.customer_id = any($1) and c.period_start < $3 and c.period_end > $2 and a.spend_cap_minor is not null
    and exists (select from usage_daily_sums d
      where d.customer_id = c.customer_id and d.period_start = c.period_start and d.currency = $4)`;

interface Of {
  readonly customerId: string;
}
type Line = Of &
  UsageAmounts & {
    readonly planId: string;
    readonly modelId: string;
    readonly periodStart: string;
  };

export interface UseOfSome {
  readonly used: readonly (Of & UsedLine)[];
  readonly before: readonly (Of & { readonly periodStart: string; readonly requests: string })[];
  readonly capped: readonly (Of & CappedPeriod)[];
}

export class UsedLinesRepository {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** Customers who ever used anything, by id. */
  async customersAfter(customerId: string): Promise<string[]> {
    const rows = await this.database.read.sql<Of>(SERVICE, 'billing.users', CUSTOMERS, [customerId]);
    return rows.map((row) => row.customerId);
  }

  /** @param limited whether limits are to be looked at, which count what came before. */
  async useOf(
    customerIds: readonly string[],
    period: Period,
    currency: string,
    limited: boolean,
  ): Promise<UseOfSome> {
    const { read } = this.database;
    const { from, to } = period;
    const [used, before, capped] = await Promise.all([
      this.lines(customerIds, period, currency, false),
      limited
        ? read.sql<UseOfSome['before'][number]>(SERVICE, 'billing.used-before', BEFORE, [customerIds, from])
        : [],
      read.sql<Of & CappedPeriod>(SERVICE, 'billing.capped', CAPPED, [customerIds, from, to, currency]),
    ]);
    return { used, before, capped };
  }

  /** The same usage of each day, in the order in which it came to a limit. */
  days(customerIds: readonly string[], period: Period, currency: string): Promise<UseOfSome['used']> {
    return this.lines(customerIds, period, currency, true);
  }

  private async lines(
    customerIds: readonly string[],
    { from, to }: Period,
    currency: string,
    byDay: boolean,
  ): Promise<UseOfSome['used']> {
    const values = [customerIds, from, to, currency, byDay];
    const rows = await this.database.read.sql<Line>(SERVICE, 'billing.used-lines', USED_LINES, values);
    return rows.map(({ customerId, planId, modelId, periodStart, price, cost, ...sums }) => ({
      customerId,
      planId,
      modelId,
      periodStart,
      units: unitsOf({ ...sums, price, cost }),
      charged: price,
      cost,
    }));
  }
}
