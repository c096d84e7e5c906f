/**
 * Stripe's calendar: periods follow one another from an anchor, in Unix seconds and UTC. They are always counted from
 * the anchor, so that the 31st clamps to the last day of a shorter month and comes back in the next longer one.
 */
export type Interval = 'day' | 'week' | 'month' | 'year';

export interface Cadence {
  readonly interval: Interval;
  readonly interval_count: number;
}

const DAY = 86_400;
const DAYS: Partial<Record<Interval, number>> = { day: 1, week: 7 };

/** The anchor, moved on by a number of periods. */
export function periodBoundary(
  anchor: number,
  { interval, interval_count }: Cadence,
  periods: number,
): number {
  const days = DAYS[interval];
  if (days) return anchor + periods * interval_count * days * DAY;
  return addMonths(anchor, periods * interval_count * (interval === 'year' ? 12 : 1));
}

/** The first boundary after `instant`, which may lie before the anchor too. */
export function nextBoundary(anchor: number, cadence: Cadence, instant: number): number {
  return periodBoundary(anchor, cadence, periodsUntil(anchor, cadence, instant) + 1);
}

/** The last boundary that is not after `instant`. */
export function previousBoundary(anchor: number, cadence: Cadence, instant: number): number {
  return periodBoundary(anchor, cadence, periodsUntil(anchor, cadence, instant));
}

/** How many whole periods lie between the anchor and an instant; fewer than none before it. */
function periodsUntil(anchor: number, cadence: Cadence, instant: number): number {
  const length = periodBoundary(anchor, cadence, 1) - anchor;
  // Months differ by three days in thirty-one: a guess from the first one is never far.
  let periods = Math.floor((instant - anchor) / length);
  while (periodBoundary(anchor, cadence, periods) > instant) periods -= 1;
  while (periodBoundary(anchor, cadence, periods + 1) <= instant) periods += 1;
  return periods;
}

/** The same day of a later month, or its last day. */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000);
  const year = from.getUTCFullYear();
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const moved = new Date(from);
  moved.setUTCFullYear(year, month, Math.min(from.getUTCDate(), lastDay));
  return moved.getTime() / 1000;
}
