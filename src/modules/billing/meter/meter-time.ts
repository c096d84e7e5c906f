/**
 * When usage counts at Stripe. Stripe takes meter events of the last 35 days and, on an invoice, those that came before it
 * was final: an hour after the period's end. What comes later is never moved in silence: it counts in the period in
 * which it is handed over, is marked as late, and keeps the hour in which it was used.
 */
import type { Period } from '../../../kernel/period';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Requests settle after they began: so long an hour stays open. */
const SETTLING_MS = 5 * MINUTE_MS;
/** Stripe finalises an hour after the period's end; what is handed over later than this might miss it. */
const INVOICE_OPEN_MS = 50 * MINUTE_MS;
/** Stripe refuses what is older than 35 days; a day is left for tries. */
const OLDEST_MS = 34 * DAY_MS;

export interface MeterTime {
  /** The instant under which Stripe counts it. */
  readonly meteredAt: Date;
  /** It counts in a later period than the one in which it was used. */
  readonly late: boolean;
}

/** Usage before this instant is handed over; null = all, because the period is over. */
export function closedUntil({ to }: Period, now: Date): Date | null {
  const settled = now.getTime() - SETTLING_MS;
  if (settled >= to.getTime()) return null;
  return new Date(Math.floor(settled / HOUR_MS) * HOUR_MS);
}

/** Whole minutes inside the period: Stripe sums from minute to minute, and a shared minute would count twice. */
export function wholeMinutes({ from, to }: Period): Period {
  return {
    from: new Date(Math.ceil(from.getTime() / MINUTE_MS) * MINUTE_MS),
    to: new Date(Math.floor(to.getTime() / MINUTE_MS) * MINUTE_MS),
  };
}

/** From when on usage is looked for: of a running period the last two days, of one that is over all of it. */
export function lookFrom({ from, to }: Period, now: Date): Date {
  const begun = from.getTime() - DAY_MS;
  const start = now < to ? Math.max(begun, now.getTime() - 2 * DAY_MS) : begun;
  return new Date(Math.floor(start / HOUR_MS) * HOUR_MS);
}

/** Whether an event that counts at this instant can no longer reach the invoice of its period. */
export function isInvoiced({ to }: Pick<Period, 'to'>, now: Date): boolean {
  return now.getTime() - to.getTime() > INVOICE_OPEN_MS;
}

/** When usage of an hour counts that is handed over now. */
export function meterTime(hour: Date, period: Period, now: Date): MeterTime {
  if (isInvoiced(period, now) || now.getTime() - hour.getTime() > OLDEST_MS)
    return { meteredAt: now, late: true };
  const { from, to } = wholeMinutes(period);
  const latest = Math.min(to.getTime() - 1000, now.getTime());
  return {
    meteredAt: new Date(Math.max(from.getTime(), Math.min(hour.getTime(), latest))),
    late: false,
  };
}

/**
 * When what is taken back counts, in a period that is still to be invoiced: at the start of the hour, as usage does, so that it is on the
 * invoice of an end that comes in the same second. null while that lies ahead: the period has nothing yet that it could come off.
 */
export function setOffTime(invoiced: Period, used: Period, now: Date): MeterTime | null {
  const { from, to } = wholeMinutes(invoiced);
  const hour = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS;
  const at = Math.max(from.getTime(), Math.min(hour, to.getTime() - 1000));
  if (at > now.getTime()) return null;
  const meteredAt = new Date(at);
  return { meteredAt, late: meteredAt >= used.to };
}
