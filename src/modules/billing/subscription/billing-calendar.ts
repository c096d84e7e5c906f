/**
 * The calendar of a monthly or yearly bill: periods follow one another from an anchor, in UTC, half-open. The 31st
 * clamps to the last day of a shorter month and comes back in the next longer one, as Stripe counts.
 */
import { contains, type Period } from '../../../kernel/period';

export type BillingInterval = 'MONTH' | 'YEAR';

/** The anchor moved on by a number of months: always counted from the anchor, so that a clamped day comes back. */
export function addMonths(anchor: Date, months: number): Date {
  const year = anchor.getUTCFullYear();
  const month = anchor.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const moved = new Date(anchor);
  moved.setUTCFullYear(year, month, Math.min(anchor.getUTCDate(), lastDay));
  return moved;
}

/** The period, counted from the anchor, in which an instant lies. Instants before the anchor lie in the first one. */
export function periodAt(anchor: Date, interval: BillingInterval, instant: Date): Period {
  const length = interval === 'YEAR' ? 12 : 1;
  const months =
    (instant.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + instant.getUTCMonth() - anchor.getUTCMonth();
  let index = Math.max(0, Math.floor(months / length));
  if (index > 0 && instant < addMonths(anchor, index * length)) index -= 1;
  return { from: addMonths(anchor, index * length), to: addMonths(anchor, (index + 1) * length) };
}

export interface BilledPeriod {
  readonly anchorAt: Date;
  readonly interval: BillingInterval;
  readonly currentPeriodStart: Date;
  readonly currentPeriodEnd: Date;
}

/**
 * The period whose quota is used now: the mirrored one while it lasts. After its end (a renewal that we have not heard
 * of yet, or a plan that Stripe does not know) the calendar goes on from the anchor, so that late news stop nobody.
 */
export function usagePeriod(billed: BilledPeriod, now: Date): Period {
  const mirrored = { from: billed.currentPeriodStart, to: billed.currentPeriodEnd };
  if (contains(mirrored, now) || now < mirrored.from) return mirrored;
  const next = periodAt(billed.anchorAt, billed.interval, now);
  return next.from < mirrored.to ? { from: mirrored.to, to: next.to } : next;
}
