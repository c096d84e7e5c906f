import { bucketOf, CostModel } from './cost-model';

test('sizes fall into power-of-two buckets', () => {
  expect([1, 2, 3, 4, 5, 8, 9, 1024].map(bucketOf)).toEqual([0, 1, 2, 2, 3, 3, 4, 10]);
});

test('a steady device is predicted exactly, a noisy one with care', () => {
  const model = new CostModel();
  for (let i = 0; i < 50; i++) model.observe('steady', 8, 4);
  for (let i = 0; i < 200; i++) model.observe('noisy', 8, i % 2 ? 2 : 6);
  expect(model.predict('steady', 8)).toBeCloseTo(4, 3);
  expect(model.predict('noisy', 8)).toBeGreaterThan(5.5);
});

test('what was never measured is taken from the nearest bucket, and from a smaller one in proportion', () => {
  const model = new CostModel();
  model.observe('v', 8, 3);
  expect(model.expect('v', 1)).toBe(3);
  expect(model.expect('v', 32)).toBe(12);
  model.observe('v', 128, 5);
  expect(model.expect('v', 32)).toBe(5);
});

test('one slow batch does not shut small ones out', () => {
  const model = new CostModel();
  for (let i = 0; i < 20; i++) model.observe('v', 1, 1);
  model.observe('v', 1024, 900);
  expect(model.expect('v', 1)).toBe(1);
});

test('one stall is not taken for slowness, and slowness is believed after a dozen batches', () => {
  const model = new CostModel();
  for (let i = 0; i < 50; i++) model.observe('v', 8, 10);
  model.observe('v', 8, 200);
  expect(model.expect('v', 8)).toBeLessThan(11);
  for (let i = 0; i < 12; i++) model.observe('v', 8, 50);
  expect(model.predict('v', 8)).toBeGreaterThan(50);
});

test('a batch is filled only as far as the time allows, but never less than one row', () => {
  const model = new CostModel();
  for (let rows = 1; rows <= 1024; rows *= 2) model.observe('v', rows, rows / 10);
  expect(model.rowsWithin('v', 25, 1024)).toBe(128);
  expect(model.rowsWithin('v', 0.01, 1024)).toBe(1);
  expect(model.rowsWithin('unknown', 25, 1024)).toBe(1024);
});
