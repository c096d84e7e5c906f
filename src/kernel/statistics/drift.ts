/**
 * Does what comes in today look like what a model learned from? Two measures over the same bins: the population stability
 * index, which practitioners know, and the Kolmogorov–Smirnov distance, which has a distribution.
 */
import { chiSquareTail } from './distributions';

export type DriftLevel = 'STABLE' | 'MODERATE' | 'MAJOR';

/** What credit scoring has used since Lewis (1994) and Siddiqi (2006): below 0.1 stable, from 0.25 on another population. */
const MODERATE = 0.1;
const MAJOR = 0.25;
/** A share this small stands for an empty bin, which has no logarithm: half an observation (Haldane 1940). */
const HALF = 0.5;

export interface Stability {
  /** Σ (aᵢ − eᵢ) ln(aᵢ / eᵢ) over the shares of the bins, in nats; 0 = alike. */
  readonly index: number;
  /** Chance of histograms so far apart, or farther, when nothing changed. */
  readonly p: number;
}

/**
 * The population stability index of two histograms over the same bins. Its chance comes from Yurdakul and Naranjo (2020):
 * index / (1/n + 1/m) is nearly chi-square with bins − 1 degrees of freedom, so that few rows alone are no drift. Of few rows it
 * calls ten even bins different two to five times too often, as Pearson's chi-square does with rare bins: the larger chance counts.
 * @param expected counts of the reference. @param actual counts of today; both of the same length, at least two.
 */
export function populationStability(expected: readonly number[], actual: readonly number[]): Stability {
  const [m, n] = [total(expected), total(actual)];
  if (m === 0 || n === 0) return { index: 0, p: 1 };
  const used = expected.map((count, bin) => count > 0 || actual[bin]! > 0);
  const bins = used.filter(Boolean).length;
  const share = (count: number, all: number): number => Math.max(count, HALF) / all;
  let index = 0;
  expected.forEach((count, bin) => {
    if (!used[bin]) return;
    const [e, a] = [share(count, m), share(actual[bin]!, n)];
    index += (a - e) * Math.log(a / e);
  });
  if (bins < 2) return { index, p: 1 };
  const statistics = [index / (1 / n + 1 / m), pearson(expected, actual)];
  return { index, p: Math.max(...statistics.map((statistic) => chiSquareTail(statistic, bins - 1))) };
}

/** Of two samples from one distribution, which is known by both together. */
function pearson(expected: readonly number[], actual: readonly number[]): number {
  const [m, n] = [total(expected), total(actual)];
  return expected.reduce((sum, count, bin) => {
    const both = count + actual[bin]!;
    return both === 0 ? sum : sum + (count * n - actual[bin]! * m) ** 2 / (both * m * n);
  }, 0);
}

/** Largest distance between the two cumulative distributions at the ends of the bins: never more than that of the samples. */
export function binnedDistance(expected: readonly number[], actual: readonly number[]): number {
  const [m, n] = [total(expected), total(actual)];
  if (m === 0 || n === 0) return 0;
  let [e, a, distance] = [0, 0, 0];
  expected.forEach((count, bin) => {
    e += count / m;
    a += actual[bin]! / n;
    distance = Math.max(distance, Math.abs(e - a));
  });
  return distance;
}

/**
 * Chance of so large a Kolmogorov–Smirnov distance between samples of m and n from one distribution: Kolmogorov's
 * series with Stephens' correction for small samples (1970). For binned samples it is conservative.
 */
export function kolmogorovSmirnovP(distance: number, m: number, n: number): number {
  if (m === 0 || n === 0) return 1;
  const root = Math.sqrt((m * n) / (m + n));
  const lambda = (root + 0.12 + 0.11 / root) * distance;
  // The series alternates and its terms hardly fall near 0, where the chance is 1 to double precision.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * lambda * lambda);
    sum += k % 2 ? term : -term;
    if (term < 1e-17) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}

/** How far a population moved, in the words of practice; what chance explains (`p` ≥ 0.01) is no drift. */
export function driftLevel({ index, p }: Stability): DriftLevel {
  if (p >= 0.01 || index < MODERATE) return 'STABLE';
  return index < MAJOR ? 'MODERATE' : 'MAJOR';
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
