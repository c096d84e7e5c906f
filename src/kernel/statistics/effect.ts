/** The difference between two groups with its standard error: the one input of every engine. */
import type { Estimate } from './estimate';

export interface EffectMoments {
  readonly effect: number;
  readonly standardError: number;
  /** Units in both groups. */
  readonly n: number;
  /** Welch–Satterthwaite. */
  readonly degreesOfFreedom: number;
}

/** (treatment − control) / control, its standard error by the delta method. */
export function relativeEffect(control: Estimate, treatment: Estimate): EffectMoments {
  const base = control.value * control.value;
  const squared =
    treatment.variance / (base * treatment.n) +
    (control.variance * treatment.value * treatment.value) / (base * base * control.n);
  const [a, b] = [control.variance / control.n, treatment.variance / treatment.n];
  return {
    effect: (treatment.value - control.value) / Math.abs(control.value),
    standardError: Math.sqrt(squared),
    n: control.n + treatment.n,
    degreesOfFreedom: (a + b) ** 2 / (a ** 2 / (control.n - 1) + b ** 2 / (treatment.n - 1)),
  };
}

/**
 * The lift that a verdict rests on: `relativeEffect`, its standard error never below that of the difference itself. On a fall the
 * delta method weighs the control's variance by what is left, as if that were known: five sales against one, by chance, would
 * pass for a proof, and none against a hundred would have no error at all. On a rise both are the same.
 */
export function liftEffect(control: Estimate, treatment: Estimate): EffectMoments {
  const lift = relativeEffect(control, treatment);
  const ofDifference = errorOfDifference(control, treatment);
  return { ...lift, standardError: Math.max(lift.standardError, ofDifference / Math.abs(control.value)) };
}

/**
 * The standard error of a difference of means, never below that by the variance of both groups together. A small group that has met
 * nothing rare yet seems to be sure of it: at one to nine, thirty people without a sale would be a proof. Groups of one size have
 * the same by both.
 */
export function errorOfDifference(a: Omit<Estimate, 'value'>, b: Omit<Estimate, 'value'>): number {
  const together = (a.n * a.variance + b.n * b.variance) / (a.n + b.n);
  const apart = a.variance / a.n + b.variance / b.n;
  return Math.sqrt(Math.max(apart, together / a.n + together / b.n));
}
