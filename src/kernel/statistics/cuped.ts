/**
 * CUPED: part of how people differ was there before the test; what is known of it is taken out, and the interval shrinks
 * (Deng, Xu, Kohavi and Walker, WSDM 2013). Metrics are ratios over units, so metric and covariate are linearised first by the
 * delta method; a mean is the ratio whose denominators are 1. The covariate is from before the first exposure, so it cannot
 * differ by treatment, and the effect stays what it is whatever θ is.
 */
import { type EffectMoments, errorOfDifference } from './effect';

/** In this order: numerator and denominator in the test, numerator and denominator before it. */
type Four = readonly [number, number, number, number];

/** Sums over units, which add up by day, shard or batch. */
export interface CovariateMoments {
  readonly n: number;
  readonly sums: Four;
  /** Symmetric: Σ of the products of each with each. */
  readonly products: readonly [Four, Four, Four, Four];
}

export interface CupedEffect extends EffectMoments {
  /** How strongly the past tells the present; 0 where it says nothing. */
  readonly theta: number;
  /** Share of the variance of the effect that was taken out. */
  readonly varianceReduction: number;
}

/** Treatment − control. */
export function absoluteCupedEffect(control: CovariateMoments, treatment: CovariateMoments): CupedEffect {
  const { theta, groups } = adjusted(control, treatment);
  const effect = groups[1].value - groups[0].value;
  return moments(effect, theta, groups, { past: theta, scale: 1, base: 1 });
}

/** (treatment − control) / control, both adjusted; its standard error by the delta method, on a fall and of unequal groups as `liftEffect` has it. */
export function relativeCupedEffect(control: CovariateMoments, treatment: CovariateMoments): CupedEffect {
  const { theta, groups, shares } = adjusted(control, treatment);
  const [base, other] = [groups[0].value, groups[1].value];
  const ratio = Math.abs(other) < Math.abs(base) ? 1 : other / base;
  // Both adjusted values move with both groups' pasts, through the past of all: hence the weights.
  const past = theta * (shares[0] + ratio * shares[1]);
  const told = moments((other - base) / Math.abs(base), theta, groups, { past, scale: ratio, base });
  const [a, b] = groups.map((group) => ({ n: group.n, variance: leftOver(group, 1, past) }));
  return { ...told, standardError: Math.max(told.standardError, errorOfDifference(a!, b!) / Math.abs(base)) };
}

interface Group {
  readonly n: number;
  readonly value: number;
  readonly variance: number;
  readonly covariance: number;
  readonly past: number;
}

interface Adjusted {
  readonly theta: number;
  readonly groups: readonly [Group, Group];
  /** Whose past makes up how much of the past of all. */
  readonly shares: readonly [number, number];
}

function adjusted(control: CovariateMoments, treatment: CovariateMoments): Adjusted {
  const both = together(control, treatment);
  const raw = [groupOf(control), groupOf(treatment)] as const;
  const all = groupOf(both);
  const known = both.sums[3] > 0 && [control, treatment].every(({ sums }) => sums[3] > 0);
  const theta = known && all.past > 0 ? all.covariance / all.past : 0;
  const before = ({ sums }: CovariateMoments): number => (sums[3] > 0 ? sums[2] / sums[3] : 0);
  const value = (group: Group, of: CovariateMoments): number =>
    group.value - theta * (before(of) - before(both));
  const share = ({ sums }: CovariateMoments): number => (known ? sums[3] / both.sums[3] : 0);
  return {
    theta,
    groups: [
      { ...raw[0], value: value(raw[0], control) },
      { ...raw[1], value: value(raw[1], treatment) },
    ],
    shares: [share(control), share(treatment)],
  };
}

/** Variances and covariance of one unit, of the linearised metric and covariate. */
function groupOf({ n, sums, products }: CovariateMoments): Group {
  const covariance = (a: number, b: number): number =>
    n < 2 ? NaN : (products[a]![b]! - (sums[a]! * sums[b]!) / n) / (n - 1);
  const value = sums[0] / sums[1];
  const present = [n / sums[1], (-value * n) / sums[1], 0, 0];
  const before = sums[3] > 0 ? sums[2] / sums[3] : 0;
  const earlier = sums[3] > 0 ? [0, 0, n / sums[3], (-before * n) / sums[3]] : [0, 0, 0, 0];
  const form = (left: readonly number[], right: readonly number[]): number => {
    let total = 0;
    left.forEach((l, a) => right.forEach((r, b) => (total += l && r ? l * r * covariance(a, b) : 0)));
    return total;
  };
  return {
    n,
    value,
    variance: form(present, present),
    covariance: form(present, earlier),
    past: form(earlier, earlier),
  };
}

function moments(
  effect: number,
  theta: number,
  [control, treatment]: readonly [Group, Group],
  { past, scale, base }: { readonly past: number; readonly scale: number; readonly base: number },
): CupedEffect {
  const left = (group: Group, times: number, slope: number): number =>
    leftOver(group, times, slope) / group.n;
  const [a, b] = [left(control, scale, past), left(treatment, 1, past)];
  const raw = left(control, scale, 0) + left(treatment, 1, 0);
  // Welch–Satterthwaite over the two groups' own variances, as without a covariate.
  const [c, d] = [left(control, 1, theta), left(treatment, 1, theta)];
  return {
    effect,
    standardError: Math.sqrt(a + b) / Math.abs(base),
    n: control.n + treatment.n,
    degreesOfFreedom: (c + d) ** 2 / (c ** 2 / (control.n - 1) + d ** 2 / (treatment.n - 1)),
    theta,
    varianceReduction: raw > 0 ? Math.max(0, 1 - (a + b) / raw) : 0,
  };
}

/** The variance of one unit, so many times, with so much of the past taken out. */
function leftOver({ variance, covariance, past }: Group, times: number, slope: number): number {
  return Math.max(0, times * times * variance - 2 * times * slope * covariance + slope * slope * past);
}

function together(a: CovariateMoments, b: CovariateMoments): CovariateMoments {
  const add = (x: Four, y: Four): Four => [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]];
  const [p, q] = [a.products, b.products];
  return {
    n: a.n + b.n,
    sums: add(a.sums, b.sums),
    products: [add(p[0], q[0]), add(p[1], q[1]), add(p[2], q[2]), add(p[3], q[3])],
  };
}
