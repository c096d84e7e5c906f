import { bucketOf, CostModel } from './cost-model';

test('sizes fall into power-of-two buckets', () => {
  expect([1, 2, 3, 4, 5, 8, 9, 1024].map(bucketOf)).toEqual([0, 1, 2, 2, 3, 3, 4, 10]);
});

test('a steady device is predicted exactly, a noisy one with care', () => {
  const model = new CostModel();
  for (let i = 0; i < 50; i++) model.observe('steady', 8, 4, 0);
  for (let i = 0; i < 200; i++) model.observe('noisy', 8, i % 2 ? 2 : 6, 0);
  expect(model.predict('steady', 8)).toBeCloseTo(4, 3);
  expect(model.predict('noisy', 8)).toBeGreaterThan(5.5);
});

test('what was never measured is expected to take as long as the nearest size that was, and no more for being larger', () => {
  const model = new CostModel();
  model.observe('v', 8, 3, 0);
  expect(model.expect('v', 1)).toBe(3);
  expect(model.expect('v', 1024)).toBe(3);
  model.observe('v', 128, 5, 0);
  expect(model.expect('v', 32)).toBe(5);
});

test('a size is known once it was measured, until that is long ago', () => {
  const model = new CostModel();
  expect(model.isKnown('v', 8, 0)).toBe(false);
  model.observe('v', 8, 3, 1_000);
  expect([1, 5, 8, 9].map((rows) => model.isKnown('v', rows, 1_000))).toEqual([false, true, true, false]);
  expect(model.isKnown('v', 8, 61_000)).toBe(true);
  expect(model.isKnown('v', 8, 61_001)).toBe(false);
});

test('a batch gets larger by what its size may take at most, though more is not expected', () => {
  const model = new CostModel();
  model.observe('v', 1, 1, 0);
  expect(model.rowsWithin('v', 25, 1024)).toBe(16);
  model.observe('v', 16, 2, 0);
  expect(model.rowsWithin('v', 25, 1024)).toBe(128);
});

test('one slow batch does not shut small ones out', () => {
  const model = new CostModel();
  for (let i = 0; i < 20; i++) model.observe('v', 1, 1, 0);
  model.observe('v', 1024, 900, 0);
  expect(model.expect('v', 1)).toBe(1);
});

test('one stall is not taken for slowness, and slowness is believed after a dozen batches', () => {
  const model = new CostModel();
  for (let i = 0; i < 50; i++) model.observe('v', 8, 10, 0);
  model.observe('v', 8, 200, 0);
  expect(model.expect('v', 8)).toBeLessThan(11);
  for (let i = 0; i < 12; i++) model.observe('v', 8, 50, 0);
  expect(model.predict('v', 8)).toBeGreaterThan(50);
});

test('a batch is filled only as far as the time allows, but never less than one row', () => {
  const model = new CostModel();
  for (let rows = 1; rows <= 1024; rows *= 2) model.observe('v', rows, rows / 10, 0);
  expect(model.rowsWithin('v', 25, 1024)).toBe(128);
  expect(model.rowsWithin('v', 0.01, 1024)).toBe(1);
  expect(model.rowsWithin('unknown', 25, 1024)).toBe(1024);
});

test('of versions that are not asked for any more what they took is forgotten, and not of those that are', () => {
  const model = new CostModel();
  model.observe('old', 1, 3, 0);
  for (let version = 0; version < 12_000; version++) {
    model.observe(`v${version}`, 1, 3, 0);
    model.observe('used', 1, 3, 0);
  }
  expect(['old', 'used', 'v11999'].map((lane) => model.isKnown(lane, 1, 0))).toEqual([false, true, true]);
});
