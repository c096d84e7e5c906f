import { netPromoterScore } from './net-promoter-score';

test('promoters less detractors, in per cent of all who answered', () => {
  const { n, value, interval } = netPromoterScore(10, 6, 2)!;
  expect([n, value]).toEqual([10, 40]);
  // Sum of squares 80,000 about a mean of 40: variance 64,000 / 9; t(0.975, 9) = 2.2622.
  expect(interval![0]).toBeCloseTo(40 - 2.2622 * Math.sqrt(64_000 / 90), 1);
  expect(interval![1]).toBeCloseTo(100, 6);
});

test('nobody has no score, one has no interval', () => {
  expect(netPromoterScore(0, 0, 0)).toBeNull();
  expect(netPromoterScore(1, 0, 1)).toEqual({ n: 1, value: -100, interval: null });
});
