/**
 * One of a few candidates, drawn with a chance that falls with its distance from being right: the exponential mechanism of
 * McSherry and Talwar (2007). Drawn by rejection, with coins of exact powers of e, so that no weight is ever rounded.
 */
import { chanceOfExp } from './exact-chance';
import type { RandomIntegers } from './random-integers';
import { type Rational, rational, times } from './rational';

/**
 * The place of the chosen candidate: ε-differentially private where one person changes no distance by more than `sensitivity`.
 * @param distances whole, 0 or above, the less the better; at least one. Expected draws are at most their number.
 */
export function chooseByExponential(
  distances: readonly bigint[],
  sensitivity: bigint,
  epsilon: Rational,
  random: RandomIntegers,
): number {
  const least = distances.reduce((a, b) => (b < a ? b : a));
  for (;;) {
    const place = Number(random.below(BigInt(distances.length)));
    const beyond = distances[place]! - least;
    if (chanceOfExp(times(epsilon, rational(beyond, 2n * sensitivity)), random)) return place;
  }
}
