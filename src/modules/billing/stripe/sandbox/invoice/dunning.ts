/** When an unpaid invoice is tried again: after three, five and seven days; then no more, and the subscription ends. */
const DAY = 86_400;
const WAITS = [3 * DAY, 5 * DAY, 7 * DAY];

/** Seconds until the next try after `attempts` failed ones, or undefined when it was the last. */
export function waitAfterFailure(attempts: number): number | undefined {
  return WAITS[attempts - 1];
}
