import { random as seeded } from '../../../test/support/simulated-device';
import { gaussian } from '../../../test/support/seeded-normal';
import { confidenceSequence, runningIntersection } from './confidence-sequence';
import { absoluteCupedEffect, type CovariateMoments, relativeCupedEffect } from './cuped';
import { liftEffect, relativeEffect } from './effect';
import { estimateRatio } from './estimate';
import { welch, type Interval } from './welch';

type Unit = readonly [now: number, times: number, before: number, timesBefore: number];

function momentsOf(units: readonly Unit[]): CovariateMoments {
  const sum = (value: (unit: Unit) => number) => units.reduce((total, unit) => total + value(unit), 0);
  const row = (a: number) => [0, 1, 2, 3].map((b) => sum((unit) => unit[a]! * unit[b]!));
  return {
    n: units.length,
    sums: [0, 1, 2, 3].map((a) => sum((unit) => unit[a]!)),
    products: [0, 1, 2, 3].map(row),
  } as unknown as CovariateMoments;
}

test("GrowthBook's adjusted effect", () => {
  // computed with gbstats 0.8.0 @8f1db44: means of 3000, sums now and before, their squares and products
  const group = (now: number, nowSquares: number, before: number, beforeSquares: number, both: number) => ({
    n: 3000,
    sums: [now, 3000, before, 3000],
    products: [
      [nowSquares, now, both, now],
      [now, 3000, before, 3000],
      [both, before, beforeSquares, before],
      [now, 3000, before, 3000],
    ],
  });
  const effect = absoluteCupedEffect(
    group(300, 869, 310, 900, 600) as unknown as CovariateMoments,
    group(345, 960, 305, 890, 650) as unknown as CovariateMoments,
  );
  expect(effect.theta).toBeCloseTo(0.6855316777289604, 9);
  expect(effect.effect).toBeCloseTo(0.016142552796214932, 9);
  expect(effect.standardError).toBeCloseTo(0.010263177119522696, 9);
  const { interval, p } = welch(effect, 0.95);
  expect(interval[0]).toBeCloseTo(-0.003976965627536803, 9);
  expect(interval[1]).toBeCloseTo(0.03626207121996666, 9);
  expect(p).toBeCloseTo(0.11580372279637396, 9);
});

/** One person: a habit that lasts, three answers on average before and in the test, each around the habit. */
function person(random: () => number, lift: number): Unit {
  const habit = 10 + 3 * gaussian(random);
  const values = (count: number, times: number) => {
    let sum = 0;
    for (let at = 0; at < count; at++) sum += times * (habit + gaussian(random));
    return sum;
  };
  const [times, timesBefore] = [1 + Math.floor(random() * 5), Math.floor(random() * 7)];
  return [values(times, 1 + lift), times, values(timesBefore, 1), timesBefore];
}

const groupOf = (random: () => number, n: number, lift = 0) =>
  momentsOf(Array.from({ length: n }, () => person(random, lift)));

/** The same without what was before. */
const raw = ({ n, sums, products }: CovariateMoments) =>
  estimateRatio({
    n,
    numerator: { sum: sums[0], sumSquares: products[0][0] },
    denominator: { sum: sums[1], sumSquares: products[1][1] },
    sumProducts: products[0][1],
  });

test('without anything from before it is the plain effect', () => {
  const random = seeded(1);
  const people = (lift: number) =>
    Array.from({ length: 80 }, (): Unit => {
      const [now, times] = person(random, lift);
      return [now, times, 0, 0];
    });
  const [control, treatment] = [momentsOf(people(0)), momentsOf(people(0.2))];
  const [plain, adjusted] = [
    relativeEffect(raw(control), raw(treatment)),
    relativeCupedEffect(control, treatment),
  ];
  expect(adjusted).toMatchObject({ theta: 0, varianceReduction: 0, n: 160 });
  expect(adjusted.effect).toBeCloseTo(plain.effect, 12);
  expect(adjusted.standardError).toBeCloseTo(plain.standardError, 12);
  // The other way round it is a fall, which is no surer than the difference itself.
  const fall = relativeCupedEffect(treatment, control);
  expect(fall.standardError).toBeCloseTo(liftEffect(raw(treatment), raw(control)).standardError, 12);
  expect(fall.standardError).toBeGreaterThan(relativeEffect(raw(treatment), raw(control)).standardError);
  // One group alone with a past says nothing about the other.
  const lopsided = momentsOf(people(0).map(([now, times], at): Unit => [now, times, at, 1]));
  expect(relativeCupedEffect(lopsided, treatment).theta).toBe(0);
});

test('a lift of 5 % lies in 95 % of the intervals, and these are far narrower than without the past', () => {
  const random = seeded(20);
  const runs = 600;
  let covered = 0;
  let alarms = 0;
  let reduction = 0;
  for (let run = 0; run < runs; run++) {
    // Unequal groups, so that a slip in the weights would show.
    const control = groupOf(random, 60);
    const effect = relativeCupedEffect(control, groupOf(random, 140, 0.05));
    const { interval } = welch(effect, 0.95);
    if (interval[0] <= 0.05 && 0.05 <= interval[1]) covered++;
    const [lower, upper] = welch(relativeCupedEffect(control, groupOf(random, 140)), 0.95).interval;
    if (lower > 0 || upper < 0) alarms++;
    reduction += effect.varianceReduction / runs;
  }
  const slack = 3 * Math.sqrt(0.05 * 0.95 * runs);
  expect(covered).toBeGreaterThanOrEqual(0.95 * runs - slack);
  expect(alarms).toBeLessThanOrEqual(0.05 * runs + slack);
  expect(reduction).toBeGreaterThan(0.4);
});

test('a lift that triples, in groups of very different size, has the standard error that it says', () => {
  const random = seeded(22);
  const runs = 600;
  const lifts: number[] = [];
  let told = 0;
  for (let run = 0; run < runs; run++) {
    const effect = relativeCupedEffect(groupOf(random, 200), groupOf(random, 60, 2));
    lifts.push(effect.effect);
    told += effect.standardError / runs;
  }
  const mean = lifts.reduce((sum, lift) => sum + lift, 0) / runs;
  const spread = Math.sqrt(lifts.reduce((sum, lift) => sum + (lift - mean) ** 2, 0) / (runs - 1));
  expect(mean).toBeCloseTo(2, 1);
  // The spread of 600 is itself known to 3 %.
  expect(told / spread).toBeGreaterThan(0.91);
  expect(told / spread).toBeLessThan(1.09);
});

test('looked at fifteen times, with θ learned anew at each, a test without an effect alarms in at most 5 %', () => {
  const random = seeded(21);
  const [runs, looks, perLook] = [300, 15, 20];
  let alarms = 0;
  for (let run = 0; run < runs; run++) {
    const groups: [Unit[], Unit[]] = [[], []];
    let running: Interval | undefined;
    for (let look = 0; look < looks; look++) {
      for (const group of groups) for (let unit = 0; unit < perLook; unit++) group.push(person(random, 0));
      if (look === 0) continue;
      const effect = relativeCupedEffect(momentsOf(groups[0]), momentsOf(groups[1]));
      running = runningIntersection(running, confidenceSequence(effect, 0.95, 2 * looks * perLook));
    }
    if (running![0] > 0 || running![1] < 0) alarms++;
  }
  expect(alarms).toBeLessThanOrEqual(0.05 * runs + 3 * Math.sqrt(0.05 * 0.95 * runs));
});
