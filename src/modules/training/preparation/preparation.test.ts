import 'reflect-metadata';
import { AppErrors } from '../../../kernel/errors';
import type { Table } from '../dataset/table-file';
import { encodeRow } from './encode-row';
import { fitPreparation } from './fit-preparation';
import { applyToRows, inputsOf } from './preparation';
import type { RecipeStep } from './preparation-recipe';

const TABLE: Table = {
  columns: [
    { name: 'age', kind: 'NUMERIC' },
    { name: 'sector', kind: 'CATEGORICAL' },
    { name: 'union', kind: 'NUMERIC' },
    { name: 'experience', kind: 'NUMERIC' },
  ],
  rows: [
    [20, 'other', 0, 1],
    [30, 'other', 1, null],
    [40, 'construction', 0, 3],
    [50, 'other', 1, 5],
    [900, 'farming', 7, 900],
  ],
};
const COLUMNS = ['age', 'sector', 'union', 'experience'];
/** The last row stands for what is held out: nothing of it may be found in the preparation. */
const preparation = fitPreparation(TABLE, COLUMNS, [0, 1, 2, 3]);

const signatureOf = (fitted: typeof preparation) => ({ inputs: inputsOf(fitted), outputs: [] });
const apply = (fitted: typeof preparation, row: object): Float32Array =>
  applyToRows(fitted, signatureOf(fitted), [row], () => []);

test('everything is fitted on the training part only', () => {
  expect(JSON.stringify(preparation)).not.toMatch(/900|farming/);
  const [age, sector] = preparation.steps;
  expect(age).toMatchObject({ kind: 'STANDARDISE', mean: 35, fill: 35, scale: Math.sqrt(125) });
  expect(sector).toMatchObject({ kind: 'ONE_HOT', categories: ['construction', 'other'], fill: 'other' });
});

test('the training part gets mean 0 and spread 1', () => {
  const ages = [0, 1, 2, 3].map((row) => {
    const target = new Float32Array(preparation.width);
    encodeRow(preparation, (name) => TABLE.rows[row]![COLUMNS.indexOf(name)], target);
    return target[0]!;
  });
  expect(ages.reduce((a, b) => a + b)).toBeCloseTo(0, 6);
  expect(ages.reduce((a, b) => a + b * b, 0) / 4).toBeCloseTo(1, 6);
});

test('serving repeats exactly what training did', () => {
  const trained = new Float32Array(preparation.width);
  encodeRow(preparation, (name) => TABLE.rows[2]![COLUMNS.indexOf(name)], trained);
  const served = apply(preparation, { age: 40, sector: 'construction', union: 0, experience: 3 });
  expect(served).toEqual(trained);
});

test('what was missing in training may be missing later, and is filled in with the median', () => {
  const row = { age: 20, sector: 'other', union: 0 };
  expect(apply(preparation, { ...row, experience: null })).toEqual(
    apply(preparation, { ...row, experience: 3 }),
  );
});

test('a preparation survives being stored as JSON', () => {
  const stored = JSON.parse(JSON.stringify(preparation));
  const row = { age: 33, sector: 'other', union: 1, experience: null };
  expect(apply(stored, row)).toEqual(apply(preparation, row));
});

test('numbers may lie somewhat beyond what was seen, a switch may not', () => {
  const [age, , union, experience] = preparation.steps.map(({ spec }) => spec);
  expect(age).toMatchObject({ min: 5, max: 65, optional: false });
  expect(union).toMatchObject({ min: 0, max: 1 });
  expect(experience).toMatchObject({ min: 0, max: 7, optional: true });
});

test('the faults of all rows come at once, each at its path', () => {
  const rows = [
    { age: 33, sector: 'other', union: 1, experience: 2 },
    { age: NaN, sector: 'mining', union: 1 },
  ];
  const attempt = (): unknown =>
    applyToRows(preparation, signatureOf(preparation), rows, (index) => ['input', 'rows', String(index)]);
  expect(attempt).toThrow(AppErrors);
  try {
    attempt();
  } catch (error) {
    const paths = (error as AppErrors).errors.map(
      ({ path, data }) => `${path?.join('.')}: ${data.constraint}`,
    );
    expect(paths).toEqual([
      'input.rows.1.age: number',
      'input.rows.1.sector: category',
      'input.rows.1.experience: required',
    ]);
  }
});

