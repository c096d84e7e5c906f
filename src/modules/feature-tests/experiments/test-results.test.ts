import type { RatioMoments } from '../../../kernel/statistics';
import { FEEDBACK_SCORE, LATENCY_MS, MetricKind, metricOf } from './metric-plan';
import { metricResults, StatisticalMethod, Verdict, verdictOf, type VariantMoments } from './test-results';

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
const results = (control: VariantMoments, treatment: VariantMoments, earlier = new Map()) =>
  metricResults(feedback, plan, [control, treatment], earlier);

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
  const [control, treatment] = metricResults(clicked, plan, [group('a', 100), group('b', 200)], new Map());
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
