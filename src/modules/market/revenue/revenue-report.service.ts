/** Reads market's projections and makes months of them. Sums are taken in the database, one statement each. */
import { type Money, money } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import type { PlanCustomers, RevenueMonth } from '../market.type';
import { MovementKind, monthsIn } from './revenue-movement';

interface MovementSum {
  readonly month: string;
  readonly kind: MovementKind;
  readonly amount: string;
}

/** Longer views cost more than they show. */
const MOST_MONTHS = 120;

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

  async months(currency: string, { from, to }: Period): Promise<RevenueMonth[]> {
    const months = monthsIn(from, to).slice(-MOST_MONTHS);
    const [first] = months;
    const last = months.at(-1);
    if (first === undefined || last === undefined) return [];
    // What lies before the first month is summed into one row, dated before it.
    const sums = await this.database.read.sql<MovementSum>(
      SERVICE,
      'market.movements',
      `select greatest(month, $2::date - 1)::text as month, case when month < $2::date then 'NONE' else kind end as kind,
         sum(closing_minor - opening_minor)::text as amount
       from revenue_movements where currency = $1 and month <= $3 group by 1, 2`,
      [currency, first, last],
    );
    let opening = total(sums.filter(({ month }) => month < first));
    return months.map((month) => {
      const own = sums.filter((sum) => sum.month === month);
      const closing = opening + total(own);
      const of = (kind: MovementKind) =>
        moneyOf(money(total(own.filter((sum) => sum.kind === kind)), currency));
      const row: RevenueMonth = {
        month: `${month}T00:00:00.000Z`,
        opening: moneyOf(money(opening, currency)),
        new: of(MovementKind.NEW),
        expansion: of(MovementKind.EXPANSION),
        contraction: of(MovementKind.CONTRACTION),
        churn: of(MovementKind.CHURN),
        reactivation: of(MovementKind.REACTIVATION),
        closing: moneyOf(money(closing, currency)),
      };
      opening = closing;
      return row;
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
