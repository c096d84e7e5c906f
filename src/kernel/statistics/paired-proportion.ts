/**
 * Two ways of doing the same cases, right or wrong each: what counts are the cases in which they differ. Pairing is what makes
 * a comparison of versions sharp enough to decide anything with a few hundred cases.
 */
import { wilsonInterval } from './proportion';
import type { Interval } from './welch';

/** How many cases both got right, one of them only, or neither. */
export interface PairedCounts {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** The exact test of McNemar (1947): the chance of a split at least this uneven, two-sided, if neither were better. */
export function mcnemarExact({
  onlyFirst,
  onlySecond,
}: Pick<PairedCounts, 'onlyFirst' | 'onlySecond'>): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  // Terms of the binomial distribution at 1/2, from the smallest on, by their logarithms: n may be large.
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= fewer; k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}

/**
 * The difference of the two shares, first less second, and its interval: method 10 of Newcombe (Statistics in Medicine 17, 1998,
 * 2635–2650), which squares and adds Wilson's intervals with their correlation. All of [−1, 1] without cases.
 */
export function pairedDifference(
  { both, onlyFirst, onlySecond, neither }: PairedCounts,
  level = 0.95,
): { readonly difference: number; readonly interval: Interval } {
  const n = both + onlyFirst + onlySecond + neither;
  if (n === 0) return { difference: 0, interval: [-1, 1] };
  const [first, second] = [both + onlyFirst, both + onlySecond];
  const [lower1, upper1] = wilsonInterval(first, n, level);
  const [lower2, upper2] = wilsonInterval(second, n, level);
  const [p1, p2] = [first / n, second / n];
  const phi = correlation({ both, onlyFirst, onlySecond, neither });
  const halfWidth = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const difference = (onlyFirst - onlySecond) / n;
  return {
    difference,
    interval: [
      Math.max(-1, difference - halfWidth(p1 - lower1, upper2 - p2)),
      Math.min(1, difference + halfWidth(upper1 - p1, p2 - lower2)),
    ],
  };
}

/** With the continuity correction of method 10: a correlation that may be chance is none. */
function correlation({ both, onlyFirst, onlySecond, neither }: PairedCounts): number {
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const n = both + onlyFirst + onlySecond + neither;
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > n / 2 ? product - n / 2 : product < 0 ? product : 0;
  return corrected / Math.sqrt(margins);
}
