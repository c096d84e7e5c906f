/** Drift against numbers worked elsewhere, and what chance alone does to it. */
import { absoluteEffect } from '../../../test/support/absolute-effect';
import { lowerConfidenceSequence } from './confidence-sequence';
import { binnedDistance, driftLevel, kolmogorovSmirnovP, populationStability } from './drift';
import { estimateMean } from './estimate';
import { stratifiedEffect } from './stratified';

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

test('the stability index of two histograms, worked by hand', () => {
  // (0.3−0.2)·ln 1.5 + (0.3−0.3)·ln 1 + (0.4−0.5)·ln 0.8
  const { index } = populationStability([20, 30, 50], [30, 30, 40]);
  near(index, 0.1 * Math.log(1.5) + -0.1 * Math.log(0.8), 1e-12);
  expect(populationStability([20, 30, 50], [20, 30, 50])).toEqual({ index: 0, p: 1 });
});

test('the chance of so far a move is the larger of two, each by SciPy', () => {
  // chi2.sf(index / (1/n + 1/m)) and chi2_contingency(correction=False), over the bins in which anything was counted
  near(populationStability([20, 30, 50], [30, 30, 40]).p, 0.21107208779109024);
  const filled = populationStability([20, 30, 50, 0], [30, 30, 35, 5]);
  near(filled.index, 0.1976640815863584);
  near(filled.p, 0.021817283233661163);
  near(populationStability([20, 30, 50, 0], [60, 60, 80, 0]).p, 0.1327575470028124);
  near(populationStability([200, 300, 500], [10, 3, 3]).p, 0.0013032852482251585);
});

test('an empty bin, an empty sample and a single bin are no infinity', () => {
  expect(populationStability([50, 50], [100, 0]).index).toBeGreaterThan(1);
  expect(populationStability([50, 50], [100, 0]).index).toBeLessThan(Infinity);
  expect(populationStability([50, 50], [0, 0])).toEqual({ index: 0, p: 1 });
  expect(populationStability([50], [70])).toEqual({ index: 0, p: 1 });
  expect(binnedDistance([5, 5], [0, 0])).toBe(0);
});

test("Kolmogorov's limit at its tabled critical values", () => {
  // Smirnov, Annals of Mathematical Statistics 19 (1948): λ = 1.22, 1.36 and 1.63 for 10, 5 and 1 per cent
  const root = Math.sqrt(1e8 / 2);
  near(kolmogorovSmirnovP(1.2238 / root, 1e8, 1e8), 0.1, 1e-3);
  near(kolmogorovSmirnovP(1.3581 / root, 1e8, 1e8), 0.05, 1e-3);
  near(kolmogorovSmirnovP(1.6276 / root, 1e8, 1e8), 0.01, 1e-3);
  expect(kolmogorovSmirnovP(0, 10, 10)).toBe(1);
  expect(kolmogorovSmirnovP(1, 1000, 1000)).toBeLessThan(1e-12);
});

test("Stephens' correction: the exact critical values of few observations at 5 per cent", () => {
  // scipy.stats.kstwo of one sample of n against a distribution that is known, which a sample without end is
  for (const [n, critical] of [
    [5, 0.56328],
    [10, 0.40925],
    [20, 0.29408],
  ] as const)
    near(kolmogorovSmirnovP(critical, n, 1e12), 0.05, 1e-3);
});

test('few rows alone are no drift, many rows with the same distance are', () => {
  const few = populationStability([200, 300, 500], [4, 3, 3]);
  expect(few.index).toBeGreaterThan(0.1);
  expect(driftLevel(few)).toBe('STABLE');
  expect(driftLevel(populationStability([200, 300, 500], [400, 300, 300]))).toBe('MODERATE');
  expect(driftLevel(populationStability([200, 300, 500], [600, 300, 100]))).toBe('MAJOR');
  expect(binnedDistance([200, 300, 500], [400, 300, 300])).toBeCloseTo(0.2, 12);
});

test("GrowthBook's one-sided sequential interval", () => {
  // growthbook/growthbook, packages/stats/tests/frequentist/test_tests.py @8f1db44
  const control = estimateMean({ n: 3000, sum: 1396.87, sumSquares: 52377.9767 });
  const treatment = estimateMean({ n: 3461, sum: 2422.7, sumSquares: 134698.29 });
  near(lowerConfidenceSequence(absoluteEffect(control, treatment), 0.95, 5000), -0.12656844172804982);
});

test('a small group that has met nothing rare is no surer of it than both groups together, whichever it is', () => {
  // 3 of 100 failed in 25 cells, and none of 10 in ten cells of one.
  const many = { n: 25, value: 0.03, variance: (25 * 0.03 * 0.97) / 100 };
  const few = { n: 10, value: 0, variance: 0 };
  const ofPooled = Math.sqrt(((0.03 * 0.97 * 100) / 110) * (1 / 100 + 1 / 10));
  const sizes = { controlSize: 10, treatmentSize: 100 };
  near(stratifiedEffect([{ control: few, treatment: many, ...sizes }])!.standardError, ofPooled);
  const swapped = { control: many, treatment: few, controlSize: 100, treatmentSize: 10 };
  near(stratifiedEffect([swapped])!.standardError, ofPooled);
});

test('one stratum is the plain difference; two are weighted, and a busy hour is nobody’s fault', () => {
  const group = (n: number, value: number) => ({ n, value, variance: 1 });
  const stratum = (control: number, treatment: number, rate: number) => ({
    control: group(control, rate),
    treatment: group(treatment, rate),
    controlSize: control,
    treatmentSize: treatment,
  });
  const one = stratifiedEffect([stratum(990, 10, 1)])!;
  const plain = absoluteEffect(group(990, 1), group(10, 1));
  near(one.standardError, plain.standardError);
  near(one.degreesOfFreedom, plain.degreesOfFreedom);
  // A calm hour at 1 per cent and a busy one at 50: pooled blindly the treatment would seem slower by 0.5.
  const { effect, n } = stratifiedEffect([stratum(990, 10, 1), stratum(500, 500, 2)])!;
  expect(effect).toBe(0);
  near(n, 9.9 + 250);
  expect(stratifiedEffect([stratum(10, 1, 1)])).toBeUndefined();
});
