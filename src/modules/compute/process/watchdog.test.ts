import { Watchdog } from './watchdog';

test('a version that was never run has a minute, and a fast one never less than the floor', () => {
  const watchdog = new Watchdog();
  expect(watchdog.forBatch('mdv_a', 1)).toBe(60_000);
  watchdog.observe('mdv_a', 1, 0.05);
  expect(watchdog.forBatch('mdv_a', 1)).toBe(10_000);
  expect(watchdog.forBatch('mdv_b', 1)).toBe(60_000);
});

test('a slow version has many times what it usually takes, larger batches in proportion', () => {
  const watchdog = new Watchdog();
  watchdog.observe('mdv_a', 8, 2_000);
  expect(watchdog.forBatch('mdv_a', 8)).toBe(40_000);
  expect(watchdog.forBatch('mdv_a', 32)).toBe(160_000);
  expect(watchdog.forBatch('mdv_a', 1)).toBe(40_000);
});

test('one slow batch moves the limit a little, many move it', () => {
  const watchdog = new Watchdog();
  watchdog.observe('mdv_a', 1, 1_000);
  watchdog.observe('mdv_a', 1, 2_000);
  expect(watchdog.forBatch('mdv_a', 1)).toBeCloseTo(24_000);
  for (let times = 0; times < 50; times++) watchdog.observe('mdv_a', 1, 2_000);
  expect(watchdog.forBatch('mdv_a', 1)).toBeCloseTo(40_000, -1);
});

test('a forgotten version is unknown again', () => {
  const watchdog = new Watchdog();
  watchdog.observe('mdv_a', 1, 5_000);
  watchdog.forget('mdv_a');
  expect(watchdog.forBatch('mdv_a', 1)).toBe(60_000);
});
