import {
  casesNeeded,
  type JudgedCase,
  largestRate,
  type RunTerms,
  RunVerdict,
  summaryOf,
} from './run-verdict';

const TERMS: RunTerms = { requiredPassRate: null, margin: 0.02, level: 0.95 };

/** So many cases of each kind. */
function cases(counts: { both?: number; better?: number; worse?: number; neither?: number }): JudgedCase[] {
  const of = (n = 0, passed: boolean, baselinePassed: boolean): JudgedCase[] =>
    Array.from({ length: n }, (_, i) => ({
      key: `${passed}-${baselinePassed}-${i}`,
      mustPass: false,
      passed,
      baselinePassed,
    }));
  const { both, better, worse, neither } = counts;
  return [
    ...of(both, true, true),
    ...of(better, true, false),
    ...of(worse, false, true),
    ...of(neither, false, false),
  ];
}
const alone = (passed: number, failed: number): JudgedCase[] =>
  cases({ both: passed, neither: failed }).map(({ key, mustPass, passed: did }) => ({
    key,
    mustPass,
    passed: did,
  }));
const verdict = (judged: readonly JudgedCase[], terms: Partial<RunTerms> = {}): RunVerdict =>
  summaryOf(judged, { ...TERMS, ...terms }).verdict;

test('without a rate and without a baseline every case must pass', () => {
  expect(verdict(alone(20, 0))).toBe(RunVerdict.PASS);
  expect(verdict(alone(20, 1))).toBe(RunVerdict.FAIL);
  expect(summaryOf(alone(20, 1), TERMS).reason).toBe('20 of 21 cases passed; all must.');
});

test('a rate is held against the interval, and where that leaves it open more cases are needed', () => {
  expect(verdict(alone(98, 2), { requiredPassRate: 0.9 })).toBe(RunVerdict.PASS);
  expect(verdict(alone(80, 20), { requiredPassRate: 0.9 })).toBe(RunVerdict.FAIL);
  expect(verdict(alone(92, 8), { requiredPassRate: 0.9 })).toBe(RunVerdict.NOT_ENOUGH_DATA);
  expect(verdict(alone(9, 1), { requiredPassRate: 0.9 })).toBe(RunVerdict.NOT_ENOUGH_DATA);
});

test('how many cases would be enough is told, and is enough', () => {
  const reason = (passed: number, failed: number): string =>
    summaryOf(alone(passed, failed), { ...TERMS, requiredPassRate: 0.9 }).reason;
  expect(reason(30, 0)).toContain('Even if all pass, 35 cases are needed.');
  expect(verdict(alone(34, 0), { requiredPassRate: 0.9 })).toBe(RunVerdict.NOT_ENOUGH_DATA);
  expect(verdict(alone(35, 0), { requiredPassRate: 0.9 })).toBe(RunVerdict.PASS);
  expect(reason(95, 5)).toContain('If as many go on passing, 139 cases would tell.');
  expect(verdict(alone(133, 7), { requiredPassRate: 0.9 })).toBe(RunVerdict.PASS);
  expect(reason(88, 12)).toContain('More cases would tell.');
  expect(casesNeeded(largestRate(500))).toBeLessThanOrEqual(500);
  expect(casesNeeded(largestRate(500) + 0.001)).toBeGreaterThan(500);
});

test('where every case is required, every case is enough', () => {
  expect(verdict(alone(20, 0), { requiredPassRate: 1 })).toBe(RunVerdict.PASS);
  expect(verdict(alone(499, 1), { requiredPassRate: 1 })).toBe(RunVerdict.FAIL);
});

test('an equal version passes against its baseline, a worse one fails, and few cases say so', () => {
  expect(verdict(cases({ both: 480, better: 3, worse: 3, neither: 14 }))).toBe(RunVerdict.PASS);
  expect(verdict(cases({ both: 440, better: 2, worse: 45, neither: 13 }))).toBe(RunVerdict.FAIL);
  expect(verdict(cases({ both: 45, better: 2, worse: 2, neither: 1 }))).toBe(RunVerdict.NOT_ENOUGH_DATA);
});

test('a version that fails what the baseline fails, too, is no worse', () => {
  expect(verdict(cases({ both: 300, neither: 200 }))).toBe(RunVerdict.PASS);
});

test('a case that must pass fails the suite whatever the figures say, and is named', () => {
  const judged = cases({ both: 480, better: 3, worse: 3, neither: 14 });
  judged.push({ key: 'no-refund-without-receipt', mustPass: true, passed: false, baselinePassed: false });
  const { verdict: found, reason } = summaryOf(judged, TERMS);
  expect(found).toBe(RunVerdict.FAIL);
  expect(reason).toBe('1 of the cases that must pass did not: no-refund-without-receipt.');
});

test('it says how many got worse, and how unlikely that is', () => {
  const { baseline } = summaryOf(cases({ both: 100, better: 10, worse: 25, neither: 5 }), TERMS);
  expect(baseline).toMatchObject({ worse: 25, better: 10, passed: 125 });
  expect(baseline!.p).toBeCloseTo(0.016673847800120715, 12);
  expect(baseline!.difference).toBeCloseTo(-15 / 140, 12);
});

test('both conditions must hold', () => {
  const equal = cases({ both: 300, neither: 200 });
  expect(verdict(equal, { requiredPassRate: 0.9 })).toBe(RunVerdict.FAIL);
  expect(verdict(equal, { requiredPassRate: 0.5 })).toBe(RunVerdict.PASS);
});
