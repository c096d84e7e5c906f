/** Usage by caller and by end user, and what it would have come to under another plan. */
import { add, money, roundToMinor, subtract } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { moneyOf, type RequestContext } from '../../../platform/graphql';
import { forSeats } from '../plan/entitlement-terms';
import type { Plan } from '../plan/plan.entity';
import { FREE_PLAN } from '../plan/plan-seeds';
import type { PlanService } from '../plan/plan.service';
import { addMonths, periodAt } from '../subscription/billing-calendar';
import type { CustomerTermsService } from './customer-terms.service';
import type { UsageByCaller, UsageByEndUser, UsageWhatIf } from './usage-breakdown.type';
import { unitsOf, type UsageLoaders, usageQuestion, type UsageSums } from './usage.loader';
import { type DayOfUsage, type WhatIf, whatIf } from '../what-if/what-if';

/** Billing periods before the present one, as far as usage can be asked for. */
const MONTHS_BACK = 120;

interface Asked {
  readonly customerId: string;
  readonly period: Period;
  readonly currency: string;
}

export class UsageBreakdownService {
  constructor(
    private readonly loaders: UsageLoaders,
    private readonly terms: CustomerTermsService,
    private readonly plans: PlanService,
    /** Seats of the subscription in force. */
    private readonly seatsOf: (customerId: string, context: RequestContext) => Promise<number>,
  ) {}

  /** The callers with most requests, most first. */
  async byCaller(asked: Asked, first: number, context: RequestContext): Promise<UsageByCaller[]> {
    const rows = await this.heaviest('principal_id', asked, first, context);
    return rows.map(({ id, requests, price }) => ({
      callerId: id,
      requests: BigInt(requests),
      amount: price,
      currency: asked.currency,
    }));
  }

  /** The end users with most requests, most first. */
  async byEndUser(asked: Asked, first: number, context: RequestContext): Promise<UsageByEndUser[]> {
    const rows = await this.heaviest('end_user_id', asked, first, context);
    return rows.map(({ id, requests, price }) => ({
      endUserId: id,
      requests: BigInt(requests),
      amount: price,
      currency: asked.currency,
    }));
  }

  /** @throws AppError NOT_FOUND for a plan that is not there. */
  async whatIf(
    customerId: string,
    planCode: string,
    asked: Period | undefined,
    context: RequestContext,
  ): Promise<UsageWhatIf> {
    const other = await this.plans.byCode(planCode);
    const { plan, period: present } = await this.terms.of(customerId);
    const period = asked ?? present;
    const question = usageQuestion(customerId, period);
    const [sums, seats] = await Promise.all([
      this.loaders.sumsOf(context).load(question),
      this.seatsOf(customerId, context),
    ]);
    const under = (one: Plan): WhatIf =>
      whatIf(
        {
          priceMinor: one.priceMinor,
          priceBook: one.priceBook,
          terms: forSeats(one.entitlementTerms, one.code === FREE_PLAN ? 1 : seats),
        },
        inPeriods(sums, period, present.from, one),
        seats,
      );
    const totalOf = ({ planMinor, usage }: WhatIf, { currency }: Plan) =>
      add(money(planMinor, currency), money(roundToMinor(usage), currency));
    const there = under(other);
    const total = totalOf(there, other);
    return {
      plan: other,
      period,
      planCharge: moneyOf(money(there.planMinor, other.currency)),
      usageCharge: moneyOf(money(roundToMinor(there.usage), other.currency)),
      total: moneyOf(total),
      difference:
        other.currency === plan.currency ? moneyOf(subtract(total, totalOf(under(plan), plan))) : null,
      refusedRequests: there.refused,
    };
  }

  private heaviest(
    column: 'principal_id' | 'end_user_id',
    { customerId, period, currency }: Asked,
    first: number,
    context: RequestContext,
  ) {
    const question = JSON.stringify([customerId, period.from, period.to, currency, first]);
    return this.loaders.heaviestOf[column](context).load(question);
  }
}

/** The days of each billing period that the time touches, as the plan would have billed them. */
function inPeriods(
  sums: readonly UsageSums[],
  { from, to }: Period,
  start: Date,
  { interval }: Plan,
): DayOfUsage[][] {
  const anchor = addMonths(start, -MONTHS_BACK);
  const periods = new Map<number, DayOfUsage[]>();
  for (let at = periodAt(anchor, interval, from); at.from < to; at = periodAt(anchor, interval, at.to))
    periods.set(at.from.getTime(), []);
  for (const sum of sums) {
    const day = new Date(sum.day);
    const begun = periodAt(anchor, interval, day < from ? from : day).from.getTime();
    periods.get(begun)?.push({ modelId: sum.modelId, units: unitsOf(sum) });
  }
  return [...periods.values()];
}
