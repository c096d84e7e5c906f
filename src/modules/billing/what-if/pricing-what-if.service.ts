/**
 * What revenue and margin would have been under other prices, of all customers: reads what they used and were charged, and reprices it
 * by the rating that bills. Nothing is changed by it.
 */
import { AppErrors, invalidInput, notFound } from '../../../kernel/errors';
import type { Period } from '../../../kernel/period';
import type { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import { changed, changeFaults, type PriceChange } from './price-change';
import { type PricingWhatIf, pricingWhatIf } from './pricing-what-if';
import {
  type CustomerUse,
  isLimited,
  type PlanFee,
  type PlanPair,
  reprice,
  type RepricedCustomer,
} from './repricing';
import type { UsedLinesRepository, UseOfSome } from './used-lines.repository';

export interface PricingQuestion {
  /** When the usage was. */
  readonly period: Period;
  readonly currency: string;
  readonly changes: readonly PriceChange[];
  /** Of demand; 0 = it does not answer. */
  readonly elasticity: number;
  /** What each customer paid for its plan in each month; whoever asks knows. */
  readonly fees: readonly (PlanFee & { readonly customerId: string })[];
}

export class PricingWhatIfService {
  constructor(
    private readonly plans: PlanService,
    private readonly lines: UsedLinesRepository,
  ) {}

  /** @throws AppErrors with every fault of the changes, each at `path` and its place. */
  async of(question: PricingQuestion, path: readonly string[]): Promise<PricingWhatIf> {
    const { period, currency, changes, elasticity } = question;
    await this.assertSellable(question, [...path, 'changes']);
    const fees = groupBy(question.fees);
    const limited = changes.some(({ requests, overage }) => requests !== undefined || overage !== undefined);
    const repriced: RepricedCustomer[] = [];
    const take = async (customerIds: readonly string[], use: UseOfSome): Promise<void> => {
      const pairs = await this.pairs(
        [...use.used, ...customerIds.flatMap((id) => fees.get(id) ?? [])],
        changes,
      );
      const planOf = (planId: string): PlanPair => pairs.get(planId)!;
      const all = customersOf(customerIds, use, fees);
      const limitedIds = limited
        ? all.filter((one) => isLimited(one, planOf)).map(({ customerId }) => customerId)
        : [];
      const days = limitedIds.length > 0 ? await this.lines.days(limitedIds, period, currency) : [];
      const byDay = groupBy(days);
      for (const one of all) {
        const used = byDay.get(one.customerId) ?? one.used;
        if (used.length === 0 && one.fees.length === 0) continue;
        repriced.push(reprice({ ...one, used }, planOf, elasticity));
      }
    };
    const seen = new Set<string>();
    let customerIds = await this.lines.customersAfter('');
    while (customerIds.length > 0) {
      for (const id of customerIds) seen.add(id);
      await take(customerIds, await this.lines.useOf(customerIds, period, currency, limited));
      customerIds = await this.lines.customersAfter(customerIds.at(-1)!);
    }
    const others = [...fees.keys()].filter((id) => !seen.has(id));
    await take(others, { used: [], before: [], capped: [] });
    return pricingWhatIf(repriced);
  }

  /** @throws AppErrors with every fault of the changes, each at `path` and its place. */
  async assertSellable(
    { changes, currency }: Pick<PricingQuestion, 'changes' | 'currency'>,
    path: readonly string[],
  ): Promise<void> {
    const onSale = new Map((await this.plans.onSale()).map((plan) => [plan.code, plan]));
    const faults = changes.flatMap((change, at) => {
      const place = [...path, String(at)];
      const plan = onSale.get(change.plan);
      if (!plan) return [notFound([...place, 'plan'])];
      const twice = changes.findIndex((other) => other.plan === change.plan) !== at;
      if (twice) return [invalidInput([...place, 'plan'], 'This plan is changed already.', 'unique')];
      return faultsOf(plan, change, currency).map((fault) =>
        invalidInput([...place, ...fault.path], fault.message, fault.constraint),
      );
    });
    if (faults.length > 0) throw new AppErrors(faults);
  }

  /** Of every version that somebody used or paid: as it was, and as it would have been. */
  private async pairs(
    of: readonly { readonly planId: string }[],
    changes: readonly PriceChange[],
  ): Promise<Map<string, PlanPair>> {
    const ids = [...new Set(of.map(({ planId }) => planId))];
    const plans = await Promise.all(ids.map((id) => this.plans.byIdOf(id)));
    return new Map(
      plans.map((before) => {
        const change = changes.find(({ plan }) => plan === before.code);
        return [before.id, { code: before.code, before, after: change ? changed(before, change) : before }];
      }),
    );
  }
}

function faultsOf(plan: Plan, change: PriceChange, currency: string) {
  if (plan.currency === currency) return changeFaults(plan, change, currency);
  const message = `${plan.code} is sold in ${plan.currency}: ask in that currency.`;
  return [{ path: ['plan'], constraint: 'currency', message }];
}

function customersOf(
  customerIds: readonly string[],
  use: UseOfSome,
  fees: ReadonlyMap<string, readonly PlanFee[]>,
): CustomerUse[] {
  const [used, before, capped] = [groupBy(use.used), groupBy(use.before), groupBy(use.capped)];
  return customerIds.map((customerId) => {
    const usedBefore = (before.get(customerId) ?? []).map(
      ({ periodStart, requests }) => [periodStart, BigInt(requests)] as const,
    );
    return {
      customerId,
      used: used.get(customerId) ?? [],
      usedBefore: new Map(usedBefore),
      fees: fees.get(customerId) ?? [],
      capped: capped.get(customerId) ?? [],
    };
  });
}

function groupBy<T extends { readonly customerId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.customerId);
    if (group) group.push(row);
    else groups.set(row.customerId, [row]);
  }
  return groups;
}
