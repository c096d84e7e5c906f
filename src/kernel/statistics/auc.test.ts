import { aucWithInterval } from './auc';

test('equal scores count half, and a class that is missing has no area', () => {
  expect(aucWithInterval([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0])!.auc).toBe(3.5 / 4);
  expect(aucWithInterval([1, 2], [1, 1])).toBeUndefined();
});

test('a score that is no number comes to an end too', () => {
  expect(aucWithInterval([NaN, 1, 0], [1, 1, 0])).toBeDefined();
});
