import { joined, partsOf } from './batch-parts';

test('a batch that is too wide for a frame is run in parts of whole rows, and answered in their order', () => {
  const rows = Float32Array.from({ length: 15 }, (_, at) => at);
  const parts = partsOf({ rows, count: 5 }, 7);
  expect(parts.map((part) => [part.count, [...part.rows]])).toEqual([
    [2, [0, 1, 2, 3, 4, 5]],
    [2, [6, 7, 8, 9, 10, 11]],
    [1, [12, 13, 14]],
  ]);
  const outcomes = parts.map((part) => ({ outputs: part.rows.filter((_, at) => at % 3 === 0), deviceMs: 2 }));
  expect(joined(outcomes)).toEqual({ outputs: Float32Array.of(0, 3, 6, 9, 12), deviceMs: 6 });
});

test('what fits is sent as it is, and a row is not cut', () => {
  const batch = { rows: new Float32Array(6), count: 2 };
  expect(partsOf(batch, 6)[0]).toBe(batch);
  expect(partsOf(batch, 2).map(({ count }) => count)).toEqual([1, 1]);
  expect(partsOf({ rows: batch.rows, count: 1 }, 2)).toHaveLength(1);
});
