import { plannedEpochs, rungsOf } from './halving';

test('of each rung the η-th part goes on, to η times as many epochs, and the last learns to its end', () => {
  // The first bracket of table 1 in Li et al. 2018 (Hyperband): 81 arms, R = 81, η = 3.
  expect(rungsOf(81, 81, { eta: 3, minEpochs: 1 })).toEqual([
    { trials: 81, epochs: 1 },
    { trials: 27, epochs: 3 },
    { trials: 9, epochs: 9 },
    { trials: 3, epochs: 27 },
    { trials: 1, epochs: null },
  ]);
});

test('epochs that are no power end at those of the recipe, and at least one trial is left', () => {
  expect(rungsOf(7, 10, { eta: 2, minEpochs: 2 })).toEqual([
    { trials: 7, epochs: 2 },
    { trials: 3, epochs: 4 },
    { trials: 1, epochs: null },
  ]);
  expect(rungsOf(20, 5, { eta: 3, minEpochs: 2 })).toEqual([
    { trials: 20, epochs: 2 },
    { trials: 6, epochs: null },
  ]);
});

test('one trial, or no halving, is one rung', () => {
  expect(rungsOf(1, 10, { eta: 3, minEpochs: 1 })).toEqual([{ trials: 1, epochs: null }]);
  expect(rungsOf(5, 10, null)).toEqual([{ trials: 5, epochs: null }]);
});

test('the plan counts epochs once: a trial that goes on has learned those below', () => {
  const epochs = new Array<number>(81).fill(81);
  const rungs = rungsOf(81, 81, { eta: 3, minEpochs: 1 });
  expect(plannedEpochs(rungs, epochs)).toBe(81 + 27 * 2 + 9 * 6 + 3 * 18 + 54);
  expect(plannedEpochs(rungsOf(3, 10, null), [10, 20, 5])).toBe(35);
});
