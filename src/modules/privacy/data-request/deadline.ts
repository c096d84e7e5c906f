/**
 * Until when a request must be answered: within one month (GDPR Art. 12(3)), which ends on the same day of the next month, or on its
 * last where it has no such day (Regulation 1182/71, Art. 3), and after 30 days at the latest: a February is shorter. It may be extended
 * by two further months, once.
 */
const MOST_MS = 30 * 24 * 60 * 60 * 1000;
export const MOST_MONTHS = 2;

export function deadlineOf(receivedAt: Date): Date {
  return new Date(Math.min(monthsAfter(receivedAt, 1).getTime(), receivedAt.getTime() + MOST_MS));
}

/** Counted from the first deadline, not from the day of the extension. */
export function extendedDeadline(firstDueAt: Date, months: number): Date {
  return monthsAfter(firstDueAt, months);
}

function monthsAfter(from: Date, months: number): Date {
  const lastOfMonth = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0));
  const then = new Date(from);
  then.setUTCMonth(from.getUTCMonth() + months, Math.min(from.getUTCDate(), lastOfMonth.getUTCDate()));
  return then;
}
