import { welch } from '../../../kernel/statistics';
import { compare, estimateOf, peopleWith, type VariantMoments } from './comparison';
import { MetricDirection, metricKey, MetricKind, metricOf, namesOf } from './metric-plan';

const moments = (
  n: number,
  y: [number, number],
  d: [number, number],
  products: number,
): VariantMoments['moments'] => ({
  n,
  numerator: { sum: y[0], sumSquares: y[1] },
  denominator: { sum: d[0], sumSquares: d[1] },
  sumProducts: products,
});
const group = (variant: string, exposed: number, of: VariantMoments['moments']): VariantMoments => ({
  variant,
  exposed,
  moments: of,
});

/** PostHog, products/experiments/stats/tests/test_frequentist.py: an experiment whose denominators are 0 or 1. */
test('a ratio has the lift and the interval that PostHog’s reference has', () => {
  const metric = metricOf({ name: 'revenue', kind: MetricKind.RATIO, denominator: 'orders' });
  const control = group(
    'a',
    1966,
    moments(1966, [94605.79858780127, 10463129.505392816], [936, 936], 94605.79858780127),
  );
  const treatment = group(
    'b',
    2034,
    moments(2034, [99673.9364269569, 11298745.182728939], [947, 947], 99673.9364269569),
  );
  const { raw, estimate } = compare(metric, control, treatment);
  expect(estimate.value).toBeCloseTo(99673.9364269569 / 947, 9);
  expect(raw!.effect).toBeCloseTo(0.04133322165029552, 9);
  expect(raw!.standardError).toBeCloseTo(0.014050631576458663, 9);
  const { interval } = welch(raw!, 0.95);
  expect(interval[0]).toBeCloseTo(0.013786092524817883, 9);
  expect(interval[1]).toBeCloseTo(0.06888035077577316, 9);
});

/** GrowthBook, packages/stats/tests/frequentist/test_tests.py: a mean over people, which a count is. */
test('a count is a mean over everybody who was exposed, as GrowthBook’s reference has it', () => {
  const metric = metricOf({ name: 'checkout', kind: MetricKind.COUNT });
  // Of many nothing was seen: they count as none.
  const control = group('a', 3407, moments(900, [0, 0], [1396.87, 52377.9767], 0));
  const treatment = group('b', 3461, moments(1000, [0, 0], [2422.7, 134698.29], 0));
  const { raw, estimate } = compare(metric, control, treatment);
  expect(estimate).toMatchObject({ n: 3461, value: 2422.7 / 3461 });
  expect(raw!.effect).toBeCloseTo(0.7073170731707317, 9);
  expect(raw!.standardError).toBeCloseTo(0.3787943616681428, 9);
});

test('a variant in which nobody buys any more is told, and a fall is no surer than the difference itself', () => {
  const metric = metricOf({ name: 'checkout', kind: MetricKind.CONVERSION });
  const { raw } = compare(metric, bought('a', 100, 5000), bought('b', 0, 5000));
  expect(raw!.effect).toBe(-1);
  expect(welch(raw!, 0.95).interval[1]).toBeLessThan(-0.75);
  // Five against one of a thousand: Fisher's exact test says 0.22.
  const few = compare(metric, bought('a', 5, 1000), bought('b', 1, 1000)).raw!;
  expect(welch(few, 0.95).p).toBeGreaterThan(0.1);
});

test('people with neither change nothing of a ratio, and without a denominator there is none', () => {
  const metric = metricOf({ name: 'revenue', kind: MetricKind.RATIO, denominator: 'orders' });
  const [y, d, products]: [[number, number], [number, number], number] = [[300, 2000], [60, 150], 500];
  const few = estimateOf(metric, group('a', 500, moments(50, y, d, products)));
  const many = estimateOf(metric, group('a', 500, moments(500, y, d, products)));
  expect(many.value).toBe(few.value);
  // But for n − 1 in the place of n the standard error is the same.
  expect((many.variance * 499) / 500 / 500).toBeCloseTo((few.variance * 49) / 50 / 50, 12);
  const none = group('b', 500, moments(50, y, [0, 0], 0));
  expect(compare(metric, group('a', 500, moments(50, y, d, products)), none).raw).toBeUndefined();
});

