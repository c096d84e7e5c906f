/** How long a webhook that was not taken waits for its next try: soon at first, then ever longer, for about three days. */
const WAITS_SECONDS = [5, 60, 300, 1800, 7200, 18_000, 36_000, 72_000, 72_000];

/** Seconds until the next try after `attempts` failed ones, or undefined when there is none. */
export function waitAfter(attempts: number): number | undefined {
  return WAITS_SECONDS[attempts - 1];
}
