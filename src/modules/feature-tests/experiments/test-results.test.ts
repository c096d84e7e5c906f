import { random as seeded } from '../../../../test/support/simulated-device';
import type { RatioMoments } from '../../../kernel/statistics';
import { FEEDBACK_SCORE, LATENCY_MS, MetricKind, metricOf } from './metric-plan';
import { CupedUse, MultiplicityMethod, MultiplicityScope } from './analysis-plan';
import type { VariantMoments } from './comparison';
import {
  EstimateBasis,
  firstAtSize,
  type MeasuredMetric,
  StatisticalMethod,
  testResults,
  Verdict,
  verdictOf,
} from './test-results';

const plan = { level: 0.95, minimumEffect: 0.05, plannedSize: 2000 };
const feedback = metricOf({ name: FEEDBACK_SCORE });

/** One rating a person: `up` of `n` thumbs up. */
const thumbs = (variant: string, n: number, up: number): VariantMoments => ({
  variant,
  exposed: n,
  moments: {
    n,
    numerator: { sum: up, sumSquares: up },
    denominator: { sum: n, sumSquares: n },
    sumProducts: up,
  },
});
const none: RatioMoments = {
  n: 0,
  numerator: { sum: 0, sumSquares: 0 },
  denominator: { sum: 0, sumSquares: 0 },
  sumProducts: 0,
};
const measured = (
  variants: readonly VariantMoments[],
  earlier = new Map(),
  metric = feedback,
  isPrimary = true,
): MeasuredMetric => ({ metric, isPrimary, variants, earlier });
const results = (control: VariantMoments, treatment: VariantMoments, earlier = new Map()) =>
  testResults(plan, [measured([control, treatment], earlier)]);

test('the control is the reference and has no verdict of its own', () => {
  const [control] = results(thumbs('a', 500, 250), thumbs('b', 500, 250));
  expect(control).toMatchObject({
    variant: 'a',
    n: 500,
    value: 0.5,
    lift: null,
    interval: null,
    verdict: Verdict.REFERENCE,
  });
});

test('a large difference is found while the test runs, and only the anytime-valid interval is shown', () => {
  const [, treatment, more] = results(thumbs('a', 500, 200), thumbs('b', 500, 300));
  expect(treatment).toMatchObject({ method: StatisticalMethod.CONFIDENCE_SEQUENCE, verdict: Verdict.BETTER });
  expect(treatment!.lift).toBeCloseTo(0.5, 9);
  expect(treatment!.interval![0]).toBeGreaterThan(0);
  expect(more).toBeUndefined();
});

test('at the planned size the t interval joins, narrower than the one that may always be looked at', () => {
  const rows = results(thumbs('a', 1000, 480), thumbs('b', 1000, 520));
  expect(rows.map((result) => result.method)).toEqual([
    StatisticalMethod.CONFIDENCE_SEQUENCE,
    StatisticalMethod.CONFIDENCE_SEQUENCE,
    StatisticalMethod.WELCH_T,
  ]);
  const width = (interval: readonly [number, number]) => interval[1] - interval[0];
  expect(width(rows[2]!.interval!)).toBeLessThan(width(rows[1]!.interval!));
});

test('looked at again and again past the planned size, the t interval stays the one of its first look, and its promise holds', () => {
  const random = seeded(2026);
  const [runs, looks] = [300, 20];
  const counted = (many: number): number =>
    Array.from({ length: many }, random).filter((u) => u < 0.5).length;
  let [alarms, withoutMemory] = [0, 0];
  for (let run = 0; run < runs; run++) {
    let [a, b] = [counted(1000), counted(1000)];
    const atSize = new Map();
    const found = [false, false];
    for (let look = 0; look < looks; look++) {
      const n = 1000 + 200 * look;
      const variants = [thumbs('a', n, a), thumbs('b', n, b)];
      const kept = { ...measured(variants), atSize };
      const verdictsOf = [kept, measured(variants)].map((one) =>
        testResults(plan, [one]).find(({ method }) => method === StatisticalMethod.WELCH_T)!,
      );
      verdictsOf.forEach(({ interval }, at) => (found[at] ||= interval![0] > 0 || interval![1] < 0));
      for (const { comparison } of firstAtSize(plan, [kept])) atSize.set(comparison.variant, comparison);
      [a, b] = [a + counted(200), b + counted(200)];
    }
    if (found[0]) alarms++;
    if (found[1]) withoutMemory++;
  }
  const allowed = 0.05 * runs + 3 * Math.sqrt(0.05 * 0.95 * runs);
  expect(alarms).toBeLessThanOrEqual(allowed);
  expect(withoutMemory).toBeGreaterThan(allowed);
});

