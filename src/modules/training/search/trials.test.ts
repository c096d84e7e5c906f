import { AppError, AppErrors } from '../../../kernel/errors';
import { checkSpace, type Dimension, recipeWith, within } from './search-space';
import { trialsOf } from './trials';

const RATES: Dimension = { name: 'learningRate', values: [0.1, 0.01], range: null };
const BATCHES: Dimension = { name: 'batchSize', values: [16, 32, 64], range: null };
const UNITS: Dimension = { name: 'hiddenUnits', values: [[8], [16, 16]], range: null };
const GRID = { kind: 'GRID', maxTrials: 256 } as const;

function logarithmic(points: number | null): Dimension {
  return {
    name: 'learningRate',
    values: null,
    range: { min: 0.001, max: 0.1, scale: 'LOGARITHMIC', points },
  };
}

function faultsOf(act: () => void): readonly AppError[] {
  try {
    act();
  } catch (error) {
    if (error instanceof AppErrors) return error.errors;
    if (error instanceof AppError) return [error];
    throw error;
  }
  return [];
}

test('a grid has every point once, and the last dimension changes first', () => {
  const trials = trialsOf([RATES, BATCHES], GRID).map((choices) => choices.map(({ value }) => value));
  expect(trials).toEqual([
    [0.1, 16],
    [0.1, 32],
    [0.1, 64],
    [0.01, 16],
    [0.01, 32],
    [0.01, 64],
  ]);
});

test('a range is cut into points with its ends, evenly on its scale', () => {
  const rates = trialsOf([logarithmic(3)], GRID).map(([choice]) => choice!.value);
  expect(rates).toEqual([0.001, 0.01, 0.1]);
  const depth: Dimension = {
    name: 'treeDepth',
    values: null,
    range: { min: 1, max: 3, scale: 'LINEAR', points: 9 },
  };
  expect(trialsOf([depth], GRID).map(([choice]) => choice!.value)).toEqual([1, 2, 3]);
});

test('a grid that is too large is refused with its number of points, and one that is not cut with the place', () => {
  const [large] = faultsOf(() => trialsOf([logarithmic(100), BATCHES], GRID));
  expect(large).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'strategy', 'grid', 'maxTrials'] });
  expect(large!.message).toContain('300 points (learningRate 100 × batchSize 3); at most 256');
  const [uncut] = faultsOf(() => trialsOf([logarithmic(null)], GRID));
  expect(uncut!.path).toEqual(['input', 'space', 'learningRate', 'range', 'points']);
});

test('the same seed draws the same trials, another seed others, and none comes twice', () => {
  const draw = (seed: number) =>
    trialsOf([logarithmic(null), BATCHES, UNITS], { kind: 'RANDOM', trials: 40, seed });
  expect(draw(7)).toEqual(draw(7));
  expect(draw(8)).not.toEqual(draw(7));
  expect(new Set(draw(7).map((choices) => JSON.stringify(choices))).size).toBe(40);
  // More trials begin with the same ones.
  const more = trialsOf([logarithmic(null), BATCHES, UNITS], { kind: 'RANDOM', trials: 50, seed: 7 });
  expect(more.slice(0, 40)).toEqual(draw(7));
});

test('drawing from a space of six points finds six, whatever is asked for', () => {
  expect(trialsOf([RATES, BATCHES], { kind: 'RANDOM', trials: 100, seed: 1 })).toHaveLength(6);
});

test('a logarithmic range gives each power of ten its share', () => {
  const rates = trialsOf([logarithmic(null)], { kind: 'RANDOM', trials: 200, seed: 3 });
  const low = rates.filter(([choice]) => (choice!.value as number) < 0.01).length;
  expect(low).toBeGreaterThan(80);
  expect(low).toBeLessThan(120);
  const range = { min: 0.001, max: 0.1, scale: 'LOGARITHMIC' } as const;
  expect([within(range, 'learningRate', 0), within(range, 'learningRate', 1)]).toEqual([0.001, 0.1]);
});

test('what a space cannot be is told at its place, all of it at once', () => {
  const space: Dimension[] = [
    { name: 'learningRate', values: [0.1, 2], range: null },
    { name: 'batchSize', values: [16, 16], range: null },
    { name: 'l2', values: null, range: { min: 0, max: 0.1, scale: 'LOGARITHMIC', points: null } },
    { name: 'epochs', values: [], range: null },
    { name: 'treeDepth', values: [3], range: null },
    { name: 'hiddenUnits', values: [[0]], range: null },
  ];
  const faults = faultsOf(() => checkSpace(space, 'DENSE_NETWORK'));
  expect(faults.map(({ path }) => path!.slice(2).join('.'))).toEqual([
    'learningRate',
    'batchSize',
    'l2.range',
    'epochs',
    'treeDepth',
    'hiddenUnits',
  ]);
  expect(faultsOf(() => checkSpace([], 'LINEAR'))[0]!.message).toContain('at least one dimension');
});

test('choices stand in the recipe, and the rest is the base', () => {
  const recipe = recipeWith({ kind: 'DENSE_NETWORK', seed: 4, epochs: 3 }, [
    { dimension: 'hiddenUnits', value: [8] },
    { dimension: 'optimizers', value: { kind: 'SGD', momentum: 0.9, decay: 0.9 } },
  ]);
  expect(recipe).toMatchObject({ seed: 4, epochs: 3, hiddenUnits: [8], optimizer: { kind: 'SGD' } });
  expect(recipeWith({ kind: 'DECISION_TREE' }, [{ dimension: 'treeDepth', value: 2 }]).tree).toEqual({
    maxDepth: 2,
    minLeafRows: 5,
  });
});
