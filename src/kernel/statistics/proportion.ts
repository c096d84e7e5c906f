/** Wilson's score interval for a proportion (Wilson 1927): it never leaves [0, 1] and holds at 0 and at n. */
import { normalQuantile } from './distributions';
import type { Interval } from './welch';

/** The interval of `successes` among `n` at this level; all of [0, 1] for an empty sample. */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval {
  if (n === 0) return [0, 1];
  const z = normalQuantile(1 - (1 - level) / 2);
  const share = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / shrink;
  const halfWidth = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return [Math.max(0, centre - halfWidth), Math.min(1, centre + halfWidth)];
}
