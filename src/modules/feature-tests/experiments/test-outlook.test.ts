import { type AnalysisPlan, MultiplicityMethod, MultiplicityScope } from './analysis-plan';
import type { VariantMoments } from './comparison';
import { FEEDBACK_SCORE, metricOf } from './metric-plan';
import { comparisonsOf, outlookOf } from './test-outlook';
import { testSize } from './test-size';

/** Half of these people say yes. */
const half = (variant: string, n: number): VariantMoments => ({
  variant,
  exposed: n,
  moments: {
    n,
    numerator: { sum: n / 2, sumSquares: n / 2 },
    denominator: { sum: n, sumSquares: n },
    sumProducts: n / 2,
  },
});

test.each([
  ['two variants', [50, 50]],
  ['three', [34, 33, 33]],
  ['five', [20, 20, 20, 20, 20]],
])('of %s the size that was asked for beforehand has the power that was asked for', (_, weights) => {
  const goal = { level: 0.95, power: 0.8, minimumEffect: 0.05 };
  const size = { ...goal, baseline: 0.5, standardDeviation: 0.5, weights, comparisons: 1 };
  const { people: plannedSize } = testSize(size);
  const people = Math.round(plannedSize / 10);
  const variants = weights.map((weight, at) => half(String(at), (people * weight) / 100));
  const pace = { people, now: new Date('2026-11-02T00:00:00Z') };
  const metric = metricOf({ name: FEEDBACK_SCORE });
  for (const { power, peopleNeeded } of outlookOf({ ...goal, plannedSize }, metric, variants, 1, pace)) {
    expect(Math.abs(power! - goal.power)).toBeLessThan(0.02);
    expect(Math.abs(peopleNeeded! / plannedSize - 1)).toBeLessThan(0.05);
  }
});

const NOW = new Date('2026-11-02T00:00:00Z');
const PLAN = { level: 0.95, power: 0.8, minimumEffect: 0.05, plannedSize: 20_000 };
/** Of one treatment, so many people a variant, so many more a day. */
const outlook = (each: number, peoplePerDay?: number, plan: Partial<AnalysisPlan> = {}, comparisons = 1) =>
  outlookOf(
    { ...PLAN, ...plan },
    metricOf({ name: FEEDBACK_SCORE }),
    [half('a', each), half('b', each)],
    comparisons,
    { people: 2 * each, peoplePerDay, now: NOW },
  )[0]!;

test('what is missing is what is needed less who is there, and comes at the pace of the last days', () => {
  const { people, peopleNeeded, remainingPeople, expectedAt, peoplePerDay } = outlook(1000, 500);
  expect([people, peoplePerDay]).toEqual([2000, 500]);
  // 4 (1.959964 + 0.841621)² · 0.25 / (0.05 · 0.5)² = 12,558, and a little more for the lift’s own denominator
  expect(peopleNeeded! / 12_558).toBeGreaterThan(1);
  expect(peopleNeeded! / 12_558).toBeLessThan(1.06);
  expect(remainingPeople).toBe(peopleNeeded! - 2000);
  expect(expectedAt!.getTime() - NOW.getTime()).toBeCloseTo((remainingPeople! / 500) * 86_400_000, -1);
  const there = outlook(20_000, 500);
  expect(there.remainingPeople).toBe(0);
  expect(there.expectedAt).toEqual(NOW);
});

test('who looks at any time needs more people, and so does who shares the level among comparisons', () => {
  const alone = outlook(1000);
  expect(alone.peopleNeededWatched!).toBeGreaterThan(1.1 * alone.peopleNeeded!);
  // ((z of 1 − 0.025/4) + 0.841621)² / (1.959964 + 0.841621)²
  expect(outlook(1000, undefined, {}, 4).peopleNeeded! / alone.peopleNeeded!).toBeCloseTo(1.424, 2);
  expect(outlook(1000, undefined, {}, 4).power!).toBeLessThan(alone.power!);
});

test('what never comes has no date, and what nothing is known of has no figure', () => {
  expect(outlook(1000).expectedAt).toBeNull();
  expect(outlook(1000, 0).expectedAt).toBeNull();
  expect(outlook(1000, 0.1).expectedAt).toBeNull();
  expect(outlook(1000, 500, { minimumEffect: 0.00001 })).toMatchObject({
    peopleNeeded: null,
    remainingPeople: null,
    expectedAt: null,
  });
  expect(outlook(5, 500)).toMatchObject({ people: 10, peoplePerDay: 500, power: null, peopleNeeded: null });
});

test('the level is shared by all treatments, and by all metrics where the plan says so', () => {
  const shared = (scope?: MultiplicityScope) =>
    comparisonsOf(
      { ...PLAN, ...(scope && { multiplicity: { scope, method: MultiplicityMethod.HOLM } }) },
      3,
      2,
    );
  expect(shared()).toBe(1);
  expect(shared(MultiplicityScope.PRIMARY)).toBe(2);
  expect(shared(MultiplicityScope.ALL)).toBe(6);
});
