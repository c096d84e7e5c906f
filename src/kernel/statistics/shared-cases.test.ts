/** The larger collection of reference cases lies beside the project; where it is absent, these tests say so and pass. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { confidenceSequence } from './confidence-sequence';
import { absoluteEffect, relativeEffect } from './effect';
import { estimateMean, estimateRatio, type Estimate } from './estimate';
import { mcnemarExact } from './paired-proportion';
import { chiSquareSampleRatio, sampleRatioLogBayes, sequentialP } from './sample-ratio';
import { welch } from './welch';

type Group =
  | { type: 'mean' | 'proportion'; n: number; sum: number; sum_squares: number }
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

function estimate(group: Group): Estimate {
  if (group.type !== 'ratio')
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
