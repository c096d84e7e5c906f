import { warmUpBatches } from './warm-up';

test('every power of two up to the largest batch is run, filled with the samples in turn', () => {
  const batches = [
    ...warmUpBatches(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      2,
      8,
    ),
  ];
  expect(batches.map(({ count }) => count)).toEqual([1, 2, 4, 8]);
  expect([...batches[2]!.rows]).toEqual([1, 2, 3, 4, 5, 6, 1, 2]);
});

test('a version without samples is warmed with zeros', () => {
  expect([...warmUpBatches([], 3, 1)].map(({ rows }) => [...rows])).toEqual([[0, 0, 0]]);
});

test('rows as wide as pictures are warmed as far as they go to the engine at once', () => {
  expect([...warmUpBatches([], 2 ** 20, 1024)].map(({ count }) => count)).toEqual([1, 2, 4, 8, 16]);
  expect([...warmUpBatches([], 2 ** 25, 1024)].map(({ count }) => count)).toEqual([1]);
});
