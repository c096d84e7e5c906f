/** What coupons take off the lines of an invoice: percentages line by line, amounts from the first line on, never below zero. */
import type { Coupon } from '../store/wire';

export interface AppliedDiscount {
  readonly discountId: string;
  readonly coupon: Coupon;
}

export interface LineDiscount {
  readonly discount: string;
  readonly amount: number;
}

const HUNDRED_PERCENT = 1_000_000n;

/** For each line, what each discount takes off it. */
export function discountsOf(
  amounts: readonly number[],
  discounts: readonly AppliedDiscount[],
): LineDiscount[][] {
  const left = [...amounts];
  const taken: LineDiscount[][] = amounts.map(() => []);
  for (const { discountId, coupon } of discounts) {
    let budget = coupon.amount_off ?? 0;
    left.forEach((amount, line) => {
      if (amount <= 0) return;
      const off =
        coupon.percent_off === null ? Math.min(budget, amount) : percentOf(amount, coupon.percent_off);
      budget -= coupon.percent_off === null ? off : 0;
      if (off === 0) return;
      left[line] = amount - off;
      taken[line]!.push({ discount: discountId, amount: off });
    });
  }
  return taken;
}

/** Percentages have at most four decimals; the result is rounded half up. */
function percentOf(amount: number, percent: number): number {
  const parts = BigInt(Math.round(percent * 10_000));
  return Number((BigInt(amount) * parts * 2n + HUNDRED_PERCENT) / (HUNDRED_PERCENT * 2n));
}

/** What is left of one amount. */
export function netOf(amount: number, discounts: readonly AppliedDiscount[]): number {
  const [taken] = discountsOf([amount], discounts);
  return taken!.reduce((left, { amount: off }) => left - off, amount);
}

/** The sum for each discount over all lines. */
export function totalByDiscount(lines: readonly (readonly LineDiscount[])[]): LineDiscount[] {
  const totals = new Map<string, number>();
  for (const { discount, amount } of lines.flat()) totals.set(discount, (totals.get(discount) ?? 0) + amount);
  return [...totals].map(([discount, amount]) => ({ discount, amount }));
}
