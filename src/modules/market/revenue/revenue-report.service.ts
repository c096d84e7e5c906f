/** Reads market's projections of revenue and makes months and cohorts of them. Sums are taken in the database, one statement each. */
import { type Money, money } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf, type MoneyType } from '../../../platform/graphql';
import type { PlanCustomers, RevenueCohort, RevenueMonth, RevenueRetention } from './revenue.type';
import { cohortsOf } from './revenue-cohorts';
import { monthKey, MovementKind, monthsIn } from './revenue-movement';
import { ratesOf, ratio } from './revenue-rates';

interface MovementSum {
  readonly month: string;
  readonly kind: MovementKind;
  readonly amount: string;
  readonly customers: number;
  /** By how many more pay. */
  readonly more: number;
}

interface CohortSum {
  readonly cohort: string;
  readonly month: string;
  readonly amount: string;
  readonly more: number;
  readonly members: number;
}

interface RetentionSum {
  readonly customers: number;
  readonly kept: number;
  readonly before: string;
  readonly now: string;
  readonly least: string;
}

/** Longer views cost more than they show. */
const MOST_MONTHS = 120;
/** By how many more customers pay after a movement. */
const MORE = `case when kind in ('NEW', 'REACTIVATION') then 1 when kind = 'CHURN' then -1 else 0 end`;

/** What lies before the first month is summed into one row, dated before it. */
const MOVEMENTS = `select greatest(month, $2::date - 1)::text as month, case when month < $2::date then 'NONE' else kind end as kind,
    sum(closing_minor - opening_minor)::text as amount, count(*)::int as customers, sum(${MORE})::int as more
  from revenue_movements where currency = $1 and month <= $3 group by 1, 2`;

const COHORTS = `with first as (
    select customer_id, min(month) as cohort from revenue_movements where currency = $1 group by customer_id
    having min(month) between $2 and $3)
  select cohort::text, month::text, sum(closing_minor - opening_minor)::text as amount, sum(${MORE})::int as more,
    count(*) filter (where month = cohort)::int as members
  from first join revenue_movements using (customer_id) where currency = $1 group by cohort, month`;

/** The last movement up to a month tells what is paid at its end. */
const PAID = (upTo: string): string =>
  `select distinct on (customer_id) customer_id, closing_minor as paid from revenue_movements
   where currency = $1 ${upTo} order by customer_id, month desc`;
const RETENTION = `with before as (${PAID('and month <= $2')}), now as (${PAID('')})
  select count(*)::int as customers, count(*) filter (where now.paid > 0)::int as kept, coalesce(sum(before.paid), 0)::text as before,
    coalesce(sum(now.paid), 0)::text as now, coalesce(sum(least(before.paid, now.paid)), 0)::text as least
  from before join now using (customer_id) where before.paid > 0`;

export class RevenueReportService {
  constructor(private readonly database: Pick<Database, 'read'>) {}

  /** What all customers pay a month, now: from what each is on, not from the movements. */
  async mrr(currency: string): Promise<Money> {
    const [row] = await this.database.read.sql<{ total: string }>(
      SERVICE,
      'market.mrr',
      'select coalesce(sum(monthly_minor), 0)::text as total from customer_standings where currency = $1',
      [currency],
    );
    return money(BigInt(row!.total), currency);
  }

  async months(currency: string, period: Period): Promise<RevenueMonth[]> {
    const months = lastOf(period);
    const [first] = months;
    const last = months.at(-1);
    if (first === undefined || last === undefined) return [];
    const values = [currency, first, last];
    const sums = await this.database.read.sql<MovementSum>(SERVICE, 'market.movements', MOVEMENTS, values);
    const earlier = sums.filter(({ month }) => month < first);
    let opening = total(earlier);
    let openingCustomers = earlier.reduce((sum, { more }) => sum + more, 0);
    return months.map((month) => {
      const own = new Map(sums.filter((sum) => sum.month === month).map((sum) => [sum.kind, sum]));
      const amount = (kind: MovementKind): bigint => BigInt(own.get(kind)?.amount ?? 0);
      const customers = (kind: MovementKind): number => own.get(kind)?.customers ?? 0;
      const figures = {
        opening,
        new: amount(MovementKind.NEW),
        expansion: amount(MovementKind.EXPANSION),
        contraction: amount(MovementKind.CONTRACTION),
        churn: amount(MovementKind.CHURN),
        reactivation: amount(MovementKind.REACTIVATION),
        openingCustomers,
        newCustomers: customers(MovementKind.NEW),
        reactivatedCustomers: customers(MovementKind.REACTIVATION),
        churnedCustomers: customers(MovementKind.CHURN),
      };
      const rates = ratesOf(figures);
      [opening, openingCustomers] = [rates.closing, rates.closingCustomers];
      const shown = shownIn(currency);
      return {
        month: instantOf(month),
        opening: shown(figures.opening),
        new: shown(figures.new),
        expansion: shown(figures.expansion),
        contraction: shown(figures.contraction),
        churn: shown(figures.churn),
        reactivation: shown(figures.reactivation),
        closing: shown(rates.closing),
        customers: rates.closingCustomers,
        newCustomers: figures.newCustomers,
        churnedCustomers: figures.churnedCustomers,
        reactivatedCustomers: figures.reactivatedCustomers,
        arr: shown(rates.arr),
        arpa: rates.arpa === null ? null : shown(rates.arpa),
        grossRetention: rates.grossRetention,
        netRetention: rates.netRetention,
        logoChurn: rates.logoChurn,
        quickRatio: rates.quickRatio,
        lifetimeValue: rates.lifetimeValue === null ? null : shown(rates.lifetimeValue),
      };
    });
  }

