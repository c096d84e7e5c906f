import { netPromoterScore } from './net-promoter-score';

test('promoters less detractors, in per cent of all who answered', () => {
  const { n, value, interval } = netPromoterScore(10, 6, 2)!;
  expect([n, value]).toEqual([10, 40]);
  // 6.75 and 2.75 of 13: a net share of 4 / 13, a variance of 9.5 / 13 − (4 / 13)².
  const margin = 1.96 * Math.sqrt((9.5 / 13 - (4 / 13) ** 2) / 13);
  expect(interval![0]).toBeCloseTo(100 * (4 / 13 - margin), 1);
  expect(interval![1]).toBeCloseTo(100 * (4 / 13 + margin), 1);
});

test('nobody has no score, one has no interval', () => {
  expect(netPromoterScore(0, 0, 0)).toBeNull();
  expect(netPromoterScore(1, 0, 1)).toEqual({ n: 1, value: -100, interval: null });
});

const CASES = [0.97, 0.9, 0.6, 0.5, 0.3, 0.1].flatMap((up) =>
  [10, 20, 30].map((n): [number, number] => [n, up]),
);

test.each(CASES)(
  'of %d answers, %d of them promoters, it holds the truth about as often as it says',
  (n, up) => {
    const down = (1 - up) / 2;
    const truth = 100 * (up - down);
    // Every outcome with its chance, by the multinomial distribution.
    const [p, d] = [up, down].map(Math.log) as [number, number];
    const factorials = [0];
    for (let i = 1; i <= n; i++) factorials.push(factorials[i - 1]! + Math.log(i));
    let covered = 0;
    for (let a = 0; a <= n; a++)
      for (let b = 0; a + b <= n; b++) {
        const rest = n - a - b;
        const ways = factorials[n]! - factorials[a]! - factorials[b]! - factorials[rest]!;
        const [lower, upper] = netPromoterScore(n, a, b)!.interval!;
        if (lower! <= truth && truth <= upper!) covered += Math.exp(ways + a * p + (b + rest) * d);
      }
    expect(covered).toBeGreaterThan(0.925);
  },
);
