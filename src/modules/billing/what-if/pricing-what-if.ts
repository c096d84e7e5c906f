/** What repriced customers come to together: by plan, how many pay more or less and by how much, and whose caps would be passed. Pure. */
import { compareDecimals, roundToMinor, subtractDecimals } from '../../../kernel/money';
import { billed, type Comparison, NOTHING, type RepricedCustomer, sumOf, totalOf } from './repricing';

/** Parts of those who pay more, or less, at which the difference is told. */
export const SHARES = [0.1, 0.25, 0.5, 0.75, 0.9] as const;

/** Customers whose bill, rounded to whole minor units, moves one way. */
export interface PricingSide {
  readonly customers: number;
  /** Minor units, without a sign. */
  readonly amount: bigint;
  /** In the order of `SHARES`; none of nobody. */
  readonly quantiles: readonly { readonly share: number; readonly amount: bigint }[];
}

export interface PricingWhatIf {
  readonly total: Comparison;
  /** By the code of the plan. */
  readonly plans: readonly {
    readonly code: string;
    readonly customers: number;
    readonly comparison: Comparison;
  }[];
  /** Those whose bill moves most, first. */
  readonly customers: readonly RepricedCustomer[];
  readonly more: PricingSide;
  readonly less: PricingSide;
  readonly same: number;
  readonly unexplained: string;
  readonly ownPrices: number;
  readonly caps: { readonly before: number; readonly after: number; readonly beyondHard: string };
}

export function pricingWhatIf(repriced: readonly RepricedCustomer[]): PricingWhatIf {
  const moved = repriced.map((customer) => ({ customer, by: movedBy(customer.total) }));
  const size = (by: bigint): bigint => (by < 0n ? -by : by);
  moved.sort(
    (a, b) => compare(size(b.by), size(a.by)) || (a.customer.customerId < b.customer.customerId ? -1 : 1),
  );
  const codes = [...new Set(repriced.flatMap(({ byPlan }) => [...byPlan.keys()]))].sort();
  const count = (is: (customer: RepricedCustomer) => boolean): number => repriced.filter(is).length;
  return {
    total: sumOf(repriced.map(({ total }) => total)),
    plans: codes.map((code) => ({
      code,
      customers: count(({ byPlan }) => byPlan.has(code)),
      comparison: sumOf(repriced.map(({ byPlan }) => byPlan.get(code) ?? NOTHING)),
    })),
    customers: moved.map(({ customer }) => customer),
    more: sideOf(moved.filter(({ by }) => by > 0n).map(({ by }) => by)),
    less: sideOf(moved.filter(({ by }) => by < 0n).map(({ by }) => -by)),
    same: moved.filter(({ by }) => by === 0n).length,
    unexplained: totalOf(repriced.map(({ unexplained }) => unexplained)),
    ownPrices: count(({ ownPrice }) => ownPrice),
    caps: {
      before: count(({ capPassedBefore }) => capPassedBefore),
      after: count(({ capPassedAfter }) => capPassedAfter),
      beyondHard: totalOf(repriced.map(({ beyondHardCaps }) => beyondHardCaps)),
    },
  };
}

/** By how much a bill moves, in whole minor units. */
export function movedBy({ before, after }: Comparison): bigint {
  return roundToMinor(subtractDecimals(billed(after), billed(before)));
}

/** Nearest rank: each is what some customer really would pay more or less. */
function sideOf(amounts: readonly bigint[]): PricingSide {
  const sorted = [...amounts].sort(compare);
  const at = (share: number): bigint => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return {
    customers: sorted.length,
    amount: sorted.reduce((sum, amount) => sum + amount, 0n),
    quantiles: sorted.length === 0 ? [] : SHARES.map((share) => ({ share, amount: at(share) })),
  };
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is left of revenue when devices are paid; null without revenue. */
export function marginRatio(revenue: string, cost: string): number | null {
  if (compareDecimals(revenue, '0') === 0) return null;
  return Number(subtractDecimals(revenue, cost)) / Number(revenue);
}
