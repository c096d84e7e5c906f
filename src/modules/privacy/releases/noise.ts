/** The noise that a loss buys for whole numbers of a given sensitivity, with the figures that a reader needs to judge the result. */
import { discreteGaussianWithin, drawDiscreteGaussian } from './discrete-gaussian';
import { discreteLaplaceWithin, drawDiscreteLaplace } from './discrete-laplace';
import type { PrivacyLoss } from './privacy-loss';
import type { RandomIntegers } from './random-integers';
import { over, rational, times, toNumber } from './rational';

const CONFIDENCE = 0.95;
const TWO = rational(2n);

export interface Noise {
  /** Δ/ε of the discrete Laplace, σ of the discrete Gaussian. */
  readonly scale: number;
  /** 95 % of the draws lie from −within to within. */
  readonly within: bigint;
  draw(random: RandomIntegers): bigint;
}

/**
 * @param sensitivity by how much one person changes the whole numbers together, above 0: in sum of sizes for ε, in Euclidean
 * length for ρ. Whoever changes a single number, or any numbers by so much in sum, is within both.
 */
export function noiseFor(sensitivity: bigint, { kind, amount }: PrivacyLoss): Noise {
  if (kind === 'EPSILON') {
    const scale = over(rational(sensitivity), amount);
    return {
      scale: toNumber(scale),
      within: discreteLaplaceWithin(scale, CONFIDENCE),
      draw: (random) => drawDiscreteLaplace(scale, random),
    };
  }
  const variance = over(rational(sensitivity * sensitivity), times(TWO, amount));
  return {
    scale: Math.sqrt(toNumber(variance)),
    within: discreteGaussianWithin(variance, CONFIDENCE),
    draw: (random) => drawDiscreteGaussian(variance, random),
  };
}
