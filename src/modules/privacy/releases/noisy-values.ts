/**
 * The noisy answer to a question. Everything here sees rows that are bounded already: at most `rowsPerPerson` of any person,
 * so one person more or less changes a count by no more than that, and a sum by no more than that times the farthest value.
 */
import { type Noise, noiseFor } from './noise';
import { halfOf, type PrivacyLoss } from './privacy-loss';
import { drawQuantile } from './quantile';
import type { RandomIntegers } from './random-integers';
import { isLess, over, plus, type Rational, rational, toDecimal } from './rational';
import type { ReleasableMeasure, ScoreValues } from './releasable-dataset';
import { quartersOf, ReleaseStatistic } from './release-statistic';
import { sum } from './row-counts';

export interface NoisyValue {
  readonly name: string;
  readonly value: string;
  /** None for what was reckoned from other noisy values, and for what was drawn whole. */
  readonly noise: { readonly scale: string; readonly interval: readonly [string, string] } | null;
}

const SCALE_PLACES = 6;
const MEAN_PLACES = 6;

export interface Asked {
  readonly measure: Pick<ReleasableMeasure, 'values' | 'rowsPerPerson'>;
  readonly statistic: ReleaseStatistic;
  readonly loss: PrivacyLoss;
  /** In ascending order where they are scores. */
  readonly bins: readonly string[];
}

/** @param rows of each bin, in the order of the bins. */
export function noisyValues(asked: Asked, rows: readonly bigint[], random: RandomIntegers): NoisyValue[] {
  const { statistic, loss, bins, measure } = asked;
  const rowsPerPerson = BigInt(measure.rowsPerPerson);
  // A person's rows lie in one bin or in several, and together are never more: one scale serves a count and every bin.
  const ofRows = noiseFor(rowsPerPerson, loss);
  switch (statistic) {
    case ReleaseStatistic.COUNT:
      return [noisy('count', sum(rows), ofRows, random).told];
    case ReleaseStatistic.HISTOGRAM:
      return bins.map((bin, i) => noisy(bin, rows[i]!, ofRows, random).told);
    case ReleaseStatistic.SUM:
      return [noisySum(asked, rows, random)];
    case ReleaseStatistic.MEAN:
      return noisyMean(asked, rows, random);
    default: {
      const limits = { rowsPerPerson, epsilon: loss.amount };
      const place = drawQuantile(quartersOf(statistic)!, rows, limits, random);
      return [{ name: statistic.toLowerCase().replace('_', '-'), value: bins[place]!, noise: null }];
    }
  }
}

function noisySum({ measure, loss }: Asked, rows: readonly bigint[], random: RandomIntegers): NoisyValue {
  const [min, max] = boundsOf(measure);
  const farthest = -min > max ? -min : max;
  const exact = sum(rows.map((count, i) => count * (min + BigInt(i))));
  return noisy('sum', exact, noiseFor(BigInt(measure.rowsPerPerson) * farthest, loss), random).told;
}

/** From the middle of the bounds no value is farther than half their distance: less noise than a plain sum takes. */
function noisyMean({ measure, loss }: Asked, rows: readonly bigint[], random: RandomIntegers): NoisyValue[] {
  const [min, max] = boundsOf(measure);
  const rowsPerPerson = BigInt(measure.rowsPerPerson);
  const part = halfOf(loss);
  const count = noisy('count', sum(rows), noiseFor(rowsPerPerson, part), random);
  // In halves, because the middle may lie between two whole numbers.
  const halves = sum(rows.map((times, i) => times * (2n * BigInt(i) + min - max)));
  const offset = noisy('sum-from-middle', halves, noiseFor(rowsPerPerson * (max - min), part), random, 2n);
  const mean = { name: 'mean', value: meanOf(offset.value, count.value, min, max), noise: null };
  return [mean, count.told, offset.told];
}

function boundsOf({ values }: Asked['measure']): [min: bigint, max: bigint] {
  const { min, max } = values as ScoreValues;
  return [BigInt(min), BigInt(max)];
}

/** A count below one is none, and a mean beyond the bounds is the bound: neither looks at a row again. */
function meanOf(halves: bigint, count: bigint, min: bigint, max: bigint): string {
  const middle = rational(min + max, 2n);
  const mean = plus(middle, over(rational(halves, 2n), rational(count < 1n ? 1n : count)));
  const [low, high] = [rational(min), rational(max)];
  return toDecimal(within(mean, low, high), MEAN_PLACES);
}

function within(value: Rational, low: Rational, high: Rational): Rational {
  if (isLess(value, low)) return low;
  return isLess(high, value) ? high : value;
}

/** @param parts the unit is so many parts of one. */
function noisy(
  name: string,
  exact: bigint,
  noise: Noise,
  random: RandomIntegers,
  parts = 1n,
): { value: bigint; told: NoisyValue } {
  const value = exact + noise.draw(random);
  const tell = (amount: bigint): string => toDecimal(rational(amount, parts), 1);
  const scale = (noise.scale / Number(parts)).toFixed(SCALE_PLACES);
  const interval = [tell(-noise.within), tell(noise.within)] as const;
  return { value, told: { name, value: tell(value), noise: { scale, interval } } };
}
