/**
 * What one customer was charged, and what it would have been under changed plans: pure and exact. Usage is rated under both by the
 * rating that bills, and the charge moves by the difference: so what stays the same is charged what it was, to the last place,
 * and what the rating of today would make otherwise of the usage of then is told and not mixed in.
 */
import { addDecimals, compareDecimals, multiplyDecimal, subtractDecimals } from '../../../kernel/money';
import { forSeats, hardLimit } from '../plan/entitlement-terms';
import { monthlyPrice, seatsAt } from '../plan/monthly-price';
import { SpendCapKind } from '../spend/spend-cap';
import { admittedOf, partOf, requestsOf } from './admission';
import { demandFactor } from './demand';
import type { PricedPlan } from './price-change';
import { type DayOfUsage, priceOf } from './what-if';

/** Usage under one version of a plan, of one model, in one billing period; of one day where limits are to be looked at. */
export interface UsedLine extends DayOfUsage {
  readonly planId: string;
  readonly periodStart: string;
  /** Decimal strings of minor units. */
  readonly charged: string;
  readonly cost: string;
}

/** What was paid for a plan in one month. */
export interface PlanFee {
  readonly planId: string;
  readonly monthlyMinor: bigint;
}

/** How far a billing period came as a whole, and what caps it now. */
export interface CappedPeriod {
  readonly periodStart: string;
  readonly charged: string;
  readonly credited: string;
  readonly capMinor: string;
  readonly capKind: SpendCapKind;
}

export interface CustomerUse {
  readonly customerId: string;
  /** In the order of the days. */
  readonly used: readonly UsedLine[];
  /** Requests of a billing period before the first of these days. */
  readonly usedBefore: ReadonlyMap<string, bigint>;
  readonly fees: readonly PlanFee[];
  readonly capped: readonly CappedPeriod[];
}

/** A version of a plan as it was sold, and as it would have been. */
export interface PlanPair {
  readonly code: string;
  readonly before: PricedPlan;
  readonly after: PricedPlan;
}

/** Decimal strings of minor units. */
export interface Bill {
  readonly plan: string;
  readonly usage: string;
  readonly cost: string;
}

export interface Comparison {
  readonly before: Bill;
  readonly after: Bill;
  readonly refused: bigint;
}

export interface RepricedCustomer {
  readonly customerId: string;
  readonly total: Comparison;
  readonly byPlan: ReadonlyMap<string, Comparison>;
  /** By how much its demand was multiplied. */
  readonly demand: string;
  /** What was charged less what the same usage comes to by the rating of today. */
  readonly unexplained: string;
  /** Whether some month was paid by another price than the plan's: it is left as it was. */
  readonly ownPrice: boolean;
  readonly capPassedBefore: boolean;
  readonly capPassedAfter: boolean;
  /** What would be owed beyond hard caps, which refuse it. */
  readonly beyondHardCaps: string;
}

const NO_BILL: Bill = { plan: '0', usage: '0', cost: '0' };
export const NOTHING: Comparison = { before: NO_BILL, after: NO_BILL, refused: 0n };

/** One line or month, before demand is assumed to answer. */
interface Part extends Comparison {
  readonly code: string;
  readonly periodStart?: string;
}

export function reprice(
  use: CustomerUse,
  planOf: (planId: string) => PlanPair,
  elasticity: number,
): RepricedCustomer {
  let unexplained = '0';
  let ownPrice = false;
  const parts: Part[] = [];
  for (const { planId, monthlyMinor } of use.fees) {
    const { code, before, after } = planOf(planId);
    const now = feeAfter(monthlyMinor, before, after);
    ownPrice ||= now === null;
    const bill = (plan: bigint): Bill => ({ ...NO_BILL, plan: plan.toString() });
    parts.push({ code, before: bill(monthlyMinor), after: bill(now ?? monthlyMinor), refused: 0n });
  }
  const limitOf = limitsOf(use, planOf);
  for (const period of inPeriods(use.used)) {
    const admitted = admittedOf(
      period.map((line) => ({ requests: requestsOf(line), limit: limitOf(line) })),
      use.usedBefore.get(period[0]!.periodStart),
    );
    for (const [at, line] of period.entries()) {
      const { code, before, after } = planOf(line.planId);
      const [then, now] = [priceOf(before.priceBook, line), priceOf(after.priceBook, line)];
      // A trial: whatever the prices are, its usage is not charged (decision 369).
      const isGiven = compareDecimals(line.charged, '0') === 0 && compareDecimals(then, '0') > 0;
      const unlike = isGiven ? '0' : subtractDecimals(line.charged, then);
      unexplained = addDecimals(unexplained, unlike);
      const requests = requestsOf(line);
      const part = (amount: string): string => partOf(amount, admitted[at]!, requests);
      parts.push({
        code,
        periodStart: line.periodStart,
        before: { plan: '0', usage: line.charged, cost: line.cost },
        after: { plan: '0', usage: isGiven ? '0' : part(addDecimals(now, unlike)), cost: part(line.cost) },
        refused: requests - admitted[at]!,
      });
    }
  }
  const plain = sumOf(parts);
  const demand = demandFactor(billed(plain.before), billed(plain.after), elasticity);
  const answered =
    demand === '1' ? parts : parts.map((part) => ({ ...part, after: scaled(part.after, demand) }));
  return {
    customerId: use.customerId,
    total: sumOf(answered),
    byPlan: new Map(
      [...new Set(answered.map(({ code }) => code))].map((code) => [
        code,
        sumOf(answered.filter((part) => part.code === code)),
      ]),
    ),
    demand,
    unexplained,
    ownPrice,
    ...capsPassed(use.capped, answered),
  };
}

