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

/** Of the squared difference: what is smaller comes of rounding. */
const NO_VARIANCE = 1e-18;

/**
 * The squared standard error of a group's value, and what it would be by the variance of both together, each for as much as it has: the
 * independent units of a small group are themselves small. Where no unit of either group differs from the others of its group, as of a
 * price that is the same for all, one more is imagined in each that is as the other group's (as Agresti and Caffo 2000 add one to each
 * count): without any variance nothing could be said, however far the groups are apart.
 */
interface Part {
  readonly own: number;
  readonly together: number;
  readonly freedom: number;
}

function partsOf({ control, treatment, controlSize, treatmentSize }: Stratum): Part[] {
  const apart = treatment.value - control.value;
  const isAllAlike = Math.max(control.variance, treatment.variance) <= NO_VARIANCE * apart ** 2;
  const sized = [
    { ...control, size: controlSize },
    { ...treatment, size: treatmentSize },
  ].map(({ variance, n, size }) => ({
    own: isAllAlike ? (apart / (n + 1)) ** 2 : variance / n,
    size,
    freedom: n - 1,
  }));
  const perSize =
    sized.reduce((sum, { own, size }) => sum + own * size * size, 0) / (controlSize + treatmentSize);
  return sized.map(({ own, size, freedom }) => ({ own, together: perSize / size, freedom }));
}

/** Treatment − control. `n` is the sum of the weights: it grows with what is known. Undefined without a usable stratum. */
export function stratifiedEffect(strata: readonly Stratum[]): EffectMoments | undefined {
  let total = 0;
  let effect = 0;
  let squared = 0;
  let apart = 0;
  let spread = 0;
  let smallest = 0;
  for (const stratum of strata) {
    const { control, treatment, controlSize, treatmentSize } = stratum;
    const weight = (controlSize * treatmentSize) / (controlSize + treatmentSize);
    const parts = partsOf(stratum);
    // A group of one unit says nothing about how far units differ.
    if (!(weight > 0) || parts.some(({ own, freedom }) => !(freedom > 0) || !Number.isFinite(own))) continue;
    total += weight;
    smallest += Math.min(...parts.map(({ freedom }) => freedom));
    effect += weight * (treatment.value - control.value);
    const squareOf = (kind: 'own' | 'together'): number =>
      weight * weight * parts.reduce((sum, part) => sum + part[kind], 0);
    // Never surer than by the variance of both groups: a small one that has met nothing rare yet seems to be sure of it.
    squared += Math.max(squareOf('own'), squareOf('together'));
    apart += squareOf('own');
    for (const { own, freedom } of parts) spread += (weight * weight * own) ** 2 / freedom;
  }
  if (total === 0) return undefined;
  return {
    effect: effect / total,
    standardError: Math.sqrt(squared) / total,
    n: total,
    // Welch–Satterthwaite over all groups of all strata; where nobody differs from anybody, as many as there can be.
    degreesOfFreedom: spread > 0 ? (apart * apart) / spread : smallest,
  };
}
