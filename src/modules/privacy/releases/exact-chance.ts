/**
 * Coins that fall with exactly the wanted chance, also where that is a power of e, out of whole numbers alone.
 * Source: Canonne, Kamath and Steinke, The Discrete Gaussian for Differential Privacy (2020), algorithm 1.
 */
import type { RandomIntegers } from './random-integers';
import type { Rational } from './rational';

/** True with the chance e^(−exponent), exactly. @param exponent 0 or above. */
export function chanceOfExp({ numerator, denominator }: Rational, random: RandomIntegers): boolean {
  for (let whole = numerator / denominator; whole > 0n; whole--)
    if (!ofExpWithinOne(1n, 1n, random)) return false;
  return ofExpWithinOne(numerator % denominator, denominator, random);
}

/** The same for an exponent γ from 0 to 1: the first k whose coin of γ/k fails is odd with the chance 1 − γ + γ²/2! − … = e^(−γ). */
function ofExpWithinOne(numerator: bigint, denominator: bigint, random: RandomIntegers): boolean {
  let k = 1n;
  while (random.below(denominator * k) < numerator) k++;
  return k % 2n === 1n;
}
