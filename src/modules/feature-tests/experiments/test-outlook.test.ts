import type { VariantMoments } from './comparison';
import { FEEDBACK_SCORE, metricOf } from './metric-plan';
import { outlookOf } from './test-outlook';
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
