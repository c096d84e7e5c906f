/** Reference numbers from other people's code and tables, each with its source. */
import { aucWithInterval } from './auc';
import { confidenceSequence } from './confidence-sequence';
import { chiSquareTail, normalTail } from './distributions';
import { relativeEffect } from './effect';
import { estimateMean, estimateRatio } from './estimate';
import { wilsonInterval } from './proportion';
import { chiSquareSampleRatio, sampleRatioLogBayes } from './sample-ratio';
import { welch, type Interval } from './welch';

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
const nearInterval = (actual: Interval, expected: readonly number[], tolerance = 1e-9) =>
  actual.forEach((bound, index) => near(bound, expected[index]!, tolerance));

// growthbook/growthbook, packages/stats/tests/frequentist/test_tests.py @8f1db44
const control = estimateMean({ n: 3407, sum: 1396.87, sumSquares: 52377.9767 });
const treatment = estimateMean({ n: 3461, sum: 2422.7, sumSquares: 134698.29 });

test("GrowthBook's two-sided t test of a relative lift", () => {
  const moments = relativeEffect(control, treatment);
  near(moments.effect, 0.7073170731707317);
  near(moments.standardError, 0.3787943616681428);
  const { interval, p } = welch(moments, 0.95);
  nearInterval(interval, [-0.03526008906611777, 1.449894235407581]);
  near(p, 0.06191182745618362);
});

test("GrowthBook's sequential interval", () => {
  const smaller = estimateMean({ n: 3000, sum: 1396.87, sumSquares: 52377.9767 });
  const interval = confidenceSequence(relativeEffect(smaller, treatment), 0.95, 1000);
  nearInterval(interval, [-0.5584405051077315, 1.5651626768202032]);
});

test("PostHog's t test of a ratio", () => {
  // PostHog/posthog, products/experiments/stats/tests/test_frequentist.py @03f2add
  const ratio = (n: number, sum: number, sumSquares: number, count: number) =>
    estimateRatio({
      n,
      numerator: { sum, sumSquares },
      denominator: { sum: count, sumSquares: count },
      sumProducts: sum,
    });
  const moments = relativeEffect(
    ratio(1966, 94605.79858780127, 10463129.505392816, 936),
    ratio(2034, 99673.9364269569, 11298745.182728939, 947),
  );
  near(moments.effect, 0.04133322165029552);
  near(moments.standardError, 0.014050631576458663);
});

test('the split of the Cookie Cats experiment is suspicious', () => {
  // ghaskari/cookie-cats-ab-test: 44,700 and 45,489 players where halves were planned
  near(chiSquareSampleRatio([44700, 45489], [0.5, 0.5]), 0.008607987810836262);
  expect(chiSquareSampleRatio([5000, 5000], [1, 1])).toBe(1);
});

test("Optimizely's sequential sample-ratio check", () => {
  // optimizely/ssrm, ssrm_test/test_ssrm_test.py: log M1 − log M0 after the last batch
  const counts = [20 + 18 + 4 + 18, 17 + 21 + 6 + 19, 9 + 8 + 4 + 11];
  near(
    sampleRatioLogBayes(counts, [0.4, 0.4, 0.2], [1, 1, 1]),
    -19.96484521090386 - -15.781031228536165,
    1e-9,
  );
});

test("Wilson's interval", () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3
  nearInterval(wilsonInterval(81, 263), [0.2553, 0.3662], 1e-4);
  nearInterval(wilsonInterval(15, 148), [0.0624, 0.1605], 1e-4);
  nearInterval(wilsonInterval(0, 20), [0, 0.1611], 1e-4);
  nearInterval(wilsonInterval(1, 29), [0.0061, 0.1718], 1e-4);
});

test('tails of the normal and the chi-square distribution', () => {
  // Abramowitz and Stegun, tables 26.1 and 26.8
  near(normalTail(1.96), 0.0249978951, 1e-9);
  near(chiSquareTail(3.841458820694124, 1), 0.05, 1e-12);
});

test('the area under the curve counts pairs, ties for one half', () => {
  const result = aucWithInterval([0.9, 0.8, 0.7, 0.6, 0.55, 0.54], [1, 1, 0, 1, 0, 0])!;
  near(result.auc, 8 / 9);
  // By hand: placements 1, 1, 2/3 and 2/3, 1, 1; each variance of a mean (1/27) / 3
  near(result.standardError, Math.sqrt(2 / 81));
  expect(aucWithInterval([0.5, 0.5], [0, 1])!.auc).toBe(0.5);
  expect(aucWithInterval([0.5, 0.6], [1, 1])).toBeUndefined();
});

test('a perfect separation of a few rows is not reported as certain', () => {
  const { auc, interval } = aucWithInterval([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 1])!;
  expect(auc).toBe(1);
  expect(interval[0]).toBeLessThan(0.5);
});
