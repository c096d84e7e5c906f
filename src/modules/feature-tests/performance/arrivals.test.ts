import { arrivals, rowDraws } from './arrivals';

const first = (count: number, perSecond: number, seed: number): number[] => {
  const times = arrivals(perSecond, seed);
  return Array.from({ length: count }, () => times.next().value);
};

test('the same seed gives the same arrivals and the same rows, another one others', () => {
  expect(first(100, 50, 7)).toEqual(first(100, 50, 7));
  expect(first(100, 50, 7)).not.toEqual(first(100, 50, 8));
  const drawn = (seed: number): string => {
    const draw = rowDraws(['a', 'b', 'c'], 2, seed);
    return Array.from({ length: 20 }, () => draw().join('')).join(' ');
  };
  expect(drawn(7)).toBe(drawn(7));
  expect(drawn(7)).not.toBe(drawn(8));
});

test('gaps are those of a Poisson process: their mean is the rate, and they vary as much as they are long', () => {
  const times = first(20_000, 200, 1);
  const gaps = times.map((at, index) => at - (times[index - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(Math.abs(mean / 5 - 1)).toBeLessThan(0.03);
  expect(Math.abs(Math.sqrt(variance) / mean - 1)).toBeLessThan(0.03);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
});

test('every row is drawn about as often', () => {
  const draw = rowDraws([0, 1, 2, 3], 1, 3);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 8000; i++) counts[draw()[0]!]!++;
  for (const count of counts) expect(Math.abs(count / 2000 - 1)).toBeLessThan(0.1);
});