/** What is paid for a plan and for usage. */
export function billed({ plan, usage }: Bill): string {
  return addDecimals(plan, usage);
}

export function sumOf(parts: readonly Comparison[]): Comparison {
  const bill = (side: 'before' | 'after'): Bill => {
    const of = (what: keyof Bill): string => totalOf(parts.map((part) => part[side][what]));
    return { plan: of('plan'), usage: of('usage'), cost: of('cost') };
  };
  const refused = parts.reduce((sum, part) => sum + part.refused, 0n);
  return { before: bill('before'), after: bill('after'), refused };
}

/** So many arguments a call takes at once. */
const AT_ONCE = 1000;

/** Of any number of amounts. */
export function totalOf(amounts: readonly string[]): string {
  let sum = '0';
  for (let from = 0; from < amounts.length; from += AT_ONCE)
    sum = addDecimals(sum, ...amounts.slice(from, from + AT_ONCE));
  return sum;
}

/** Null when what was paid is no multiple of the plan's price. */
function feeAfter(monthlyMinor: bigint, before: PricedPlan, after: PricedPlan): bigint | null {
  if (after.priceMinor === before.priceMinor) return monthlyMinor;
  const seats = seatsAt(monthlyMinor, before);
  return seats === null ? null : monthlyPrice(BigInt(after.priceMinor) * seats, after.interval);
}

/** Whether some limit would refuse some of it: only then the order of the days matters. */
export function isLimited(use: CustomerUse, planOf: (planId: string) => PlanPair): boolean {
  const limitOf = limitsOf(use, planOf);
  return inPeriods(use.used).some((period) => {
    const before = use.usedBefore.get(period[0]!.periodStart) ?? 0n;
    const requests = period.reduce((sum, line) => sum + requestsOf(line), before);
    const limits = period.map(limitOf);
    return limits.some((limit) => limit !== null && requests > BigInt(limit));
  });
}

/** A limit that was there let in what was used: only another one can refuse, each seat that was paid its part of it. */
function limitsOf(
  { fees }: Pick<CustomerUse, 'fees'>,
  planOf: (planId: string) => PlanPair,
): (line: UsedLine) => number | null {
  const seats = new Map<string, bigint>();
  for (const { planId, monthlyMinor } of fees) {
    const paid = seatsAt(monthlyMinor, planOf(planId).before) ?? 1n;
    if (paid > (seats.get(planId) ?? 1n)) seats.set(planId, paid);
  }
  return ({ planId }) => {
    const { before, after } = planOf(planId);
    const [then, now] = [hardLimit(before.entitlementTerms), hardLimit(after.entitlementTerms)];
    return then === now ? null : hardLimit(forSeats(after.entitlementTerms, Number(seats.get(planId) ?? 1n)));
  };
}

function inPeriods(used: readonly UsedLine[]): UsedLine[][] {
  const periods = new Map<string, UsedLine[]>();
  for (const line of used) {
    const period = periods.get(line.periodStart);
    if (period) period.push(line);
    else periods.set(line.periodStart, [line]);
  }
  return [...periods.values()];
}

function scaled({ plan, usage, cost }: Bill, by: string): Bill {
  return {
    plan: multiplyDecimal(plan, by),
    usage: multiplyDecimal(usage, by),
    cost: multiplyDecimal(cost, by),
  };
}

/** Credits are taken to pay what they paid: what more they might have paid, nobody knows. */
function capsPassed(capped: readonly CappedPeriod[], parts: readonly Part[]) {
  let [capPassedBefore, capPassedAfter] = [false, false];
  let beyondHardCaps = '0';
  for (const { periodStart, charged, credited, capMinor, capKind } of capped) {
    const own = sumOf(parts.filter((part) => part.periodStart === periodStart));
    const owed = subtractDecimals(charged, credited);
    const owedAfter = addDecimals(owed, subtractDecimals(own.after.usage, own.before.usage));
    const passes = (amount: string): boolean => compareDecimals(amount, capMinor) > 0;
    capPassedBefore ||= passes(owed);
    capPassedAfter ||= passes(owedAfter);
    const allowed = passes(owed) ? owed : capMinor;
    if (capKind === SpendCapKind.HARD && compareDecimals(owedAfter, allowed) > 0)
      beyondHardCaps = addDecimals(beyondHardCaps, subtractDecimals(owedAfter, allowed));
  }
  return { capPassedBefore, capPassedAfter, beyondHardCaps };
}
