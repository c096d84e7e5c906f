/**
 * A quantile of what people met, and how sure it is, although many values come from one person and what was randomised is
 * the person: Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics" (KDD 2018), on percentiles. The share of values below
 * the quantile is a ratio over people, so its standard error comes by the delta method; the quantiles that far below and
 * above give that of the quantile (their outer interval), and no density has to be guessed. Over bins and sums, which add up.
 */
import { estimateRatio, type Estimate, type RatioMoments } from './estimate';

/** How many values lie in [lower, upper). */
export interface Bin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/** Where a quantile lies among bins: in which, and after which part of it. */
export interface Cut {
  readonly index: number;
  readonly within: number;
}

/** The outer interval is taken at 95 %. */
const Z = 1.959963984540054;

/** Values are taken to be evenly spread within a bin; undefined without any. */
export function cutOfBins(bins: readonly Bin[], share: number): Cut | undefined {
  const wanted = share * bins.reduce((sum, { count }) => sum + count, 0);
  let passed = 0;
  let cut: Cut | undefined;
  for (const [index, { count }] of bins.entries()) {
    if (count <= 0) continue;
    cut = { index, within: Math.min(1, Math.max(0, (wanted - passed) / count)) };
    passed += count;
    if (passed >= wanted) return cut;
  }
  return cut;
}

/**
 * One person's values, as the sums of `estimateQuantile` take them: how many lie below the cut, and the square of it. Those in
 * the bin of the cut lie below it by chance, which the square must know: E[X²] of a binomial.
 */
export function belowCut(earlier: number, inBin: number, within: number): { sum: number; square: number } {
  const sum = earlier + within * inBin;
  return { sum, square: sum * sum + inBin * within * (1 - within) };
}

/**
 * @param below sums over people: numerator their values below the cut (see `belowCut`), denominator all their values.
 * @returns a variance of NaN when the values reach too little into the tail to say how sure the quantile is; undefined without values.
 */
export function estimateQuantile(
  bins: readonly Bin[],
  share: number,
  below: RatioMoments,
): Estimate | undefined {
  const value = valueAt(bins, share);
  if (value === undefined) return undefined;
  const standardError = Math.sqrt(estimateRatio(below).variance / below.n);
  const [lower, upper] = [share - Z * standardError, share + Z * standardError];
  if (!(lower > 0 && upper < 1)) return { n: below.n, value, variance: NaN };
  const halfWidth = (valueAt(bins, upper)! - valueAt(bins, lower)!) / 2;
  return { n: below.n, value, variance: below.n * (halfWidth / Z) ** 2 };
}

function valueAt(bins: readonly Bin[], share: number): number | undefined {
  const cut = cutOfBins(bins, share);
  if (!cut) return undefined;
  const { lower, upper } = bins[cut.index]!;
  return lower + cut.within * (upper - lower);
}
