/** The plain difference of two groups: the product tells relative ones, but most values that others published are of this. */
import type { EffectMoments } from '../../src/kernel/statistics/effect';
import type { Estimate } from '../../src/kernel/statistics/estimate';

export function absoluteEffect(control: Estimate, treatment: Estimate): EffectMoments {
  const [a, b] = [control.variance / control.n, treatment.variance / treatment.n];
  return {
    effect: treatment.value - control.value,
    standardError: Math.sqrt(a + b),
    n: control.n + treatment.n,
    degreesOfFreedom: (a + b) ** 2 / (a ** 2 / (control.n - 1) + b ** 2 / (treatment.n - 1)),
  };
}
