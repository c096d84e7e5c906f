import { binsOf } from './value-bins';

test('bins ascend through zero without a gap, each a hundredth wide', () => {
  const bins = binsOf([-3, -2, -1, 0, 1, 2, 3].map((bin) => ({ bin, count: 1 })));
  bins.slice(1).forEach(({ lower }, index) => expect(lower).toBeCloseTo(bins[index]!.upper, 12));
  const [last] = bins.slice(-1);
  expect(last!.upper / last!.lower).toBeCloseTo(1.01, 9);
});
