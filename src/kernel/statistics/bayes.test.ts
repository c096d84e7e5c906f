import { bayesianEffect } from './bayes';
import { relativeEffect } from './effect';

const moments = (effect: number, standardError: number) => ({
  effect,
  standardError,
  n: 200,
  degreesOfFreedom: 198,
});

test("GrowthBook's effect with a flat prior", () => {
  // growthbook/growthbook, packages/stats/tests/bayesian/test_tests.py @8f1db44: 49 and 51 of 100
  const group = (value: number) => ({ n: 100, value, variance: value * (1 - value) });
  const told = bayesianEffect(relativeEffect(group(0.49), group(0.51)), 0.95)!;
  expect(told.mean).toBeCloseTo(0.04081632653061228, 9);
  expect(told.standardDeviation).toBeCloseTo(0.14725254573469446, 9);
  expect(told.interval[0]).toBeCloseTo(-0.24779335974122607, 9);
  expect(told.interval[1]).toBeCloseTo(0.3294260128024506, 9);
  expect(told.chanceAbove).toBeCloseTo(0.6091813095808981, 9);
  expect(told.lossOfControl).toBeCloseTo(0.0813958491551631, 9);
  expect(told.lossOfTreatment).toBeCloseTo(0.04057952262455081, 9);
});

test("GrowthBook's risk", () => {
  const told = bayesianEffect(moments(0.1, 0.05), 0.95)!;
  expect(told.lossOfControl).toBeCloseTo(0.1004245351308, 10);
  expect(told.lossOfTreatment).toBeCloseTo(0.0004245351308414, 10);
});

test('a prior as sure as the data counts for half', () => {
  // Conjugate normal: by hand
  const told = bayesianEffect(moments(0.2, 0.1), 0.95, { mean: 0, standardDeviation: 0.1 })!;
  expect(told.mean).toBeCloseTo(0.1, 12);
  expect(told.standardDeviation).toBeCloseTo(0.1 / Math.SQRT2, 12);
});

test('an effect of unknown error is not told', () => {
  expect(bayesianEffect(moments(0.2, 0), 0.95)).toBeUndefined();
  expect(bayesianEffect(moments(NaN, NaN), 0.95)).toBeUndefined();
});
