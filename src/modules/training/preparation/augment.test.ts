import 'reflect-metadata';
import { augment, MOST_NUMBERS, type PreparedRows } from './augment';
import type { PreparationStep, TablePreparation } from './encode-row';
import { mirrored, placed, shifted } from './image-variations';
import type { RecipeStep } from './preparation-recipe';

const spec = (name: string) => ({ name, dtype: 'FLOAT32' as never, optional: false });
const STEPS: PreparationStep[] = [
  { kind: 'STANDARDISE', spec: spec('x'), fill: 0, mean: 0, scale: 1 },
  { kind: 'ONE_HOT', spec: spec('c'), fill: 'a', categories: ['a', 'b'] },
  { kind: 'PIXELS', spec: spec('image'), side: 2 },
];
const PREPARATION: TablePreparation = { format: 1, steps: STEPS, width: 7 };

function rowsOf(labels: number[]): PreparedRows {
  const features = Float32Array.from(
    labels.flatMap((label, row) => [row, 1, 0, 0.1 + label / 10, 0.2, 0.3, 0.4]),
  );
  return { features, labels: Float32Array.from(labels), count: labels.length, width: 7 };
}

const run = (labels: number[], steps: RecipeStep[], seed = 1): PreparedRows =>
  augment(rowsOf(labels), PREPARATION, { steps }, seed);

function row({ features, width }: PreparedRows, index: number): number[] {
  return [...features.subarray(index * width, (index + 1) * width)];
}

test('without augmentation the rows are the very same', () => {
  const rows = rowsOf([0, 1]);
  expect(augment(rows, PREPARATION, { steps: [{ kind: 'NORMALISE' }] }, 1)).toBe(rows);
  expect(augment(rows, PREPARATION, null, 1)).toBe(rows);
});

test('classes become equal by repeating rows of the smaller ones', () => {
  const balanced = run([0, 0, 0, 0, 0, 1, 1, 2], [{ kind: 'BALANCE' }]);
  expect([0, 1, 2].map((label) => balanced.labels.filter((one) => one === label).length)).toEqual([5, 5, 5]);
  for (let index = 8; index < balanced.count; index++) {
    const source = balanced.features[index * 7]!;
    expect(row(balanced, index)).toEqual(row(balanced, source));
    expect(balanced.labels[index]).toBe(balanced.labels[source]);
  }
});

test('noise is on the numbers of copies alone, with the spread that was asked for', () => {
  const labels = Array.from({ length: 4000 }, () => 0);
  const noisy = run(labels, [{ kind: 'NOISE', standardDeviation: 0.5, copies: 1 }]);
  expect(noisy.count).toBe(8000);
  const added = labels.map((_, index) => noisy.features[(4000 + index) * 7]! - index);
  const mean = added.reduce((sum, value) => sum + value) / 4000;
  const spread = Math.sqrt(added.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4000);
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(spread - 0.5)).toBeLessThan(0.02);
  expect(row(noisy, 3)).toEqual(row(rowsOf(labels), 3));
  expect(row(noisy, 4003).slice(1)).toEqual(row(noisy, 3).slice(1));
});

test('images are mirrored, turned and scaled; the numbers beside them stay', () => {
  const flipped = run([0], [{ kind: 'FLIP', horizontal: true, vertical: false, copies: 1 }]);
  const [number, a, b, ...pixels] = row(flipped, 1);
  expect([number, a, b]).toEqual([0, 1, 0]);
  expect(pixels.map((value) => value.toFixed(1))).toEqual(['0.2', '0.1', '0.4', '0.3']);
});

test('a moved copy is never where it was, nor further than was asked for', () => {
  const corner = [1, 0, 0, 0, 0, 0, 0, 0, 0];
  const where = (right: number, down: number): number => shifted(corner, 3, { right, down }).indexOf(1);
  expect([where(1, 0), where(0, 2), where(2, 1), where(-1, 0)]).toEqual([1, 6, 5, -1]);
  const steps: PreparationStep[] = [{ kind: 'PIXELS', spec: spec('image'), side: 5 }];
  const features = Float32Array.from({ length: 25 * 200 }, (_, at) => (at % 25 === 12 ? 1 : 0));
  const rows = { features, labels: new Float32Array(200), count: 200, width: 25 };
  const wish: RecipeStep = { kind: 'SHIFT', pixels: 1, copies: 1 };
  const moved = augment(rows, { format: 1, steps, width: 25 }, { steps: [wish] }, 3);
  const places = Array.from({ length: 200 }, (_, copy) => row(moved, 200 + copy).indexOf(1));
  expect([...new Set(places)].sort((a, b) => a - b)).toEqual([6, 7, 8, 11, 13, 16, 17, 18]);
  expect(moved.features.subarray(0, 25 * 200)).toEqual(features);
});

test('the seed decides everything', () => {
  const steps: RecipeStep[] = [
    { kind: 'BALANCE' },
    { kind: 'ROTATE', degrees: 20, copies: 2 },
    { kind: 'NOISE', standardDeviation: 0.1, copies: 1 },
  ];
  const labels = [0, 0, 0, 1];
  expect(run(labels, steps, 5).features).toEqual(run(labels, steps, 5).features);
  expect(run(labels, steps, 6).features).not.toEqual(run(labels, steps, 5).features);
  // Three and one become three and three; with two turned copies 18, with a noisy copy of each 36.
  expect(run(labels, steps).count).toBe(36);
});

test('more numbers than a training may hold are refused before they are made', () => {
  const rows = { ...rowsOf([0, 1]), count: MOST_NUMBERS / 7 };
  const steps: RecipeStep[] = [{ kind: 'NOISE', standardDeviation: 0.1, copies: 10 }];
  expect(() => augment(rows, PREPARATION, { steps }, 1)).toThrow('fewer copies');
});

test('a picture turned by a quarter or scaled lies where geometry puts it', () => {
  const corner = [1, 0, 0, 0, 0, 0, 0, 0, 0];
  const where = (pixels: Float32Array): number[] =>
    [...pixels].flatMap((value, at) => (value > 0.99 ? [at] : []));
  expect(where(placed(corner, 3, { degrees: 90, factor: 1 }))).toEqual([2]);
  expect(where(placed(corner, 3, { degrees: 180, factor: 1 }))).toEqual([8]);
  expect(where(mirrored(corner, 3, { horizontal: false, vertical: true }))).toEqual([6]);
  const dot = [0, 0, 0, 0, 1, 0, 0, 0, 0];
  const larger = placed(dot, 3, { degrees: 0, factor: 2 });
  expect([...larger]).toEqual([0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25]);
});
