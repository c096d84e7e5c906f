/**
 * Whole days and quarters of the calendar, in UTC. A person is counted once a quarter for each version: within a quarter people
 * are independent of each other, which is what every interval here supposes, and evidence begins anew with the next.
 */

/** `YYYY-MM-DD`. */
export type Day = string;

export function dayOf(instant: Date): Day {
  return instant.toISOString().slice(0, 10);
}

export function dayAfter(day: Day): Day {
  return dayOf(new Date(Date.parse(day) + 86_400_000));
}

/** The first day of its quarter. */
export function quarterOf(day: Day): Day {
  const month = Number(day.slice(5, 7));
  const first = month - ((month - 1) % 3);
  return `${day.slice(0, 4)}-${String(first).padStart(2, '0')}-01`;
}

/**
 * From which day on counts speak about what is answered now: not before the quarter, not before the monitor, and not before
 * the day after somebody closed an incident, because they say that what was found then is mended.
 */
export function evidenceFrom(today: Day, since: Date, closedAt: Date | null): Day {
  const starts = [quarterOf(today), dayOf(since), ...(closedAt ? [dayAfter(dayOf(closedAt))] : [])];
  return starts.reduce((latest, day) => (day > latest ? day : latest));
}
