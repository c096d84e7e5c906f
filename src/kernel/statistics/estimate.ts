/**
 * What was measured on one group, boiled down to sums that can be added up by day, shard or batch, and from them the
 * estimate that every engine (fixed horizon, sequential) takes. One unit is one person, however many events they
 * have: what was randomised is what is counted.
 */
export interface SampleMoments {
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

/** Numerator over denominator per unit, e.g. thumbs up over answers rated by each person. */
export interface RatioMoments {
  readonly n: number;
  readonly numerator: Omit<SampleMoments, 'n'>;
  readonly denominator: Omit<SampleMoments, 'n'>;
  readonly sumProducts: number;
}

/** A group's value; `variance` is that of one unit, so the squared standard error is variance / n. */
export interface Estimate {
  readonly n: number;
  readonly value: number;
  readonly variance: number;
}

export function estimateMean({ n, sum, sumSquares }: SampleMoments): Estimate {
  return { n, value: sum / n, variance: covariance(n, sum, sum, sumSquares) };
}

/** A ratio of sums, its variance by the delta method over units (Deng et al., KDD 2018). */
export function estimateRatio(moments: RatioMoments): Estimate {
  const { n, numerator, denominator, sumProducts } = moments;
  const value = numerator.sum / denominator.sum;
  const perUnit = denominator.sum / n;
  const ofNumerator = covariance(n, numerator.sum, numerator.sum, numerator.sumSquares);
  const ofDenominator = covariance(n, denominator.sum, denominator.sum, denominator.sumSquares);
  const ofBoth = covariance(n, numerator.sum, denominator.sum, sumProducts);
  const variance = (ofNumerator - 2 * value * ofBoth + value * value * ofDenominator) / (perUnit * perUnit);
  return { n, value, variance: Math.max(0, variance) };
}

function covariance(n: number, sumX: number, sumY: number, sumProducts: number): number {
  return n < 2 ? NaN : (sumProducts - (sumX * sumY) / n) / (n - 1);
}