test('a category that only held-out rows have becomes no category at all', () => {
  const target = new Float32Array(preparation.width);
  encodeRow(preparation, (name) => ({ age: 35, sector: 'farming', union: 0, experience: 3 })[name], target);
  expect([...target.slice(1, 3)]).toEqual([0, 0]);
});

test('a column that never varies becomes zero', () => {
  const table: Table = { columns: [{ name: 'x', kind: 'NUMERIC' }], rows: [[7], [7], [7]] };
  expect(apply(fitPreparation(table, ['x'], [0, 1, 2]), { x: 7 })).toEqual(Float32Array.of(0));
});

test('a fraction that never varies has no spread either, although its sum is rounded', () => {
  const rows = [...Array<number[]>(1000).fill([0.1]), [0.3]];
  const table: Table = { columns: [{ name: 'x', kind: 'NUMERIC' }], rows };
  const training = Array.from({ length: 1000 }, (_, row) => row);
  for (const recipe of [null, { steps: [{ kind: 'STANDARDISE' as const }] }]) {
    const target = new Float32Array(1);
    // What only a held-out row has stays as far away as it is.
    encodeRow(fitPreparation(table, ['x'], training, recipe), () => 0.3, target);
    expect(target[0]).toBeCloseTo(0.2, 6);
  }
});

test.each([
  ['Japanese', '写真がとてもきれいで満足です 5', 'CHARACTERS'],
  ['Thai', 'อาหารอร่อยมาก OK', 'CHARACTERS'],
  ['Korean, which has blanks', '배송이 빨라서 좋아요', 'WORDS'],
  ['English with a name', 'a gift from 東京 for my sister', 'WORDS'],
])(
  'a text is read by characters where nobody said how and words have no blanks between them: %s',
  (_, text, unit) => {
    const table: Table = { columns: [{ name: 'note', kind: 'TEXT' }], rows: [[text], [null], [text]] };
    expect(fitPreparation(table, ['note'], [0, 1, 2]).steps).toMatchObject([{ kind: 'NGRAMS', unit }]);
    const asked: RecipeStep = {
      kind: 'NGRAMS',
      unit: 'WORDS',
      shortest: 1,
      longest: 1,
      buckets: 16,
      weighting: 'LOG',
    };
    expect(fitPreparation(table, ['note'], [0], { steps: [asked] }).steps).toMatchObject([{ unit: 'WORDS' }]);
  },
);

test.each([
  ['few categories', 2, 'ONE_HOT'],
  ['many', 300, 'HASH'],
])('a category is the same one however its letters are written: %s', (_, count, kind) => {
  const rows = Array.from({ length: count }, (_unused, at) => [at ? `Zürich ${at}` : 'Zürich']);
  const table: Table = { columns: [{ name: 'town', kind: 'CATEGORICAL' }], rows };
  const fitted = fitPreparation(table, ['town'], [...rows.keys()]);
  expect(fitted.steps[0]).toMatchObject({ kind });
  const numbers = (town: string) =>
    applyToRows(fitted, { inputs: inputsOf(fitted), outputs: [] } as never, [{ town }], () => []);
  expect(numbers('Zu\u0308rich')).toEqual(numbers('Zürich'));
  expect(numbers('Zürich')).not.toEqual(numbers('Zürich 1'));
  const mixed = fitPreparation(
    { ...table, rows: [...rows, ['Zu\u0308rich']] },
    ['town'],
    [...rows.keys(), count],
  );
  expect(mixed.width).toBe(fitted.width);
  // What was fitted before hashes on as it did.
  const before = { ...fitted, steps: fitted.steps.map((step) => ({ ...step, composed: undefined })) };
  const [target, now] = [new Float32Array(fitted.width), numbers('Zu\u0308rich')];
  encodeRow(before as never, () => 'Zu\u0308rich', target);
  expect([...target].join() === [...now].join()).toBe(kind === 'ONE_HOT');
});
