import { random as seeded } from '../../../test/support/simulated-device';
import { gaussian } from '../../../test/support/seeded-normal';
import { relativeEffect } from './effect';
import type { RatioMoments } from './estimate';
import { belowCut, type Bin, cutOfBins, estimateQuantile } from './quantile';
import { welch } from './welch';

const STEP = Math.log(1.01);

type Person = ReadonlyMap<number, number>;

/** What one person met, in bins that grow by a hundredth: waiting times around a pace of their own. */
function person(random: () => number, scale: number): Person {
  const pace = 0.5 * gaussian(random);
  const bins = new Map<number, number>();
  const count = 1 + Math.floor(random() * 20);
  for (let at = 0; at < count; at++) {
    const bin = Math.floor((Math.log(scale * 100) + pace + 0.4 * gaussian(random)) / STEP);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return bins;
}

function estimateOf(people: readonly Person[], share: number, asIfAlone = false) {
  const counts = new Map<number, number>();
  for (const one of people) for (const [bin, count] of one) counts.set(bin, (counts.get(bin) ?? 0) + count);
  const order = [...counts.keys()].sort((a, b) => a - b);
  const bins = order.map((bin): Bin => ({
    lower: Math.exp(bin * STEP),
    upper: Math.exp((bin + 1) * STEP),
    count: counts.get(bin)!,
  }));
  const { index, within } = cutOfBins(bins, share)!;
  const units = asIfAlone
    ? people.flatMap((one) =>
        [...one].flatMap(([bin, n]) => Array.from({ length: n }, () => new Map([[bin, 1]]))),
      )
    : people;
  const sums = { n: 0, below: 0, squares: 0, all: 0, allSquares: 0, products: 0 };
  for (const one of units) {
    let [earlier, inBin, all] = [0, 0, 0];
    for (const [bin, n] of one) {
      all += n;
      if (bin < order[index]!) earlier += n;
      if (bin === order[index]) inBin += n;
    }
    const { sum, square } = belowCut(earlier, inBin, within);
    sums.n++;
    sums.below += sum;
    sums.squares += square;
    sums.all += all;
    sums.allSquares += all * all;
    sums.products += sum * all;
  }
  const below: RatioMoments = {
    n: sums.n,
    numerator: { sum: sums.below, sumSquares: sums.squares },
    denominator: { sum: sums.all, sumSquares: sums.allSquares },
    sumProducts: sums.products,
  };
  return estimateQuantile(bins, share, below);
}

const bin = (lower: number, upper: number, count: number): Bin => ({ lower, upper, count });

test('a quantile lies within its bin as if values were evenly spread', () => {
  const bins = [bin(0, 1, 10), bin(1, 2, 0), bin(2, 4, 10)];
  expect(cutOfBins(bins, 0.25)).toEqual({ index: 0, within: 0.5 });
  expect(cutOfBins(bins, 0.75)).toEqual({ index: 2, within: 0.5 });
  expect(cutOfBins(bins, 1)).toEqual({ index: 2, within: 1 });
  expect(cutOfBins([], 0.5)).toBeUndefined();
});

test('one value a person: the standard error is that of order statistics', () => {
  const random = seeded(4);
  const people = Array.from({ length: 4000 }, () => {
    const value = 1000 + 1000 * random();
    return new Map([[Math.floor(Math.log(value) / STEP), 1]]);
  });
  const median = estimateOf(people, 0.5)!;
  expect(median.value).toBeGreaterThan(1450);
  expect(median.value).toBeLessThan(1550);
  // √(p (1 − p) / n) over the density, which is 1/1000 (Serfling 1980, 2.3.3)
  const expected = (Math.sqrt(0.25) / Math.sqrt(4000)) * 1000;
  expect(Math.sqrt(median.variance / median.n) / expected).toBeCloseTo(1, 1);
});

test('of a tail that so few values do not reach, nobody says how sure it is', () => {
  const random = seeded(8);
  const few = Array.from({ length: 30 }, () => person(random, 1));
  expect(estimateOf(few, 0.5)!.variance).toBeGreaterThan(0);
  const tail = estimateOf(few, 0.999)!;
  expect(tail.variance).toBeNaN();
  expect(tail.value).toBeGreaterThan(estimateOf(few, 0.5)!.value);
  expect(estimateOf([few[0]!], 0.5)!.variance).toBeNaN();
});

test.each([
  [0.5, 60],
  [0.9, 100],
  [0.99, 400],
])('no difference at p%d: zero lies in 95 %% of the intervals of %d people a group', (share, size) => {
  const random = seeded(30 + Math.round(share * 100));
  const runs = 150;
  let alarms = 0;
  let naive = 0;
  for (let run = 0; run < runs; run++) {
    const [a, b] = [0, 1].map(() => Array.from({ length: size }, () => person(random, 1)));
    const excludes = (asIfAlone: boolean): boolean => {
      const [control, treatment] = [estimateOf(a!, share, asIfAlone), estimateOf(b!, share, asIfAlone)];
      if (!control || !treatment) return false;
      const [lower, upper] = welch(relativeEffect(control, treatment), 0.95).interval;
      return lower > 0 || upper < 0;
    };
    if (excludes(false)) alarms++;
    if (excludes(true)) naive++;
  }
  const allowed = 0.05 * runs + 3 * Math.sqrt(0.05 * 0.95 * runs);
  expect(alarms).toBeLessThanOrEqual(allowed);
  // Counted as if every value were somebody else's, it would be wrong far more often.
  expect(naive).toBeGreaterThan(1.5 * allowed);
});