  /** Of those who paid at the end of the month of `then`. */
  async retention(currency: string, then: Date): Promise<RevenueRetention> {
    const month = monthKey(then);
    const values = [currency, month];
    const rows = await this.database.read.sql<RetentionSum>(SERVICE, 'market.retention', RETENTION, values);
    const { customers, kept, before, now, least } = rows[0]!;
    const shown = shownIn(currency);
    return {
      since: instantOf(month),
      customers,
      customersKept: kept,
      before: shown(BigInt(before)),
      now: shown(BigInt(now)),
      grossRetention: ratio(BigInt(least), BigInt(before)),
      netRetention: ratio(BigInt(now), BigInt(before)),
      logoRetention: ratio(BigInt(kept), BigInt(customers)),
    };
  }

  /** The cohorts of a period, each up to the present month. */
  async cohorts(currency: string, period: Period, now: Date): Promise<RevenueCohort[]> {
    const months = lastOf(period);
    const [first] = months;
    if (first === undefined) return [];
    const values = [currency, first, months.at(-1)];
    const sums = await this.database.read.sql<CohortSum>(SERVICE, 'market.cohorts', COHORTS, values);
    const moves = sums.map(({ amount, more, ...sum }) => ({
      cohort: sum.cohort,
      month: sum.month,
      delta: BigInt(amount),
      customers: more,
    }));
    const members = new Map(sums.map(({ cohort }) => [cohort, 0]));
    for (const sum of sums) members.set(sum.cohort, members.get(sum.cohort)! + sum.members);
    const shown = shownIn(currency);
    const upToNow = monthsIn(new Date(first), new Date(now.getTime() + 1));
    return cohortsOf(moves, upToNow).map((cohort) => {
      const size = members.get(cohort.month)!;
      const begun = cohort.months[0]?.revenue ?? 0n;
      return {
        month: instantOf(cohort.month),
        customers: size,
        months: cohort.months.map(({ month, age, customers, revenue }) => ({
          month: instantOf(month),
          age,
          customers,
          customersKept: ratio(BigInt(customers), BigInt(size)),
          revenue: shown(revenue),
          revenueKept: ratio(revenue, begun),
        })),
      };
    });
  }

  async customersByPlan(currency: string): Promise<PlanCustomers[]> {
    const rows = await this.database.read.sql<{ plan: string; customers: number; mrr: string }>(
      SERVICE,
      'market.customers-by-plan',
      `select plan_code as plan, count(*)::int as customers,
         coalesce(sum(monthly_minor) filter (where currency = $1), 0)::text as mrr
       from customer_standings group by plan_code order by plan_code`,
      [currency],
    );
    return rows.map(({ plan, customers, mrr }) => ({
      plan,
      customers,
      mrr: moneyOf(money(BigInt(mrr), currency)),
    }));
  }
}

function total(sums: readonly MovementSum[]): bigint {
  return sums.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}

/** The last months of a period, as far as a view goes back. */
function lastOf({ from, to }: Period): string[] {
  return monthsIn(from, to).slice(-MOST_MONTHS);
}

function instantOf(month: string): string {
  return `${month}T00:00:00.000Z`;
}

function shownIn(currency: string): (amountMinor: bigint) => MoneyType {
  return (amountMinor) => moneyOf(money(amountMinor, currency));
}
