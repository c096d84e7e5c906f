/** What a quantity costs at a price, in minor units. */
import { minorDigits, multiplyDecimal, roundToMinor } from '../../../../../kernel/money';
import type { Cadence, Interval } from '../calendar/billing-cycle';
import { type Price, idOf } from '../store/wire';
import { tierParts } from './tier-rule';

/** What a quantity costs: by tiers where the price has them, by packages, or price × quantity; rounded once. */
export function amountOf(price: Price, quantity: number): number {
  if (price.tiers) return tierParts(price, quantity).reduce((sum, { amount }) => sum + amount, 0);
  const units = packagesOf(price, quantity);
  return Number(roundToMinor(multiplyDecimal(price.unit_amount_decimal ?? '0', BigInt(units))));
}

/** How many packages a quantity comes to; without packages, the quantity. */
function packagesOf({ transform_quantity: packed }: Price, quantity: number): number {
  if (!packed) return quantity;
  const { divide_by, round } = packed;
  return round === 'up' ? Math.ceil(quantity / divide_by) : Math.floor(quantity / divide_by);
}

/** @throws Error for a price that is paid once: callers refuse those before. */
export function cadenceOf({ recurring }: Price): Cadence {
  if (!recurring) throw new Error('a subscription holds recurring prices only');
  return { interval: recurring.interval as Interval, interval_count: recurring.interval_count };
}

export function isMetered({ recurring }: Price): boolean {
  return recurring?.usage_type === 'metered';
}

export function productIdOf({ product }: Price): string {
  return idOf(product) ?? '';
}

/** `$49.00 / month`, as lines and pages say it. */
export function priceText(price: Price): string {
  if (price.tiers) return `${price.tiers_mode ?? ''} tiers`;
  const amount = amountText(price.unit_amount ?? Number(price.unit_amount_decimal ?? 0), price.currency);
  if (!price.recurring) return amount;
  const { interval, interval_count: count } = cadenceOf(price);
  return count === 1 ? `${amount} / ${interval}` : `${amount} every ${count} ${interval}s`;
}

/** Stripe's prices have so many digits below the minor unit. */
const FINEST_DIGITS = 12;

/** For display only: digits by Stripe's count of minor units, which is not everywhere that of ISO 4217; a price may have finer ones. */
export function amountText(amount: number, currency: string): string {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: Number.isInteger(amount) ? digits : digits + FINEST_DIGITS,
  }).format(amount / 10 ** digits);
}
