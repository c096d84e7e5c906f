/**
 * What coupons take off the lines of an invoice: percentages line by line, amounts in proportion to what each line costs,
 * never below zero, and only off the products that a coupon is for.
 * Source: Stripe's guide to prorations (an amount off several items) and `applies_to` of a coupon.
 */
import type { Coupon } from '../store/wire';

export interface AppliedDiscount {
  readonly discountId: string;
  readonly coupon: Coupon;
  /** It is for what begins before; default: for everything. */
  readonly until?: number | null;
}

export interface LineDiscount {
  readonly discount: string;
  readonly amount: number;
}

/** A line as discounts see it. */
export interface Discountable {
  readonly amount: number;
  /** null for an amount that somebody wrote by hand. */
  readonly product: string | null;
  /** When the time begins that the line is for. */
  readonly start?: number;
}

const HUNDRED_PERCENT = 1_000_000n;

/** For each line, what each discount takes off it. */
export function discountsOf(
  lines: readonly Discountable[],
  discounts: readonly AppliedDiscount[],
): LineDiscount[][] {
  const left = lines.map(({ amount }) => amount);
  const taken: LineDiscount[][] = lines.map(() => []);
  for (const one of discounts) {
    const { discountId, coupon } = one;
    const eligible = left.map((amount, place) => (isFor(one, lines[place]!) ? Math.max(amount, 0) : 0));
    const off =
      coupon.percent_off === null
        ? sharesOf(coupon.amount_off ?? 0, eligible)
        : eligible.map((amount) => percentOf(amount, coupon.percent_off!));
    off.forEach((amount, place) => {
      if (amount === 0) return;
      left[place]! -= amount;
      taken[place]!.push({ discount: discountId, amount });
    });
  }
  return taken;
}

function isFor({ coupon, until }: AppliedDiscount, { product, start }: Discountable): boolean {
  if (typeof until === 'number' && start !== undefined && start >= until) return false;
  const products = coupon.applies_to?.products ?? [];
  return products.length === 0 || (product !== null && products.includes(product));
}

/** An amount divided in proportion, so that the shares make it up: what is lost by rounding is the later lines'. */
function sharesOf(amount: number, eligible: readonly number[]): number[] {
  const whole = BigInt(eligible.reduce((sum, one) => sum + one, 0));
  if (whole === 0n) return eligible.map(() => 0);
  const budget = BigInt(amount) < whole ? BigInt(amount) : whole;
  let seen = 0n;
  return eligible.map((one) => {
    const before = (budget * seen) / whole;
    seen += BigInt(one);
    return Number((budget * seen) / whole - before);
  });
}

/** Percentages have at most four decimals; the result is rounded half up. */
function percentOf(amount: number, percent: number): number {
  const parts = BigInt(Math.round(percent * 10_000));
  return Number((BigInt(amount) * parts * 2n + HUNDRED_PERCENT) / (HUNDRED_PERCENT * 2n));
}

/** What is left of each line. */
export function netOf(lines: readonly Discountable[], discounts: readonly AppliedDiscount[]): number[] {
  return discountsOf(lines, discounts).map((taken, place) =>
    taken.reduce((left, { amount }) => left - amount, lines[place]!.amount),
  );
}

/** The sum for each discount over all lines. */
export function totalByDiscount(lines: readonly (readonly LineDiscount[])[]): LineDiscount[] {
  const totals = new Map<string, number>();
  for (const { discount, amount } of lines.flat()) totals.set(discount, (totals.get(discount) ?? 0) + amount);
  return [...totals].map(([discount, amount]) => ({ discount, amount }));
}
