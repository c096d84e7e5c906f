/**
 * An interval for a share of yes-or-no observations that may be looked at after every single one, and misses the truth with at most
 * the stated chance over all looks together, at every number of observations. It is the set of shares that the mixture martingale
 * of Robbins (1970, Annals of Mathematical Statistics 41:1397) does not reject, with Jeffreys' prior as the mixture.
 */
import gammaln from '@stdlib/math-base-special-gammaln';
import type { Interval } from './welch';

/** Halvings of an interval within [0, 1]: past the precision of a double there is nothing to gain. */
const HALVINGS = 52;

/** @param level of the whole sequence. All of [0, 1] for an empty sample. */
export function proportionSequence(successes: number, n: number, level: number): Interval {
  if (n === 0) return [0, 1];
  const failures = n - successes;
  const evidence =
    gammaln(successes + 0.5) +
    gammaln(failures + 0.5) -
    gammaln(n + 1) -
    Math.log(Math.PI) +
    Math.log(1 - level);
  const isLeftOut = (share: number): boolean => evidence > logLikelihood(share, successes, failures);
  const most = successes / n;
  return [successes === 0 ? 0 : edge(0, most, isLeftOut), failures === 0 ? 1 : edge(1, most, isLeftOut)];
}

/** Between a share that is left out and one that is not: the likelihood falls on either side of its peak. */
function edge(out: number, within: number, isLeftOut: (share: number) => boolean): number {
  let [left, right] = [out, within];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (left + right) / 2;
    if (isLeftOut(middle)) left = middle;
    else right = middle;
  }
  // The one outside: rounding never makes the interval narrower than it is.
  return left;
}

function logLikelihood(share: number, successes: number, failures: number): number {
  const yes = successes === 0 ? 0 : successes * Math.log(share);
  return yes + (failures === 0 ? 0 : failures * Math.log1p(-share));
}
