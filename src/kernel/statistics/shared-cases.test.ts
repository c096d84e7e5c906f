/** The larger collection of reference cases lies beside the project; where it is absent, these tests say so and pass. */
import { absoluteEffect } from '../../../test/support/absolute-effect';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bayesianEffect } from './bayes';
import { confidenceSequence, lowerConfidenceSequence } from './confidence-sequence';
import { absoluteCupedEffect, type CovariateMoments } from './cuped';
import { relativeEffect } from './effect';
import { estimateMean, estimateRatio, type Estimate } from './estimate';
import { benjaminiHochberg } from './multiplicity';
import { mcnemarExact } from './paired-proportion';
import { detectableEffect, requiredFactor } from './power';
import { chiSquareSampleRatio, sampleRatioLogBayes, sequentialP } from './sample-ratio';
import { welch } from './welch';

type Group =
  | { type: 'mean'; n: number; sum: number; sum_squares: number }
  | { type: 'proportion'; n: number; sum: number }
  | { type: 'ratio'; n: number; m: [number, number]; d: [number, number]; md: number };

interface EffectCase {
  input: { control: Group; treatment: Group; difference: string; alpha: number; nStar: number };
  expect: { effect: number; se: number; ci: [number, number]; p: number };
}

interface Case {
  id: string;
  kind: string;
  tol: number;
  input: unknown;
  expect: unknown;
}

const FILE = path.resolve(__dirname, '../../../../shared/data/statistics-cases.json');
const cases = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Case[]) : [];
const ofKind = (...kinds: string[]) => cases.filter((entry) => kinds.includes(entry.kind));

interface EarlierGroup {
  n: number;
  post: { sum: number; sum_squares: number };
  pre: { sum: number; sum_squares: number };
  xy: number;
}

function estimate(group: Group): Estimate {
  if (group.type === 'proportion') {
    // GrowthBook takes the variance over n here, and over n − 1 elsewhere.
    const value = group.sum / group.n;
    return { n: group.n, value, variance: value * (1 - value) };
  }
  if (group.type === 'mean')
    return estimateMean({ n: group.n, sum: group.sum, sumSquares: group.sum_squares });
  return estimateRatio({
    n: group.n,
    numerator: { sum: group.m[0], sumSquares: group.m[1] },
    denominator: { sum: group.d[0], sumSquares: group.d[1] },
    sumProducts: group.md,
  });
}

function effectOf({ control, treatment, difference }: EffectCase['input']) {
  const effect = difference === 'relative' ? relativeEffect : absoluteEffect;
  return effect(estimate(control), estimate(treatment));
}

/** A mean is the ratio whose denominators are 1. */
function withPast({ n, post, pre, xy }: EarlierGroup): CovariateMoments {
  return {
    n,
    sums: [post.sum, n, pre.sum, n],
    products: [
      [post.sum_squares, post.sum, xy, post.sum],
      [post.sum, n, pre.sum, n],
      [xy, pre.sum, pre.sum_squares, pre.sum],
      [post.sum, n, pre.sum, n],
    ],
  };
}

function near(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
}