test('the planned size is of all variants together, however many there are', () => {
  const three = (n: number) => [thumbs('a', n, n / 2), thumbs('b', n, n / 2 + 20), thumbs('c', n, n / 2)];
  const methods = (n: number) =>
    testResults({ ...plan, plannedSize: 1800 }, [measured(three(n))]).map(({ method }) => method);
  expect(methods(598)).not.toContain(StatisticalMethod.WELCH_T);
  expect(methods(600).filter((method) => method === StatisticalMethod.WELCH_T)).toHaveLength(2);
});

test('too little data is a verdict, not a number', () => {
  expect(results(thumbs('a', 20, 10), thumbs('b', 500, 300))[1]!.verdict).toBe(Verdict.NOT_ENOUGH_DATA);
  const empty = { variant: 'b', exposed: 0, moments: none };
  expect(results(thumbs('a', 500, 250), empty)[1]).toMatchObject({
    n: 0,
    value: 0,
    lift: null,
    verdict: Verdict.NOT_ENOUGH_DATA,
  });
  expect(results(thumbs('a', 500, 0), thumbs('b', 500, 10))[1]!.verdict).toBe(Verdict.NOT_ENOUGH_DATA);
});

test('earlier looks stay true: the interval never grows again', () => {
  const [, treatment] = results(thumbs('a', 500, 200), thumbs('b', 500, 240), new Map([['b', [0.05, 0.4]]]));
  expect(treatment!.interval![0]).toBe(0.05);
  expect(treatment!.verdict).toBe(Verdict.BETTER);
});

test('a conversion counts everybody who was exposed, not only those who did something', () => {
  const clicked = metricOf({ name: 'clicked', kind: MetricKind.CONVERSION });
  const group = (variant: string, converted: number) => ({
    variant,
    exposed: 1000,
    moments: { ...none, n: converted },
  });
  const [control, treatment] = testResults(plan, [
    measured([group('a', 100), group('b', 200)], new Map(), clicked),
  ]);
  expect(control).toMatchObject({ n: 1000, value: 0.1 });
  expect(treatment).toMatchObject({ n: 1000, value: 0.2, verdict: Verdict.BETTER });
});

test('which direction is better follows from the metric', () => {
  const latency = metricOf({ name: LATENCY_MS }).direction;
  expect(verdictOf([0.1, 0.2], latency, 0.05)).toBe(Verdict.WORSE);
  expect(verdictOf([-0.2, -0.1], latency, 0.05)).toBe(Verdict.BETTER);
  expect(verdictOf([-0.01, 0.02], latency, 0.05)).toBe(Verdict.EQUIVALENT);
  expect(verdictOf([-0.01, 0.2], latency, 0.05)).toBe(Verdict.UNDECIDED);
});

const latency = metricOf({ name: LATENCY_MS });

test('comparisons share the level as the plan says: all of them, or those of the primary metric', () => {
  const variants = [thumbs('a', 900, 450), thumbs('b', 900, 520), thumbs('c', 900, 450)];
  const both = [measured(variants), measured(variants, new Map(), latency, false)];
  const verdicts = (multiplicity?: { method: MultiplicityMethod; scope: MultiplicityScope }) => {
    const rows = testResults({ ...plan, plannedSize: 1800, multiplicity }, both);
    return rows.filter(({ variant }) => variant === 'b').map(({ method, level }) => [method, level]);
  };
  const { CONFIDENCE_SEQUENCE, WELCH_T } = StatisticalMethod;
  expect(verdicts()).toEqual([
    [CONFIDENCE_SEQUENCE, 0.95],
    [WELCH_T, 0.95],
    [CONFIDENCE_SEQUENCE, 0.95],
    [WELCH_T, 0.95],
  ]);
  const holm = verdicts({ method: MultiplicityMethod.HOLM, scope: MultiplicityScope.ALL });
  // Welch rejects both of b at no more than α/3; the sequence rejects neither yet, of four.
  expect(holm.map(([, level]) => Number(level).toFixed(4))).toEqual(['0.9875', '0.9833', '0.9875', '0.9833']);
  const primary = verdicts({
    method: MultiplicityMethod.BENJAMINI_HOCHBERG,
    scope: MultiplicityScope.PRIMARY,
  });
  expect(primary.map(([, level]) => Number(level).toFixed(4))).toEqual([
    '0.9750',
    '0.9750',
    '0.9500',
    '0.9500',
  ]);
});

