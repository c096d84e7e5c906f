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
import { moneyOf, type RequestContext } from '../../../platform/graphql';
import type { PlanService } from '../plan/plan.service';
import type { CustomerTermsService } from './customer-terms.service';
import { COST_CURRENCY, unitAmountOf, UsageUnit } from './price';
import type { Margin, UsageLine, UsageReport } from './usage.type';
import { unitsOf, type UsageLoaders, usageQuestion, type UsageSums } from './usage.loader';
import { forecastRequests } from './usage-forecast';

export class UsageReportService {
  constructor(
    private readonly loaders: UsageLoaders,
    private readonly clock: Clock,
    private readonly terms: CustomerTermsService,
    private readonly plans: PlanService,
  ) {}

  /** Without a period: the billing period of now. */
  async usage(customerId: string, asked: Period | undefined, context: RequestContext): Promise<UsageReport> {
    const { period, currency, sums } = await this.sums(customerId, asked, context);
    const line = (unit: UsageUnit, quantity: string, amount: string, modelId: string | null): UsageLine => ({
      unit,
      quantity,
      amount,
      currency,
      modelId,
    });
    const total = (unit: UsageUnit): string => addDecimals('0', ...sums.map((row) => unitsOf(row)[unit]));
    const amount = sum(sums, 'price');
    const requests = Number(requestsOf(sums));
    const expected = forecastRequests(requests, period, this.clock.now());
    const charge = roundToMinor(amount);
    return {
      customerId,
      currency,
      period,
      byUnit: await Promise.all(
        Object.values(UsageUnit).map(async (unit) =>
          line(unit, total(unit), await this.amountByUnit(unit, sums), null),
        ),
      ),
      byModel: grouped(sums, ({ modelId }) => modelId)
        .map(([modelId, rows]) => line(UsageUnit.REQUEST, requestsOf(rows), sum(rows, 'price'), modelId))
        .sort((a, b) => compareDecimals(b.quantity, a.quantity)),
      byDay: grouped(sums, ({ day }) => day).map(([day, rows]) => ({
        day,
        currency,
        requests: BigInt(requestsOf(rows)),
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

  /** null where it was charged in another currency than costs are in. */
  async margin(
    customerId: string,
    asked: Period | undefined,
    context: RequestContext,
  ): Promise<Margin | null> {
    const { currency, sums } = await this.sums(customerId, asked, context);
    if (currency !== COST_CURRENCY) return null;
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

  /** Requests that were answered in a period of billing. */
  used(customerId: string, period: Period, context: RequestContext): Promise<bigint> {
    return this.loaders.answeredOf(context).load(usageQuestion(customerId, period));
  }

  /** In the currency of the plan of now; of a time in which nothing was charged in that, in the one that was charged in last. */
  private async sums(
    customerId: string,
    asked: Period | undefined,
    context: RequestContext,
  ): Promise<{ period: Period; currency: string; sums: UsageSums[] }> {
    const { plan, period: present } = await this.terms.of(customerId);
    const period = asked ?? present;
    const all = await this.loaders.sumsOf(context).load(usageQuestion(customerId, period));
    const isOfPlan = all.some(({ currency }) => currency === plan.currency);
    const currency = isOfPlan ? plan.currency : (all.at(-1)?.currency ?? plan.currency);
    return { period, currency, sums: all.filter((one) => one.currency === currency) };
  }

  /**
   * The part of the charge that is due for one unit: prices are linear, so sums can be priced like records. Of a period in which
   * nothing was charged, a trial, nothing is.
   */
  private async amountByUnit(unit: UsageUnit, sums: readonly UsageSums[]): Promise<string> {
    const amounts = await Promise.all(
      sums
        .filter(({ price }) => price !== '0')
        .map(async (row) => {
          const { priceBook } = await this.plans.byIdOf(row.planId);
          return multiplyDecimal(unitAmountOf(priceBook, unit, row.modelId), unitsOf(row)[unit]);
        }),
    );
    return addDecimals('0', ...amounts);
  }
}

function sum(rows: readonly UsageSums[], of: keyof UsageSums): string {
  return addDecimals('0', ...rows.map((row) => row[of]));
}

/** All that were answered: the sums, like the units of a price book, keep repeated and deferred ones apart from the others. */
function requestsOf(rows: readonly UsageSums[]): string {
  return addDecimals(sum(rows, 'requests'), sum(rows, 'cachedRequests'), sum(rows, 'economyRequests'));
}

function grouped(rows: readonly UsageSums[], keyOf: (row: UsageSums) => string): [string, UsageSums[]][] {
  const groups = new Map<string, UsageSums[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups];
}
