import { cutOfBins, estimateQuantile } from '../../../kernel/statistics';
import { binsOf } from './value-bins';

test('bins ascend through zero without a gap, each a hundredth wide', () => {
  const bins = binsOf([-3, -2, -1, 0, 1, 2, 3].map((bin) => ({ bin, count: 1 })));
  bins.slice(1).forEach(({ lower }, index) => expect(lower).toBeCloseTo(bins[index]!.upper, 5));
  const [last] = bins.slice(-1);
  expect(last!.upper / last!.lower).toBeCloseTo(1.01, 9);
});

test.each([0.1, 0.5, 0.9])('where most values are zero, their quantile at %d is zero', (share) => {
  const bins = binsOf([
    { bin: 0, count: 950 },
    { bin: 1400, count: 50 },
  ]);
  const below = 1000 * share;
  const estimate = estimateQuantile(bins, share, {
    n: 1000,
    numerator: { sum: below, sumSquares: below },
    denominator: { sum: 1000, sumSquares: 1000 },
    sumProducts: below,
  });
  expect(cutOfBins(bins, share)!.index).toBe(0);
  expect(estimate!.value).toBe(0);
});
