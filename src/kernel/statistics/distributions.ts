/**
 * The distribution functions that intervals and tests stand on, from single-function packages whose accuracy is that
 * of double precision (general statistics packages are off by up to half a per cent in the t distribution).
 */
import erfc from '@stdlib/math-base-special-erfc';
import gammainc from '@stdlib/math-base-special-gammainc';
import normalQuantileOf from '@stdlib/stats-base-dists-normal-quantile';
import tCdfOf from '@stdlib/stats-base-dists-t-cdf';
import tQuantileOf from '@stdlib/stats-base-dists-t-quantile';

export function normalQuantile(probability: number): number {
  return normalQuantileOf(probability, 0, 1);
}

/** P(Z > z). */
export function normalTail(z: number): number {
  return erfc(z / Math.SQRT2) / 2;
}

export function tQuantile(probability: number, degreesOfFreedom: number): number {
  return tQuantileOf(probability, degreesOfFreedom);
}

/** P(|T| > |t|). */
export function tTwoSided(t: number, degreesOfFreedom: number): number {
  return 2 * tCdfOf(-Math.abs(t), degreesOfFreedom);
}

/** P(χ² > x). */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  return x <= 0 ? 1 : gammainc(x / 2, degreesOfFreedom / 2, true, true);
}
