/** What a plan brings in a month, by its price and seats: the figure of which recurring revenue is made, and the way back from it. */
import type { BillingInterval } from '../subscription/billing-calendar';

const MONTHS_IN_YEAR = 12n;

/** @param amountMinor what is due each interval; a yearly amount counts by the twelfth, rounded. */
export function monthlyPrice(amountMinor: bigint, interval: BillingInterval): bigint {
  return interval === 'YEAR' ? (amountMinor + MONTHS_IN_YEAR / 2n) / MONTHS_IN_YEAR : amountMinor;
}

/** The seats that bring so much a month at this price; null when no number of seats does: another price was agreed. */
export function seatsAt(
  monthlyMinor: bigint,
  { priceMinor, interval }: { readonly priceMinor: string; readonly interval: BillingInterval },
): bigint | null {
  const price = BigInt(priceMinor);
  if (price <= 0n) return null;
  const due = interval === 'YEAR' ? monthlyMinor * MONTHS_IN_YEAR : monthlyMinor;
  const seats = (due + price / 2n) / price;
  return seats > 0n && monthlyPrice(price * seats, interval) === monthlyMinor ? seats : null;
}
