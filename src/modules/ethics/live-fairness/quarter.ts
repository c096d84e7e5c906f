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

/** So long after its end a day is sure to be counted: it is the day on which a count begins, not that of the answer. */
const SETTLING_MS = 3_600_000;

/** The first day that may not be told of yet: somebody may still be added to it, and could be told apart by asking again. */
export function openDay(now: Date): Day {
  return dayOf(new Date(now.getTime() - SETTLING_MS));
}

export function dayBefore(day: Day): Day {
  return dayOf(new Date(Date.parse(day) - 86_400_000));
}

/** The days after somebody closed an incident: they say that what was found then is mended. */
export function restartsOf(closings: readonly Date[]): Day[] {
  return closings.map((closedAt) => dayAfter(dayOf(closedAt)));
}

/** From which day on the counts of a day are evidence together with those of the days before: of the quarter, or a restart. */
export function evidenceFrom(day: Day, restarts: readonly Day[]): Day {
  return restarts
    .filter((restart) => restart <= day)
    .reduce((latest, restart) => (restart > latest ? restart : latest), quarterOf(day));
}
