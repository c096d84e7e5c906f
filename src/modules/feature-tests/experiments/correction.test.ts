import {
  confidenceSequence,
  type Interval,
  logEValue,
  runningIntersection,
} from '../../../kernel/statistics';
import { gaussian } from '../../../../test/support/seeded-normal';
import { random as seeded } from '../../../../test/support/simulated-device';
import { MultiplicityMethod } from './analysis-plan';
import { finalAlphas, runningAlphas } from './correction';

const { HOLM, BENJAMINI_HOCHBERG } = MultiplicityMethod;
const ALPHA = 0.05;
const round = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)));

test('at the planned size each is looked at with the α at which its method stopped', () => {
  // Holm: 0.01 ≤ α/4 and 0.015 ≤ α/3, but 0.03 > α/2
  expect(round(finalAlphas(HOLM, ALPHA, [0.03, 0.01, 0.9, 0.015]))).toEqual(
    round([ALPHA / 2, ALPHA / 3, ALPHA / 2, ALPHA / 3]),
  );
  // Benjamini–Hochberg: three of four lie below their 3 α / 4
  expect(round(finalAlphas(BENJAMINI_HOCHBERG, ALPHA, [0.03, 0.01, 0.9, 0.015]))).toEqual(
    round([0.0375, 0.0375, 0.0375, 0.0375]),
  );
  expect(round(finalAlphas(HOLM, ALPHA, [0.001, 0.001]))).toEqual(round([ALPHA, ALPHA]));
  for (const method of [HOLM, BENJAMINI_HOCHBERG]) {
    expect(round(finalAlphas(method, ALPHA, [1, 1]))).toEqual(round([ALPHA / 2, ALPHA / 2]));
    expect(finalAlphas(method, ALPHA, [])).toEqual([]);
  }
});

test('what was found at an earlier look counts as found, although it would not be now', () => {
  const fresh = { logE: 0, settled: false };
  for (const method of [HOLM, BENJAMINI_HOCHBERG]) {
    const [, alone] = runningAlphas(method, ALPHA, [fresh, fresh]);
    const [, beside] = runningAlphas(method, ALPHA, [{ logE: 0, settled: true }, fresh]);
    expect(alone).toBeCloseTo(ALPHA / 2, 12);
    expect(beside).toBeCloseTo(method === HOLM ? ALPHA : ALPHA / 2, 12);
  }
});

/** Tests with one true effect among five comparisons, looked at thirty times. Tells what was found in the end. */
function found(method: MultiplicityMethod | undefined, runs: number) {
  const random = seeded(77);
  const [looks, perLook, tunedAt] = [30, 50, 1500];
  const effects = [0, 0, 0, 0, 0.15];
  let wrongRuns = 0;
  let falseShare = 0;
  let hits = 0;
  for (let run = 0; run < runs; run++) {
    const sums = effects.map(() => 0);
    let intervals: (Interval | undefined)[] = effects.map(() => undefined);
    const leavesOut = (interval?: Interval): boolean =>
      interval !== undefined && (interval[0] > 0 || interval[1] < 0);
    for (let look = 1; look <= looks; look++) {
      const n = look * perLook;
      const moments = effects.map((effect, index) => {
        sums[index]! += perLook * effect + Math.sqrt(perLook) * gaussian(random);
        return { effect: sums[index]! / n, standardError: 1 / Math.sqrt(n), n, degreesOfFreedom: n };
      });
      const signs = moments.map((of, index) => ({
        logE: logEValue(of, 1 - ALPHA, tunedAt),
        settled: leavesOut(intervals[index]),
      }));
      const alphas = method ? runningAlphas(method, ALPHA, signs) : effects.map(() => ALPHA);
      intervals = moments.map((of, index) =>
        runningIntersection(intervals[index], confidenceSequence(of, 1 - alphas[index]!, tunedAt, 1 - ALPHA)),
      );
    }
    const rejected = effects.filter((_, index) => leavesOut(intervals[index]));
    const wrong = rejected.filter((effect) => effect === 0).length;
    if (wrong > 0) wrongRuns++;
    falseShare += rejected.length === 0 ? 0 : wrong / rejected.length;
    if (rejected.length > wrong) hits++;
  }
  return { wrongRuns: wrongRuns / runs, falseShare: falseShare / runs, hits: hits / runs };
}

test('thirty looks at five comparisons: Holm is wrong at all in at most 5 %, e-BH in at most 5 % of what it finds', () => {
  const runs = 800;
  const allowed = ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / runs);
  const [holm, shared, alone] = [HOLM, BENJAMINI_HOCHBERG, undefined].map((method) => found(method, runs));
  expect(holm!.wrongRuns).toBeLessThanOrEqual(allowed);
  expect(shared!.falseShare).toBeLessThanOrEqual(allowed);
  expect(holm!.hits).toBeGreaterThan(0.9);
  // What is corrected: alone at their level, four without an effect are wrong more often than one may be.
  expect(alone!.wrongRuns).toBeGreaterThan(2 * holm!.wrongRuns);
});
