import { findPeak } from './find-peak';

const trial = (peak: number, tried: number[] = [], most = 50) => ({
  tried,
  holds: async (rate: number) => {
    if (tried.length === most) return undefined;
    tried.push(rate);
    return rate <= peak;
  },
});

test.each([
  ['above what is asked for', 10, 137],
  ['below it', 100, 7],
])('a peak %s is found within a tenth, and never told too large', async (_, first, peak) => {
  const { holds, tried } = trial(peak);
  const found = (await findPeak(first, first <= peak, holds))!;
  expect(found).toBeLessThanOrEqual(peak);
  expect(found).toBeGreaterThan(peak / 1.1);
  expect(tried.length).toBeLessThan(10);
});

test('nothing is sent faster than a test may', async () => {
  const { holds, tried } = trial(1e9);
  expect(await findPeak(300, true, holds)).toBe(1000);
  expect(tried).toEqual([600, 1000]);
});

test('where nothing holds there is no peak, and a search that runs out of time tells what held until then', async () => {
  expect(await findPeak(100, false, trial(0).holds)).toBeNull();
  expect(await findPeak(10, true, trial(500, [], 2).holds)).toBe(40);
  expect(await findPeak(10, true, trial(500, [], 0).holds)).toBe(10);
});
