import { random as seeded } from '../../../test/support/simulated-device';
import { mcnemarExact, pairedDifference } from './paired-proportion';

// scipy.stats.binomtest(10, 35).pvalue
test('the exact test agrees with the binomial distribution', () => {
  expect(mcnemarExact({ onlyFirst: 10, onlySecond: 25 })).toBeCloseTo(0.016673847800120715, 12);
  expect(mcnemarExact({ onlyFirst: 25, onlySecond: 10 })).toBeCloseTo(0.016673847800120715, 12);
  expect(mcnemarExact({ onlyFirst: 1, onlySecond: 0 })).toBe(1);
  expect(mcnemarExact({ onlyFirst: 0, onlySecond: 0 })).toBe(1);
  expect(mcnemarExact({ onlyFirst: 2000, onlySecond: 2000 })).toBe(1);
  expect(mcnemarExact({ onlyFirst: 1900, onlySecond: 2100 })).toBeCloseTo(0.00166, 4);
});

test.each([
  // Newcombe's own first example: 0.0569 to 0.3404. The others by his formula with SciPy's quantile.
  [[36, 12, 2, 0], 0.05692958400323875, 0.3404276029749407],
  [[80, 9, 4, 7], -0.024740819923537313, 0.1277160259563258],
  // A correlation that may be chance
  [[20, 5, 7, 2], -0.25425609526705983, 0.1420873092203449],
])('of %p the interval is that of method 10', ([both, onlyFirst, onlySecond, neither], lower, upper) => {
  const counts = { both: both!, onlyFirst: onlyFirst!, onlySecond: onlySecond!, neither: neither! };
  const { interval } = pairedDifference(counts);
  expect(interval[0]).toBeCloseTo(lower, 9);
  expect(interval[1]).toBeCloseTo(upper, 9);
});

test('the other way round, the interval is mirrored', () => {
  const there = pairedDifference({ both: 80, onlyFirst: 9, onlySecond: 4, neither: 7 });
  const back = pairedDifference({ both: 80, onlyFirst: 4, onlySecond: 9, neither: 7 });
  expect(there.difference).toBeCloseTo(0.05, 12);
  expect(back.interval[0]).toBeCloseTo(-there.interval[1], 12);
  expect(back.interval[1]).toBeCloseTo(-there.interval[0], 12);
});

test('cases that both get right make the interval narrower than two samples would', () => {
  const [lower, upper] = pairedDifference({ both: 180, onlyFirst: 5, onlySecond: 5, neither: 10 }).interval;
  expect(upper - lower).toBeLessThan(0.08);
});

test('it stays within what a difference can be, also without cases or with one kind alone', () => {
  expect(pairedDifference({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 }).interval).toEqual([-1, 1]);
  for (const counts of [
    { both: 5, onlyFirst: 0, onlySecond: 0, neither: 0 },
    { both: 0, onlyFirst: 5, onlySecond: 0, neither: 0 },
    { both: 0, onlyFirst: 0, onlySecond: 0, neither: 5 },
  ]) {
    const { difference, interval } = pairedDifference(counts);
    expect(interval[0]).toBeGreaterThanOrEqual(-1);
    expect(interval[1]).toBeLessThanOrEqual(1);
    expect(interval[0]).toBeLessThanOrEqual(difference);
    expect(interval[1]).toBeGreaterThanOrEqual(difference);
  }
});

test('the true difference lies in the interval as often as its level says', () => {
  const random = seeded(7);
  const [n, runs] = [100, 2000];
  // Chances of: both, only the first, only the second; the difference is 0.06.
  const chances = [0.75, 0.12, 0.06];
  let covered = 0;
  for (let run = 0; run < runs; run++) {
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      let left = random();
      const kind = chances.findIndex((chance) => (left -= chance) < 0);
      counts[kind === -1 ? 3 : kind]! += 1;
    }
    const [both, onlyFirst, onlySecond, neither] = counts as [number, number, number, number];
    const [lower, upper] = pairedDifference({ both, onlyFirst, onlySecond, neither }).interval;
    if (lower <= 0.06 && 0.06 <= upper) covered++;
  }
  expect(covered / runs).toBeGreaterThan(0.935);
  expect(covered / runs).toBeLessThan(0.985);
});
