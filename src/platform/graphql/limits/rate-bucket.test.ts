import { ManualClock } from '../../../kernel/clock';
import { RateBuckets } from './rate-bucket';

const allowance = { maximum: 100, restorePerSecond: 10 };

test('a burst up to the maximum is allowed, then it waits for the refill, and says how long', () => {
  const clock = new ManualClock();
  const buckets = new RateBuckets(clock);
  expect(buckets.draw('a', allowance, 100)).toEqual({ granted: true, available: 0, retryAfterMs: 0 });
  expect(buckets.draw('a', allowance, 20)).toEqual({ granted: false, available: 0, retryAfterMs: 2000 });
  clock.advance(2000);
  expect(buckets.draw('a', allowance, 20)).toEqual({ granted: true, available: 0, retryAfterMs: 0 });
});

test('a bucket never holds more than its maximum, and callers do not share one', () => {
  const clock = new ManualClock();
  const buckets = new RateBuckets(clock);
  buckets.draw('a', allowance, 60);
  clock.advance(60_000);
  expect(buckets.draw('a', allowance, 1).available).toBe(99);
  expect(buckets.draw('b', allowance, 100).granted).toBe(true);
});

test('a refused operation draws nothing', () => {
  const buckets = new RateBuckets(new ManualClock());
  buckets.draw('a', allowance, 95);
  buckets.draw('a', allowance, 10);
  expect(buckets.draw('a', allowance, 5).granted).toBe(true);
});

test('what was spent already is taken in any case, and whoever owes waits until it is paid, at most for one filling', () => {
  const clock = new ManualClock();
  const buckets = new RateBuckets(clock);
  buckets.draw('a', allowance, 95);
  buckets.owe('a', allowance, 25);
  expect(buckets.draw('a', allowance, 0)).toEqual({ granted: false, available: 0, retryAfterMs: 2000 });
  clock.advance(2000);
  expect(buckets.draw('a', allowance, 0).granted).toBe(true);
  buckets.owe('a', allowance, 1e9);
  expect(buckets.draw('a', allowance, 0).retryAfterMs).toBe(10_000);
});
