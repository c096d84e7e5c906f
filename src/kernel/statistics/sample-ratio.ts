/**
 * Did the groups get the shares that were planned? If not, something drops people from one group and every figure of
 * the test is worthless. Two checks: the chi-square that people know (valid once), and a sequential one that may be
 * looked at all the time (Dirichlet–multinomial Bayes factor: Lindon and Malek 2020).
 */
import gammaln from '@stdlib/math-base-special-gammaln';
import { chiSquareTail } from './distributions';

/** @returns the p-value of Pearson's chi-square; 1 for an empty sample. */
export function chiSquareSampleRatio(counts: readonly number[], weights: readonly number[]): number {
  const shares = normalised(weights);
  const n = sum(counts);
  if (n === 0) return 1;
  const statistic = sum(
    counts.map((count, group) => (count - n * shares[group]!) ** 2 / (n * shares[group]!)),
  );
  return chiSquareTail(statistic, counts.length - 1);
}

/**
 * Logarithm of the Bayes factor against the planned shares, from the counts so far. The prior is centred on the plan;
 * a high concentration looks for small imbalances. It does not depend on the order in which the units came.
 */
export function sampleRatioLogBayes(
  counts: readonly number[],
  weights: readonly number[],
  prior: readonly number[] | number = 10_000,
): number {
  const shares = normalised(weights);
  const alpha = typeof prior === 'number' ? shares.map((share) => share * prior) : prior;
  const evidence =
    gammaln(sum(alpha)) -
    gammaln(sum(alpha) + sum(counts)) +
    sum(counts.map((count, group) => gammaln(alpha[group]! + count) - gammaln(alpha[group]!)));
  const planned = sum(counts.map((count, group) => (count === 0 ? 0 : count * Math.log(shares[group]!))));
  return evidence - planned;
}

/** The anytime-valid p-value from the largest Bayes factor seen at any look so far (Ville's inequality). */
export function sequentialP(largestLogBayes: number): number {
  return Math.min(1, Math.exp(-largestLogBayes));
}

function normalised(weights: readonly number[]): number[] {
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