if (cases.length === 0) {
  test.skip('the shared reference cases are not beside this checkout', () => undefined);
  process.stdout.write(`Skipped: no reference cases at ${path.relative(process.cwd(), FILE)}.\n`);
} else {
  test.each(ofKind('TwoSidedTTest', 'TwoSidedTTestRatio'))('$id: $kind', (entry) => {
    const { input, expect: expected } = entry as unknown as EffectCase;
    const moments = effectOf(input);
    near(moments.effect, expected.effect, entry.tol);
    near(moments.standardError, expected.se, entry.tol);
    const { interval, p } = welch(moments, 1 - input.alpha);
    interval.forEach((bound, index) => near(bound, expected.ci[index]!, entry.tol));
    near(p, expected.p, entry.tol);
  });

  test.each(ofKind('SequentialTwoSidedTTest'))('$id: $kind', (entry) => {
    const { input, expect: expected } = entry as unknown as EffectCase;
    const interval = confidenceSequence(effectOf(input), 1 - input.alpha, input.nStar);
    interval.forEach((bound, index) => near(bound, expected.ci[index]!, entry.tol));
  });

  test.each(ofKind('OneSidedTreatmentGreaterTTest'))('$id: $kind', (entry) => {
    const { input, expect: expected } = entry as unknown as EffectCase;
    const { interval, p } = welch(effectOf(input), 1 - 2 * input.alpha);
    near(interval[0], expected.ci[0], entry.tol);
    near(p / 2, expected.p, entry.tol);
  });

  test.each(ofKind('SequentialOneSidedTreatmentGreaterTTest'))('$id: $kind', (entry) => {
    const { input, expect: expected } = entry as unknown as EffectCase;
    const lower = lowerConfidenceSequence(effectOf(input), 1 - input.alpha, input.nStar);
    near(lower, expected.ci[0], entry.tol);
  });

  test.each(ofKind('CUPED'))('$id: $kind', (entry) => {
    const { control, treatment, alpha } = entry.input as {
      control: EarlierGroup;
      treatment: EarlierGroup;
      alpha: number;
    };
    const expected = entry.expect as EffectCase['expect'] & { theta: number };
    const effect = absoluteCupedEffect(withPast(control), withPast(treatment));
    near(effect.theta, expected.theta, entry.tol);
    near(effect.effect, expected.effect, entry.tol);
    near(effect.standardError, expected.se, entry.tol);
    const { interval, p } = welch(effect, 1 - alpha);
    interval.forEach((bound, index) => near(bound, expected.ci[index]!, entry.tol));
    near(p, expected.p, entry.tol);
  });

  test.each(ofKind('BayesEffect'))('$id: $kind', (entry) => {
    const expected = entry.expect as {
      effect: number;
      sd: number;
      ci: number[];
      chanceToWin: number;
      risk: [number, number];
    };
    const told = bayesianEffect(effectOf(entry.input as EffectCase['input']), 0.95)!;
    near(told.mean, expected.effect, entry.tol);
    near(told.standardDeviation, expected.sd, entry.tol);
    told.interval.forEach((bound, index) => near(bound, expected.ci[index]!, entry.tol));
    near(told.chanceAbove, expected.chanceToWin, entry.tol);
    near(told.lossOfControl, expected.risk[0], entry.tol);
    near(told.lossOfTreatment, expected.risk[1], entry.tol);
  });

  test.each(ofKind('BayesRisk'))('$id: $kind', (entry) => {
    const { mu, sigma } = entry.input as { mu: number; sigma: number };
    const { risk } = entry.expect as { risk: [number, number] };
    const moments = { effect: mu, standardError: sigma, n: 100, degreesOfFreedom: 98 };
    const told = bayesianEffect(moments, 0.95)!;
    near(told.lossOfControl, risk[0], entry.tol);
    near(told.lossOfTreatment, risk[1], entry.tol);
  });

  test.each(ofKind('bh'))('$id: $kind', (entry) => {
    // Written there with four digits.
    benjaminiHochberg(entry.input as number[]).forEach((p, index) =>
      near(p, (entry.expect as number[])[index]!, 5e-5),
    );
  });

  test.each(ofKind('midExperimentPower'))('$id: $kind', (entry) => {
    const { control, treatment, targetMde, targetPower } = entry.input as {
      control: Group;
      treatment: Group;
      targetMde: number;
      targetPower: number;
    };
    const effect = relativeEffect(estimate(control), estimate(treatment));
    const factor = requiredFactor(effect, targetMde, { level: 0.95, power: targetPower });
    // There it is how many times the present size is still missing, found by bisection.
    near(factor - 1, (entry.expect as { scalingFactor: number }).scalingFactor, entry.tol);
  });

  test.each(ofKind('poweredEffect'))('$id: $kind', (entry) => {
    const { control, treatment, power, mde } = entry.input as {
      control: Group;
      treatment: Group;
      power: number;
      mde: number;
    };
    const expected = entry.expect as { poweredEffect: number; requiredSampleSize: number };
    const base = estimate(control);
    const goal = { level: 0.95, power };
    // There both groups vary as the control does.
    const now = absoluteEffect(base, { ...base, n: treatment.n });
    near(detectableEffect(now, goal), expected.poweredEffect, entry.tol);
    const all = control.n + treatment.n;
    const perUnit = absoluteEffect({ ...base, n: control.n / all }, { ...base, n: treatment.n / all });
    const needed = requiredFactor(perUnit, mde * base.value, goal);
    // Each group is rounded up by itself.
    const people = [control.n, treatment.n].reduce((sum, n) => sum + Math.ceil((needed * n) / all), 0);
    expect(people).toBe(expected.requiredSampleSize);
  });

  test.each(ofKind('mcnemarExact'))('$id: $kind', (entry) => {
    const { b, c } = entry.input as { b: number; c: number };
    near(mcnemarExact({ onlyFirst: b, onlySecond: c }), (entry.expect as { p: number }).p, entry.tol);
  });

  test.each(ofKind('srmChi2'))('$id: $kind', (entry) => {
    const { users, weights } = entry.input as { users: number[]; weights: number[] };
    near(chiSquareSampleRatio(users, weights), (entry.expect as { p: number }).p, entry.tol);
  });

  test.each(ofKind('ssrm', 'ssrmP'))('$id: $kind', (entry) => {
    const input = entry.input as {
      data: number[][];
      null: number[];
      prior?: number[];
      concentration?: number;
    };
    const expected = entry.expect as { logM0?: number[]; logM1?: number[]; p?: number; bf?: number };
    let counts = input.null.map(() => 0);
    const looks = input.data.map((batch) => {
      counts = counts.map((count, group) => count + batch[group]!);
      return sampleRatioLogBayes(counts, input.null, input.prior ?? input.concentration);
    });
    const { logM0, logM1, p, bf } = expected;
    logM1?.forEach((value, look) => near(looks[look]!, value - logM0![look]!, entry.tol));
    if (p !== undefined) near(sequentialP(Math.max(...looks)), p, entry.tol);
    if (bf !== undefined) near(Math.exp(looks[looks.length - 1]!), bf, entry.tol);
  });
}
