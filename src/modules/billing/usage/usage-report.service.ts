/** Sums over the usage records: what was used, what it is charged, what it cost. One statement a report. */
import type { Clock } from '../../../kernel/clock';
import {
  addDecimals,
  compareDecimals,
  money,
  multiplyDecimal,
  roundToMinor,
  subtractDecimals,
} from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, tenant } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import type { PlanService } from '../plan/plan.service';
import type { CustomerTermsService } from './customer-terms.service';
import { unitAmountOf, UsageUnit } from './price';
import type { Margin, UsageLine, UsageReport } from './usage.type';
import { forecastRequests } from './usage-forecast';

interface Sums {
  readonly planId: string;
  readonly modelId: string;
  readonly day: string;
  readonly requests: string;
  readonly rows: string;
  readonly deviceMs: string;
  readonly price: string;
  readonly cost: string;
}

const COLUMN_OF = {
  [UsageUnit.REQUEST]: 'requests',
  [UsageUnit.ROW]: 'rows',
  [UsageUnit.DEVICE_MILLISECOND]: 'deviceMs',
} as const;

const SUMS = `select plan_id as "planId", model_id as "modelId", date_trunc('day', created_at, 'UTC') as day, sum(requests)::text as requests,
    sum(rows)::text as rows, trim_scale(sum(device_ms))::text as "deviceMs", trim_scale(sum(price))::text as price,
    trim_scale(sum(cost))::text as cost
  from usage_records where customer_id = $1 and created_at >= $2 and created_at < $3 and currency = $4
  group by 1, 2, 3 order by 3`;

export class UsageReportService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly terms: CustomerTermsService,
    private readonly plans: PlanService,
  ) {}

  /** Without a period: the billing period of now. */
  async usage(customerId: string, asked?: Period | null): Promise<UsageReport> {
    const { plan, period: present } = await this.terms.of(customerId);
    const period = asked ?? present;
    const { currency } = plan;
    const sums = await this.sums(customerId, period, currency);
    const line = (unit: UsageUnit, quantity: string, amount: string, modelId: string | null): UsageLine => ({
      unit,
      quantity,
      amount,
      currency,
      modelId,
    });
    const total = (of: keyof Sums): string => addDecimals('0', ...sums.map((row) => row[of]));
    const amount = total('price');
    const requests = Number(total('requests'));
    const expected = forecastRequests(requests, period, this.clock.now());
    const charge = roundToMinor(amount);
    return {
      period,
      byUnit: await Promise.all(
        Object.values(UsageUnit).map(async (unit) =>
          line(unit, total(COLUMN_OF[unit]), await this.amountByUnit(unit, sums), null),
        ),
      ),
      byModel: grouped(sums, ({ modelId }) => modelId)
        .map(([modelId, rows]) => line(UsageUnit.REQUEST, sum(rows, 'requests'), sum(rows, 'price'), modelId))
        .sort((a, b) => compareDecimals(b.quantity, a.quantity)),
      byDay: grouped(sums, ({ day }) => day).map(([day, rows]) => ({
        day,
        requests: BigInt(sum(rows, 'requests')),
        amount: sum(rows, 'price'),
      })),
      forecast: {
        requests: BigInt(expected),
        charge: moneyOf(
          money(requests === 0 ? 0n : (charge * BigInt(expected)) / BigInt(requests), currency),
        ),
      },
      charge: moneyOf(money(charge, currency)),
    };
  }

  async margin(customerId: string, asked?: Period | null): Promise<Margin> {
    const { plan, period } = await this.terms.of(customerId);
    const { currency } = plan;
    const sums = await this.sums(customerId, asked ?? period, currency);
    const revenue = sum(sums, 'price');
    const cost = sum(sums, 'cost');
    const margin = subtractDecimals(revenue, cost);
    return {
      revenue: moneyOf(money(roundToMinor(revenue), currency)),
      cost: moneyOf(money(roundToMinor(cost), currency)),
      margin: moneyOf(money(roundToMinor(margin), currency)),
      ratio: compareDecimals(revenue, '0') === 0 ? null : Number(margin) / Number(revenue),
    };
  }

  /** Requests that are settled in the present period. */
  async used(customerId: string, period: Period): Promise<bigint> {
    const [row] = await this.database.read.sql<{ settled: string }>(
      tenant(customerId),
      'billing.used',
      'select settled::text from usage_counters where customer_id = $1 and period_start = $2',
      [customerId, period.from],
    );
    return BigInt(row?.settled ?? 0);
  }

  /** The part of the charge that is due for one unit: prices are linear, so sums can be priced like records. */
  private async amountByUnit(unit: UsageUnit, sums: readonly Sums[]): Promise<string> {
    const amounts = await Promise.all(
      sums.map(async ({ planId, modelId, ...row }) => {
        const { priceBook } = await this.plans.byIdOf(planId);
        return multiplyDecimal(unitAmountOf(priceBook, unit, modelId), row[COLUMN_OF[unit]]);
      }),
    );
    return addDecimals('0', ...amounts);
  }

  private sums(customerId: string, { from, to }: Period, currency: string): Promise<Sums[]> {
    return this.database.read.sql<Sums>(tenant(customerId), 'billing.usage', SUMS, [
      customerId,
      from,
      to,
      currency,
    ]);
  }
}

function sum(rows: readonly Sums[], of: keyof Sums): string {
  return addDecimals('0', ...rows.map((row) => row[of]));
}

function grouped(rows: readonly Sums[], keyOf: (row: Sums) => string): [string, Sums[]][] {
  const groups = new Map<string, Sums[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return [...groups];
}
