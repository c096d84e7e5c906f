/**
 * How recurring revenue moved, per customer and calendar month (UTC): from what was paid when the month began to what
 * is paid when it ends. What goes back and forth inside a month is no movement, so that a change of plan which ends one
 * subscription and begins another is an expansion, and never a churn beside a new customer.
 */
export enum MovementKind {
  NEW = 'NEW',
  EXPANSION = 'EXPANSION',
  CONTRACTION = 'CONTRACTION',
  CHURN = 'CHURN',
  REACTIVATION = 'REACTIVATION',
  /** Something happened in the month, and its end is as its beginning. */
  NONE = 'NONE',
}

/** One customer, one month, one currency. A month in which nothing happened has none. */
export interface Movement {
  /** The first day of the month, `2026-11-01`. */
  readonly month: string;
  readonly openingMinor: bigint;
  readonly closingMinor: bigint;
  readonly kind: MovementKind;
}

export function kindOf(opening: bigint, closing: bigint, paidBefore: boolean): MovementKind {
  if (opening === closing) return MovementKind.NONE;
  if (opening <= 0n) return paidBefore ? MovementKind.REACTIVATION : MovementKind.NEW;
  if (closing <= 0n) return MovementKind.CHURN;
  return closing > opening ? MovementKind.EXPANSION : MovementKind.CONTRACTION;
}

/**
 * The movements of one customer after another change of `delta` in `month`. A change that is heard late moves the
 * months after it, too. Answers the rows that are new or different, oldest first.
 */
export function withChange(history: readonly Movement[], month: string, delta: bigint): Movement[] {
  const sorted = [...history].sort((a, b) => (a.month < b.month ? -1 : 1));
  const earlier = sorted.filter((movement) => movement.month < month);
  const opening = earlier.at(-1)?.closingMinor ?? 0n;
  const own = sorted.find((movement) => movement.month === month);
  const closing = (own?.closingMinor ?? opening) + delta;
  const changed = {
    month,
    openingMinor: opening,
    closingMinor: closing,
    kind: kindOf(opening, closing, earlier.length > 0),
  };
  const later = sorted
    .filter((movement) => movement.month > month)
    .map(({ month: when, openingMinor, closingMinor }) => {
      const [from, to] = [openingMinor + delta, closingMinor + delta];
      return { month: when, openingMinor: from, closingMinor: to, kind: kindOf(from, to, true) };
    });
  return [changed, ...later];
}

/** The month of an instant, by its first day. */
export function monthKey(instant: Date): string {
  return `${instant.toISOString().slice(0, 7)}-01`;
}

/** First days of the months that a half-open period touches, oldest first. */
export function monthsIn(from: Date, to: Date): string[] {
  const months: string[] = [];
  for (let month = monthKey(from); new Date(month) < to; month = nextMonth(month)) months.push(month);
  return months;
}

function nextMonth(month: string): string {
  const first = new Date(month);
  return monthKey(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1)));
}
