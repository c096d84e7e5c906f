/**
 * One difference between two groups out of several stretches in which their shares differed (the steps of a canary): each
 * stretch is compared within itself and weighted by n₁n₂ / (n₁ + n₂) (Cochran 1954, Mantel and Haenszel 1959). Added up
 * blindly, a group that got more of a slow hour would seem slower.
 */
import type { EffectMoments } from './effect';
import type { Estimate } from './estimate';

export interface Stratum {
  readonly control: Estimate;
  readonly treatment: Estimate;
  /** What the weights are made of, e.g. requests; may be more than the independent units of the estimates. */
  readonly controlSize: number;
  readonly treatmentSize: number;
}

/** Treatment − control. `n` is the sum of the weights: it grows with what is known. Undefined without a usable stratum. */
export function stratifiedEffect(strata: readonly Stratum[]): EffectMoments | undefined {
  let total = 0;
  let effect = 0;
  let squared = 0;
  let spread = 0;
  let smallest = 0;
  for (const { control, treatment, controlSize, treatmentSize } of strata) {
    const weight = (controlSize * treatmentSize) / (controlSize + treatmentSize);
    const parts = [control, treatment].map(({ variance, n }) => ({
      part: (weight * weight * variance) / n,
      freedom: n - 1,
    }));
    // A group of one unit says nothing about how far units differ.
    if (!(weight > 0) || parts.some(({ part, freedom }) => !(freedom > 0) || !Number.isFinite(part)))
      continue;
    total += weight;
    smallest += Math.min(...parts.map(({ freedom }) => freedom));
    effect += weight * (treatment.value - control.value);
    for (const { part, freedom } of parts) {
      squared += part;
      spread += (part * part) / freedom;
    }
  }
  if (total === 0) return undefined;
  return {
    effect: effect / total,
    standardError: Math.sqrt(squared) / total,
    n: total,
    // Welch–Satterthwaite over all groups of all strata; where nobody differs from anybody, as many as there can be.
    degreesOfFreedom: spread > 0 ? (squared * squared) / spread : smallest,
  };
}