test('what was found stays found, and lets the others in: a narrowed level never grows again', () => {
  const multiplicity = { method: MultiplicityMethod.BENJAMINI_HOCHBERG, scope: MultiplicityScope.ALL };
  const variants = [thumbs('a', 500, 250), thumbs('b', 500, 250), thumbs('c', 500, 250)];
  const rows = testResults({ ...plan, multiplicity }, [measured(variants, new Map([['b', [0.01, 0.4]]]))]);
  const [, b, c] = rows;
  expect(b).toMatchObject({ verdict: Verdict.BETTER });
  expect(b!.interval![0]).toBe(0.01);
  expect(c!.level).toBeCloseTo(0.975, 12);
});

/** Nearly everybody who is content now was so before. */
const known = (variant: string, n: number, up: number): VariantMoments => {
  const both = up * 0.96;
  const all = [up, n, up, n] as const;
  return {
    ...thumbs(variant, n, up),
    past: { n, sums: all, products: [[up, up, both, up], all, [both, up, up, up], all] },
  };
};

test('CUPED stands beside the plain estimate or in its place, as the plan says, and nowhere without a past', () => {
  const variants = [known('a', 500, 250), known('b', 500, 280)];
  const row = (use: CupedUse, of = variants) =>
    testResults({ ...plan, cuped: { use, days: 28 } }, [measured(of)])[1]!;
  const beside = row(CupedUse.BESIDE);
  expect(beside).toMatchObject({ basis: EstimateBasis.RAW, otherEstimate: { basis: EstimateBasis.CUPED } });
  expect(beside.lift).toBeCloseTo(0.12, 9);
  // Nearly all of the difference was there before.
  expect(beside.otherEstimate!.lift).toBeLessThan(0.02);
  expect(beside.varianceReduction).toBeGreaterThan(0.8);
  expect(row(CupedUse.INSTEAD)).toMatchObject({
    ...beside.otherEstimate,
    otherEstimate: { basis: EstimateBasis.RAW, lift: beside.lift, interval: beside.interval },
  });
  const nothing = [thumbs('a', 500, 250), thumbs('b', 500, 280)];
  expect(row(CupedUse.INSTEAD, nothing)).toMatchObject({
    basis: EstimateBasis.RAW,
    otherEstimate: null,
    varianceReduction: null,
  });
});

test('the words of Bayes follow the direction of the metric and never change a verdict', () => {
  const variants = [thumbs('a', 200, 80), thumbs('b', 200, 100)];
  const [up] = testResults(plan, [measured(variants)]).slice(1);
  const [down] = testResults(plan, [measured(variants, new Map(), latency)]).slice(1);
  expect(up!.verdict).toBe(Verdict.UNDECIDED);
  expect(up!.bayesian!.chanceToWin).toBeGreaterThan(0.95);
  expect(down!.bayesian!.chanceToWin).toBeCloseTo(1 - up!.bayesian!.chanceToWin, 12);
  expect(down!.bayesian!.expectedLoss).toBeGreaterThan(up!.bayesian!.expectedLoss);
  const sceptical = { ...plan, prior: { mean: 0, standardDeviation: 0.01 } };
  const [doubted] = testResults(sceptical, [measured(variants)]).slice(1);
  expect(doubted!.bayesian!.chanceToWin).toBeLessThan(0.7);
  expect(doubted!.interval).toEqual(up!.interval);
});
