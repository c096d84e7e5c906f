import { seededRandom } from '../../training';
import { LatencyHistogram } from './latency-histogram';

test('quantiles are those of the sorted latencies, at most a thousandth too large', () => {
  const random = seededRandom(5);
  const all = Array.from({ length: 10_007 }, () => Math.exp(8 * random() - 3));
  const histogram = new LatencyHistogram();
  for (const ms of all) histogram.add(ms);
  const sorted = [...all].sort((a, b) => a - b);
  for (const share of [0.5, 0.9, 0.99, 0.999, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
    const told = histogram.quantile(share);
    expect(told).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    expect(told).toBeLessThanOrEqual(exact * 1.0011);
  }
  expect(histogram.count).toBe(10_007);
});

test('of a hundred the ninety-ninth is the p99, and nothing and no time are 0', () => {
  const histogram = new LatencyHistogram();
  expect(histogram.quantile(0.99)).toBe(0);
  for (let i = 0; i < 99; i++) histogram.add(0);
  histogram.add(500);
  expect(histogram.quantile(0.99)).toBe(0);
  expect(histogram.quantile(0.991)).toBeCloseTo(500, 0);
});
