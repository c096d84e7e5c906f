import { absoluteEffect } from '../../../test/support/absolute-effect';
import { random as seeded } from '../../../test/support/simulated-device';
import { gaussian } from '../../../test/support/seeded-normal';
import { confidenceSequence } from './confidence-sequence';
import { relativeEffect } from './effect';
import { estimateMean } from './estimate';
import { detectableEffect, powerOf, requiredFactor, requiredFactorSequential } from './power';

const goal = { level: 0.95, power: 0.8 };

test("Spotify's powered effect and sample size", () => {
  // spotify/confidence, tests/frequentist/test_ztest.py @e1f8a49: both groups vary as the control
  const base = estimateMean({ n: 22, sum: 8, sumSquares: 12 });
  expect(detectableEffect(absoluteEffect(base, { ...base, n: 1010 }), goal)).toBeCloseTo(0.3972, 3);
  const perUnit = absoluteEffect({ ...base, n: 22 / 1032 }, { ...base, n: 1010 / 1032 });
  const needed = requiredFactor(perUnit, 0.2 * base.value, goal);
  expect(Math.ceil((needed * 22) / 1032) + Math.ceil((needed * 1010) / 1032)).toBe(30792);
});

test("GrowthBook's sample from where a test stands", () => {
  // growthbook/growthbook, packages/stats/tests/test_midexperimentpower.py @8f1db44: 25.457 times as much is missing
  const control = estimateMean({ n: 500, sum: 499.99999999999994, sumSquares: 1499.999999999999 });
  const treatment = estimateMean({ n: 500, sum: 525.0000000000008, sumSquares: 1551.2499999999998 });
  expect(requiredFactor(relativeEffect(control, treatment), 0.05, goal) - 1).toBeCloseTo(25.457, 2);
});

test('what is needed for a power has that power', () => {
  const moments = { effect: 0, standardError: 0.02, n: 400, degreesOfFreedom: 398 };
  const factor = requiredFactor(moments, 0.01, goal);
  expect(powerOf(moments, 0.01, 0.95, factor)).toBeCloseTo(0.8, 5);
  expect(powerOf(moments, 0, 0.95)).toBeCloseTo(0.05, 9);
});

test('a test of the size that a confidence sequence needs finds the effect as often as was promised', () => {
  const perUnit = { effect: 0, standardError: 2, n: 1, degreesOfFreedom: 1 };
  const n = Math.ceil(requiredFactorSequential(perUnit, 0.1, goal, 5000));
  // More than one look needs: that is the price of every other look.
  expect(n).toBeGreaterThan(requiredFactor(perUnit, 0.1, goal));
  const random = seeded(12);
  const runs = 2000;
  let found = 0;
  for (let run = 0; run < runs; run++) {
    const standardError = 2 / Math.sqrt(n);
    const effect = 0.1 + standardError * gaussian(random);
    const moments = { effect, standardError, n, degreesOfFreedom: n };
    if (confidenceSequence(moments, 0.95, 5000)[0] > 0) found++;
  }
  expect(Math.abs(found / runs - 0.8)).toBeLessThan(3 * Math.sqrt(0.16 / runs));
  expect(requiredFactorSequential(perUnit, 0, goal, 5000)).toBe(Infinity);
});
