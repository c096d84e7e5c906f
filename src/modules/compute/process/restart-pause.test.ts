import { RestartPause } from './restart-pause';

let now = 0;
const pause = (): RestartPause => {
  now = 0;
  return new RestartPause(() => now);
};

test('the pause before a restart grows and is bounded', () => {
  const one = pause();
  expect(Array.from({ length: 6 }, () => one.died())).toEqual([50, 200, 800, 3200, 10_000, 10_000]);
});

test('a life in health begins the pauses anew', () => {
  const one = pause();
  one.died();
  one.died();
  const startedAt = now;
  now += 30_001;
  expect(one.died(startedAt)).toBe(50);
});

test('a short pause is waited for, a longer one told with what is left of it', () => {
  const one = pause();
  expect([one.leftMs, one.isLong]).toEqual([0, false]);
  for (let death = 0; death < 3; death++) one.died();
  now += 300;
  expect([one.leftMs, one.isLong]).toEqual([500, false]);
  expect(one.unavailable()).toMatchObject({ code: 'ENGINE_UNAVAILABLE', data: { retryAfterMs: 1000 } });
  one.died();
  now += 0.5;
  expect(one.isLong).toBe(true);
  expect(one.unavailable()).toMatchObject({ data: { retryAfterMs: 3200 } });
});
