/** Worked by hand from Fairlearn's definitions (fairlearn.metrics): the largest and the smallest group rate, subtracted or divided. */
import { random as seeded } from '../../../../test/support/simulated-device';
import { type Counts, type MeasureName, measuresOf, MOST_GROUPS, ratesOf } from './fairness';

const counts = (tp: number, fp: number, tn: number, fn: number): Counts => ({
  truePositives: tp,
  falsePositives: fp,
  trueNegatives: tn,
  falseNegatives: fn,
});

/** Selection 60/100 and 30/100, TPR 45/50 and 24/40, FPR 15/50 and 6/60, precision 45/60 and 24/30. */
const men = ratesOf('men', counts(45, 15, 35, 5));
const women = ratesOf('women', counts(24, 6, 54, 16));
const valueOf = (groups: Parameters<typeof measuresOf>[0], name: MeasureName) =>
  measuresOf(groups).find((m) => m.name === name)!;

test.each<[MeasureName, number]>([
  ['DEMOGRAPHIC_PARITY_RATIO', 0.5],
  ['DEMOGRAPHIC_PARITY_DIFFERENCE', 0.3],
  ['EQUAL_OPPORTUNITY_DIFFERENCE', 0.3],
  ['EQUALIZED_ODDS_DIFFERENCE', 0.3],
  ['EQUALIZED_ODDS_RATIO', 1 / 3],
  ['PREDICTIVE_PARITY_DIFFERENCE', 0.05],
])('%s of two groups is %d', (name, expected) => {
  expect(valueOf([men, women], name).value).toBeCloseTo(expected, 12);
});

test('of many groups the extremes count', () => {
  const others = ratesOf('others', counts(9, 1, 9, 1));
  expect(valueOf([men, others, women], 'DEMOGRAPHIC_PARITY_DIFFERENCE')).toMatchObject({
    highest: 'men',
    lowest: 'women',
  });
});

test('a distance beyond the threshold is violated only when chance does not explain it', () => {
  expect(valueOf([men, women], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({
    verdict: 'VIOLATED',
    threshold: 0.8,
  });
  const [few, fewer] = [ratesOf('few', counts(6, 1, 4, 1)), ratesOf('fewer', counts(3, 1, 6, 2))];
  expect(valueOf([few, fewer], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({ verdict: 'UNCERTAIN' });
  expect(valueOf([men, ratesOf('same', counts(45, 15, 35, 5))], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({
    value: 1,
    verdict: 'HOLDS',
  });
});

test('groups that are alike are not called violated, however many they are', () => {
  const random = seeded(7);
  const group = (name: string) => {
    const yes = Array.from({ length: 50 }, random).filter((u) => u < 0.4).length;
    return ratesOf(name, counts(yes, 0, 50 - yes, 0));
  };
  const runs = 200;
  const violated = Array.from({ length: runs }, () => {
    const groups = Array.from({ length: 10 }, (_, at) => group(String(at)));
    return valueOf(groups, 'DEMOGRAPHIC_PARITY_RATIO').verdict;
  }).filter((verdict) => verdict === 'VIOLATED').length;
  expect(violated).toBeLessThanOrEqual(0.05 * runs + 3 * Math.sqrt(0.05 * 0.95 * runs));
});

test('a small group that is far off by chance hides no violation of two large ones', () => {
  const large = [ratesOf('a', counts(900, 0, 0, 100)), ratesOf('b', counts(500, 0, 0, 500))];
  const small = ratesOf('c', counts(0, 0, 11, 1));
  expect(valueOf([...large, small], 'EQUAL_OPPORTUNITY_DIFFERENCE')).toMatchObject({
    value: 0.9,
    lowest: 'c',
    verdict: 'VIOLATED',
    violatedBetween: ['a', 'b'],
  });
});

test('among more groups than can be held against each other the largest are', () => {
  const many = Array.from({ length: MOST_GROUPS + 100 }, (_, at) =>
    ratesOf(`small ${at}`, counts(6, 0, 0, 6)),
  );
  const large = [ratesOf('a', counts(900, 0, 0, 100)), ratesOf('b', counts(100, 0, 0, 900))];
  expect(valueOf([...many, ...large], 'EQUAL_OPPORTUNITY_DIFFERENCE')).toMatchObject({
    verdict: 'VIOLATED',
    violatedBetween: ['a', 'b'],
  });
});

test('groups that are too small are shown and not judged', () => {
  const tiny = ratesOf('tiny', counts(0, 0, 9, 0));
  expect(tiny).toMatchObject({ n: 9, isJudged: false });
  expect(valueOf([men, tiny], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({
    value: null,
    verdict: 'NOT_ENOUGH_DATA',
  });
  expect(valueOf([men, women, tiny], 'DEMOGRAPHIC_PARITY_RATIO').value).toBeCloseTo(0.5, 12);
});

test('what nobody can be counted for has no value rather than zero', () => {
  const noPositives = ratesOf('none positive', counts(0, 2, 18, 0));
  expect(noPositives.truePositiveRate).toEqual({ value: null, interval: null, n: 0 });
  expect(valueOf([men, noPositives], 'EQUAL_OPPORTUNITY_DIFFERENCE').verdict).toBe('NOT_ENOUGH_DATA');
  const never = ratesOf('never selected', counts(0, 0, 15, 5));
  expect(valueOf([never, { ...never, group: 'nor these' }], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({
    value: null,
  });
  expect(valueOf([men, never], 'DEMOGRAPHIC_PARITY_RATIO')).toMatchObject({ value: 0, verdict: 'VIOLATED' });
});

test('a rate in which all are at zero hides no violation in the other: a classifier that is never wrong about a no', () => {
  const [often, seldom] = [ratesOf('often', counts(45, 0, 50, 5)), ratesOf('seldom', counts(10, 0, 50, 40))];
  expect(valueOf([often, seldom], 'EQUALIZED_ODDS_RATIO')).toMatchObject({
    value: expect.closeTo(2 / 9, 12) as number,
    verdict: 'VIOLATED',
  });
});

test('the interval of a difference is Newcombe’s: 56/70 against 48/80 (his first example)', () => {
  const a = ratesOf('a', counts(56, 0, 14, 0));
  const b = ratesOf('b', counts(48, 0, 32, 0));
  const { interval } = valueOf([a, b], 'DEMOGRAPHIC_PARITY_DIFFERENCE');
  expect(interval![0]).toBeCloseTo(0.0524, 4);
  expect(interval![1]).toBeCloseTo(0.3339, 4);
});
