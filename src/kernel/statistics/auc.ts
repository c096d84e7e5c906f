/**
 * The area under the ROC curve with DeLong's interval (DeLong et al. 1988, by mid-ranks as in Sun and Xu 2014:
 * n log n). The interval is made on the logit scale, so that it stays inside (0, 1).
 */
import { normalQuantile } from './distributions';
import { wilsonInterval } from './proportion';
import type { Interval } from './welch';

export interface AucResult {
  readonly auc: number;
  readonly standardError: number;
  readonly interval: Interval;
}

/** @returns undefined when one of the two classes is empty: then there is nothing to tell apart. */
export function aucWithInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number | boolean>,
  level = 0.95,
): AucResult | undefined {
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    (Number(labels[index]) === 1 ? positives : negatives).push(scores[index]!);
  }
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return undefined;
  const all = midRanks([...positives, ...negatives]);
  const amongPositives = midRanks(positives);
  const amongNegatives = midRanks(negatives);
  // For each positive, the share of negatives below it; for each negative, the share of positives above it.
  const placed = positives.map((_, index) => (all[index]! - amongPositives[index]!) / n);
  const passed = negatives.map((_, index) => 1 - (all[m + index]! - amongNegatives[index]!) / m);
  const auc = mean(placed);
  const standardError = Math.sqrt(varianceOfMean(placed) + varianceOfMean(passed));
  return { auc, standardError, interval: intervalOf(auc, standardError, level, Math.min(m, n)) };
}

/** The same area alone, of the sum of ranks (Mann and Whitney): one sort, where nobody asks how sure it is. */
export function areaUnderCurve(
  scores: readonly number[],
  isPositive: readonly boolean[],
): number | undefined {
  const positives = isPositive.filter(Boolean).length;
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const sum = midRanks(scores).reduce((total, rank, at) => (isPositive[at] ? total + rank : total), 0);
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** A perfect separation has no variance to speak of, nor has a class of one; there the smaller class says how sure one can be. */
function intervalOf(auc: number, standardError: number, level: number, smaller: number): Interval {
  if (smaller < 2 || !(standardError > 0) || auc <= 0 || auc >= 1)
    return wilsonInterval(auc * smaller, smaller, level);
  const logit = Math.log(auc / (1 - auc));
  const halfWidth = (normalQuantile(1 - (1 - level) / 2) * standardError) / (auc * (1 - auc));
  const inverse = (value: number) => 1 / (1 + Math.exp(-value));
  return [inverse(logit - halfWidth), inverse(logit + halfWidth)];
}

/** Ranks from 1; equal values share the mean of their ranks. */
function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let at = from; at < to; at++) ranks[order[at]!] = (from + to + 1) / 2;
    from = to;
  }
  return ranks;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function varianceOfMean(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return squares / (values.length - 1) / values.length;
}
