/**
 * Gaussian noise on whole numbers: x with a chance proportional to e^(−x² / 2σ²). Added to whole numbers that one person
 * changes by at most Δ in Euclidean length, σ² = Δ² / 2ρ makes the result ρ-zero-concentrated differentially private.
 * Source: Canonne, Kamath and Steinke, The Discrete Gaussian for Differential Privacy (2020), algorithm 3 and theorem 4.
 */
import { normalQuantile } from '../../../kernel/statistics';
import { drawDiscreteLaplace } from './discrete-laplace';
import { chanceOfExp } from './exact-chance';
import type { RandomIntegers } from './random-integers';
import { floor, type Rational, rational, toNumber } from './rational';

const MOST_ADDED_UP = 1000;

/** One draw, exactly: a Laplace draw of scale ⌊σ⌋ + 1 that is kept with the chance at which the two differ. @param variance σ², above 0. */
export function drawDiscreteGaussian(variance: Rational, random: RandomIntegers): bigint {
  const { numerator, denominator } = variance;
  const scale = squareRoot(floor(variance)) + 1n;
  for (;;) {
    const drawn = drawDiscreteLaplace(rational(scale), random);
    const size = drawn < 0n ? -drawn : drawn;
    // (|x| − σ²/t)² / 2σ², with σ² = p/q: (|x| q t − p)² / 2 p q t².
    const distance = size * denominator * scale - numerator;
    const exponent = rational(distance * distance, 2n * numerator * denominator * scale * scale);
    if (chanceOfExp(exponent, random)) return drawn;
  }
}

/**
 * The least m with at least `confidence` of the draws from −m to m, by adding up their chances; where σ is above 1000, by the
 * tail of the continuous Gaussian, which is not below that of a discrete one a step farther out (proposition 25): one more at most.
 */
export function discreteGaussianWithin(variance: Rational, confidence: number): bigint {
  const sigma2 = toNumber(variance);
  if (sigma2 > MOST_ADDED_UP ** 2)
    return BigInt(Math.ceil(normalQuantile((1 + confidence) / 2) * Math.sqrt(sigma2)));
  const weight = (x: number): number => Math.exp((-x * x) / (2 * sigma2));
  const sizes: number[] = [1];
  for (let x = 1; weight(x) > Number.EPSILON; x++) sizes.push(2 * weight(x));
  const wanted = confidence * sizes.reduce((sum, size) => sum + size, 0);
  let within = 0;
  for (let sum = sizes[0]!; sum < wanted; sum += sizes[within]!) within++;
  return BigInt(within);
}

/** The largest whole number whose square is not above it (Newton's method on whole numbers). */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = value;
  for (let next = (root + 1n) / 2n; next < root; next = (root + value / root) / 2n) root = next;
  return root;
}
