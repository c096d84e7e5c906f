/** Where a period's usage will end if it goes on as it went so far: a straight line, said as such. */
import type { Period } from '../../../kernel/period';

/** Less than this part of the period says nothing about the rest. */
const SHORTEST_PART = 0.01;

/** Requests at the end of the period, by the pace so far; at least what was used already. */
export function forecastRequests(used: number, { from, to }: Period, now: Date): number {
  const length = to.getTime() - from.getTime();
  const elapsed = Math.min(length, Math.max(0, now.getTime() - from.getTime()));
  return Math.round(used / Math.max(SHORTEST_PART, elapsed / length));
}