test('which way a count or a ratio is better is the plan’s to say; a ratio goes by what it is made of', () => {
  const lower = MetricDirection.LOWER_IS_BETTER;
  expect(metricOf({ name: 'latency_ms', kind: MetricKind.COUNT }).direction).toBe('HIGHER_IS_BETTER');
  expect(metricOf({ name: 'errors', kind: MetricKind.COUNT, direction: lower }).direction).toBe(lower);
  const cost = { name: 'cost_minor', kind: MetricKind.RATIO, denominator: 'checkout' };
  expect(metricOf(cost).direction).toBe(lower);
  expect(metricOf({ ...cost, direction: MetricDirection.HIGHER_IS_BETTER }).direction).toBe(
    'HIGHER_IS_BETTER',
  );
  expect(metricKey(cost)).toBe('cost_minor/checkout');
  expect(namesOf(metricOf(cost))).toEqual(['cost_minor', 'checkout']);
});

const bought = (variant: string, many: number, of: number) =>
  group(variant, of, moments(many, [many, many], [many, many], many));

test('of fewer than thirty people, and against a control in which nothing happened, there is no effect to tell', () => {
  const metric = metricOf({ name: 'checkout', kind: MetricKind.CONVERSION });
  const effectOf = (control: VariantMoments, treatment: VariantMoments) =>
    compare(metric, control, treatment).raw?.effect;
  expect(effectOf(bought('a', 10, 30), bought('b', 15, 30))).toBeCloseTo(0.5, 12);
  expect(effectOf(bought('a', 10, 29), bought('b', 15, 3000))).toBeUndefined();
  expect(effectOf(bought('a', 10, 3000), bought('b', 15, 29))).toBeUndefined();
  expect(effectOf(bought('a', 0, 3000), bought('b', 15, 3000))).toBeUndefined();
  expect(peopleWith(metric, [bought('a', 10, 30), bought('b', 15, 41)])).toBe(71);
});

test('a quantile is the one that was estimated from the values, and of none nothing is known', () => {
  const metric = metricOf({ name: 'latency_ms', kind: MetricKind.QUANTILE, quantile: 0.9 });
  const [n, y]: [number, [number, number]] = [50, [0, 0]];
  const quantile = { n: 48, value: 120, variance: 90 };
  expect(estimateOf(metric, { ...group('a', 60, moments(n, y, [50, 50], 0)), quantile })).toBe(quantile);
  const unknown = group('a', 60, moments(n, y, [50, 50], 0));
  expect(estimateOf(metric, unknown)).toEqual({ n: 50, value: 0, variance: NaN });
  expect(compare(metric, unknown, unknown).raw).toBeUndefined();
});

test('what was known before is told beside, and not at all where it explains nothing or is known of one group', () => {
  const metric = metricOf({ name: 'checkout', kind: MetricKind.COUNT });
  /** Of a hundred people each other one came twice, before as now. */
  const known = (variant: string, now: number, before: number): VariantMoments => ({
    ...group(variant, 100, moments(100, [0, 0], [now, 2 * now], 0)),
    past: {
      n: 100,
      sums: [now, 100, before, 100],
      products: [
        [2 * now, now, before && 1.9 * now, now],
        [now, 100, before, 100],
        [before && 1.9 * now, before, 2 * before, before],
        [now, 100, before, 100],
      ],
    },
  });
  const { raw, cuped } = compare(metric, known('a', 100, 100), known('b', 110, 100));
  expect(cuped!.n).toBe(raw!.n);
  expect(cuped!.standardError).toBeLessThan(raw!.standardError);
  expect(compare(metric, known('a', 100, 0), known('b', 110, 0)).cuped).toBeUndefined();
  const stranger = group('b', 100, moments(100, [0, 0], [110, 220], 0));
  expect(compare(metric, known('a', 100, 100), stranger).cuped).toBeUndefined();
});
