/**
 * Two-sided geometric noise: whole numbers x with a chance proportional to e^(−|x| / scale). Added to a whole number that
 * one person changes by at most Δ, a scale of Δ/ε makes the result ε-differentially private.
 * Source: Canonne, Kamath and Steinke (2020), algorithm 2; Ghosh, Roughgarden and Sundararajan (2009) for the mechanism.
 */
import { chanceOfExp } from './exact-chance';
import type { RandomIntegers } from './random-integers';
import { type Rational, rational, toNumber } from './rational';

const ONE = rational(1n);

/** One draw, exactly. No step rounds. @param scale above 0, in units of what is counted. */
export function drawDiscreteLaplace({ numerator, denominator }: Rational, random: RandomIntegers): bigint {
  for (;;) {
    const rest = random.below(numerator);
    if (!chanceOfExp(rational(rest, numerator), random)) continue;
    let whole = 0n;
    while (chanceOfExp(ONE, random)) whole++;
    const size = (rest + numerator * whole) / denominator;
    const isNegative = random.below(2n) === 1n;
    // Zero has one sign only, or it would come twice as often as it should.
    if (isNegative && size === 0n) continue;
    return isNegative ? -size : size;
  }
}

/** The least m with at least `confidence` of the draws from −m to m; P(|x| > m) = 2 q^(m+1) / (1 + q) with q = e^(−1/scale). */
export function discreteLaplaceWithin(scale: Rational, confidence: number): bigint {
  const power = -1 / toNumber(scale);
  const missed = Math.log(((1 - confidence) * (1 + Math.exp(power))) / 2);
  return BigInt(Math.max(0, Math.ceil(missed / power - 1)));
}
