import { random as seeded } from '../../../test/support/simulated-device';
import { confidenceSequence, logEValue } from './confidence-sequence';
import { normalTail } from './distributions';
import { benjaminiHochberg, eBenjaminiHochberg, holm } from './multiplicity';
import { gaussian } from '../../../test/support/seeded-normal';

const near = (actual: readonly number[], expected: readonly number[], digits: number) =>
  actual.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, digits));

test("GrowthBook's Benjamini–Hochberg", () => {
  // growthbook/growthbook, packages/shared/test/experiments.test.ts @8f1db44, written there with four digits
  const p = [0.898, 0.138, 0.007, 0.964, 0.538, 0.006, 0.138];
  near(benjaminiHochberg(p), [0.964, 0.2415, 0.0245, 0.964, 0.7532, 0.0245, 0.2415], 4);
});

test('Holm steps down, and keeps the order', () => {
  // Holm 1979 by hand: 4 · 0.005, 3 · 0.01, 2 · 0.03, then no less than the one before
  near(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02], 12);
  expect(holm([])).toEqual([]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
});

test('e-BH counts how many of the largest are large enough', () => {
  // α = 0.05, m = 4: one must be at least 80, of two both 40, of three all 26.7, of four all 20
  const count = (...e: number[]) => eBenjaminiHochberg(e.map(Math.log), 0.05);
  expect(count(80, 1, 1, 1)).toBe(1);
  expect(count(79, 39, 1, 1)).toBe(0);
  expect(count(45, 41, 1, 0)).toBe(2);
  expect(count(21, 21, 20.5, 20.1)).toBe(4);
  expect(count(Infinity, 39, 1, 0)).toBe(1);
  // Whatever their order
  expect(count(1, 0, 41, 45)).toBe(2);
  expect(count(20.1, 21, 20.5, 21)).toBe(4);
  expect(count(0, 39, Infinity, 1)).toBe(1);
  expect(count()).toBe(0);
});

test('the confidence sequence leaves zero out exactly where its e-value says so', () => {
  const random = seeded(11);
  for (let index = 0; index < 500; index++) {
    const n = 50 + Math.floor(random() * 5000);
    const moments = { effect: random() - 0.5, standardError: 0.02 + random() / 5, n, degreesOfFreedom: n };
    for (const alpha of [0.05, 0.0125, 0.2]) {
      const [lower, upper] = confidenceSequence(moments, 1 - alpha, 1000, 0.95);
      const rejects = logEValue(moments, 0.95, 1000) >= -Math.log(alpha);
      expect(lower > 0 || upper < 0).toBe(rejects);
    }
  }
});

/** Ten comparisons, seven of them without any effect. */
const EFFECTS = [0, 0, 0, 0, 0, 0, 0, 3.2, 3.6, 4];
const RUNS = 1000;

test('seven of ten without an effect: Holm is rarely wrong at all, Benjamini–Hochberg in few of what it finds', () => {
  const random = seeded(5);
  let wrongRuns = 0;
  let plainRuns = 0;
  let falseShare = 0;
  for (let run = 0; run < RUNS; run++) {
    const p = EFFECTS.map((effect) => 2 * normalTail(Math.abs(effect + gaussian(random))));
    const isFalse = (adjusted: readonly number[]) =>
      adjusted.filter((value, index) => value <= 0.05 && EFFECTS[index] === 0).length;
    if (isFalse(p) > 0) plainRuns++;
    if (isFalse(holm(p)) > 0) wrongRuns++;
    const found = benjaminiHochberg(p);
    const count = found.filter((value) => value <= 0.05).length;
    falseShare += count === 0 ? 0 : isFalse(found) / count;
  }
  const allowed = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / RUNS);
  expect(wrongRuns / RUNS).toBeLessThanOrEqual(allowed);
  expect(falseShare / RUNS).toBeLessThanOrEqual(allowed);
  expect(plainRuns / RUNS).toBeGreaterThan(0.2);
});

test('ten running comparisons, looked at often until something is found: e-BH keeps the share of false finds', () => {
  const random = seeded(6);
  const [looks, perLook, runs] = [20, 50, 300];
  let falseShare = 0;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const sums = EFFECTS.map(() => 0);
    for (let look = 1; look <= looks; look++) {
      const n = look * perLook;
      EFFECTS.forEach((effect, index) => {
        sums[index]! += perLook * (effect / 30) + Math.sqrt(perLook) * gaussian(random);
      });
      const e = sums.map((sum) =>
        logEValue({ effect: sum / n, standardError: 1 / Math.sqrt(n), n, degreesOfFreedom: n }, 0.95, 1000),
      );
      const count = eBenjaminiHochberg(e, 0.05);
      if (count === 0) continue;
      const least = [...e].sort((a, b) => b - a)[count - 1]!;
      falseShare += e.filter((value, index) => value >= least && EFFECTS[index] === 0).length / count;
      found++;
      break;
    }
  }
  expect(found / runs).toBeGreaterThan(0.5);
  expect(falseShare / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});
