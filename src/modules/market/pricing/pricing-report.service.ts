/** Asks billing what other prices would have come to, of the fees that our own projections know, and shapes the answer. */
import { invalidInput } from '../../../kernel/errors';
import { addDecimals, money, roundToMinor, subtractDecimals } from '../../../kernel/money';
import { type Database } from '../../../platform/database';
import { moneyOf, type MoneyType, periodAsked } from '../../../platform/graphql';
import {
  type Bill,
  billed,
  type BillingModule,
  type Comparison,
  COST_CURRENCY,
  marginRatio,
  movedBy,
} from '../../billing';
import type { PriceChange, PricingSide } from '../../billing';
import type { MarketPeriods } from '../market-periods';
import { monthsIn } from '../revenue/revenue-movement';
import { planFees } from './plan-fees';
import type { PlanPriceChangeInput, PricingWhatIfInput } from './pricing-what-if.input';
import type {
  PricingBill,
  PricingComparison,
  PricingSideOfCustomers,
  PricingWhatIfReport,
} from './pricing-what-if.type';

const MOST_MONTHS = 13;
const MOST_ELASTIC = 10;
const DEFAULT_MONTHS = 3;

export class PricingReportService {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly billing: Pick<BillingModule, 'whatIfs'>,
    private readonly periods: MarketPeriods,
  ) {}

  /** @throws AppErrors INVALID_INPUT or NOT_FOUND for what cannot be asked, each fault at `path` and its place. */
  async assertAsked(currency: string, input: PricingWhatIfInput, path: readonly string[]): Promise<void> {
    elasticityOf(input, path);
    this.monthsOf(input, path);
    const changes = input.changes.map(changeOf);
    await this.billing.whatIfs.assertSellable({ currency, changes }, [...path, 'changes']);
  }

  /** @throws AppErrors INVALID_INPUT or NOT_FOUND for what cannot be asked. */
  async report(currency: string, input: PricingWhatIfInput): Promise<PricingWhatIfReport> {
    const path = ['input'];
    const elasticity = elasticityOf(input, path);
    const months = this.monthsOf(input, path);
    const period = { from: new Date(months[0]!), to: afterMonth(months.at(-1)!) };
    const answer = await this.billing.whatIfs.of(
      {
        period,
        currency,
        changes: input.changes.map(changeOf),
        elasticity,
        fees: await planFees(this.database, currency, months),
      },
      path,
    );
    const amount = (minor: bigint): MoneyType => moneyOf(money(minor, currency));
    const compared = (comparison: Comparison): PricingComparison => ({
      before: billOf(comparison.before, currency),
      after: billOf(comparison.after, currency),
      difference: amount(movedBy(comparison)),
      refusedRequests: comparison.refused,
    });
    const side = ({ quantiles, ...rest }: PricingSide): PricingSideOfCustomers => ({
      customers: rest.customers,
      amount: amount(rest.amount),
      quantiles: quantiles.map((quantile) => ({ share: quantile.share, amount: amount(quantile.amount) })),
    });
    return {
      period,
      assumedElasticity: input.elasticity,
      total: compared(answer.total),
      plans: answer.plans.map(({ code, customers, comparison }) => ({
        plan: code,
        customers,
        comparison: compared(comparison),
      })),
      more: side(answer.more),
      less: side(answer.less),
      unchangedCustomers: answer.same,
      spendCaps: {
        exceededBefore: answer.caps.before,
        exceededAfter: answer.caps.after,
        beyondHardCaps: amount(roundToMinor(answer.caps.beyondHard)),
      },
      ownPriceCustomers: answer.ownPrices,
      unexplained: answer.unexplained,
      moved: answer.customers.map(({ customerId, total, demand, capPassedAfter }) => ({
        customerId,
        comparison: compared(total),
        demand,
        exceedsSpendCap: capPassedAfter,
      })),
    };
  }

  private monthsOf({ period }: PricingWhatIfInput, path: readonly string[]): string[] {
    const { from, to } = periodAsked(period, [...path, 'period']) ?? {
      from: this.periods.monthsAgo(DEFAULT_MONTHS - 1),
      to: this.periods.monthsAgo(-1),
    };
    const last = new Date(to.getTime() - 1);
    const years = last.getUTCFullYear() - from.getUTCFullYear();
    if (12 * years + last.getUTCMonth() - from.getUTCMonth() >= MOST_MONTHS)
      throw invalidInput([...path, 'period'], `Ask for at most ${MOST_MONTHS} months.`, 'range');
    return monthsIn(from, to);
  }
}

function elasticityOf(input: PricingWhatIfInput, path: readonly string[]): number {
  const elasticity = Number(input.elasticity);
  if (elasticity < -MOST_ELASTIC || elasticity > 0) {
    const message = `An elasticity lies between −${MOST_ELASTIC} and 0: less is bought of what costs more.`;
    throw invalidInput([...path, 'elasticity'], message, 'range');
  }
  return elasticity;
}

function afterMonth(month: string): Date {
  const first = new Date(month);
  first.setUTCMonth(first.getUTCMonth() + 1);
  return first;
}

function changeOf({ plan, priceMinor, requests, overage, prices }: PlanPriceChangeInput): PriceChange {
  return {
    plan,
    requests,
    priceMinor: priceMinor ?? undefined,
    overage: overage ?? undefined,
    prices: prices?.map(({ unit, modelId = null, unitAmount }) => ({ unit, modelId, unitAmount })),
  };
}

/** What costs in another currency is told beside it and taken off nothing. */
function billOf(bill: Bill, currency: string): PricingBill {
  const revenue = billed(bill);
  const cost = currency === COST_CURRENCY ? bill.cost : '0';
  const shown = (decimal: string, of = currency): MoneyType => moneyOf(money(roundToMinor(decimal), of));
  return {
    plans: shown(bill.plan),
    usage: shown(bill.usage),
    usageExact: addDecimals(bill.usage),
    revenue: shown(revenue),
    cost: shown(bill.cost, COST_CURRENCY),
    margin: shown(subtractDecimals(revenue, cost)),
    marginRatio: currency === COST_CURRENCY ? marginRatio(revenue, cost) : null,
  };
}
