/**
 * Until when a request must be answered: within one month (GDPR Art. 12(3)), which ends on the same day of the next month, or on its
 * last where it has no such day (Regulation 1182/71, Art. 3), and after 30 days at the latest: a February is shorter.
 */
const MOST_MS = 30 * 24 * 60 * 60 * 1000;

export function deadlineOf(receivedAt: Date): Date {
  const lastOfNext = new Date(Date.UTC(receivedAt.getUTCFullYear(), receivedAt.getUTCMonth() + 2, 0));
  const inAMonth = new Date(receivedAt);
  inAMonth.setUTCMonth(
    receivedAt.getUTCMonth() + 1,
    Math.min(receivedAt.getUTCDate(), lastOfNext.getUTCDate()),
  );
  return new Date(Math.min(inAMonth.getTime(), receivedAt.getTime() + MOST_MS));
}
