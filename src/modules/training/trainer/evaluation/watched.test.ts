import { watchedRanks } from './watched';

test('AUC counts the pairs in their right order, half where they are equal, and F1 what is called positive', () => {
  // Pairs of positive and negative: 0.9 > 0.4, 0.9 > 0.1, 0.4 = 0.4 (half), 0.4 > 0.1.
  expect(watchedRanks([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0], 0.4)).toEqual({
    valAuc: 3.5 / 4,
    valF1: (2 * 2) / (2 * 2 + 1),
  });
});

test('one class alone has no order, and nothing positive has an F1 of 0', () => {
  expect(watchedRanks([-1, -2], [0, 0], 0)).toEqual({ valAuc: null, valF1: 0 });
});
