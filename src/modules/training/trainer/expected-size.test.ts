import { fitPreparation } from '../preparation/fit-preparation';
import type { RecipeStep } from '../preparation/preparation-recipe';
import { completeRecipe } from './recipe';
import { certainWidth, sizeFault, type SizedData } from './expected-size';

const MILLION = 1_000_000;
const values = (count: number, each = 5000) =>
  Array.from({ length: count }, (_, index) => ({ value: `v${index}`, count: each }));
const data = (columns: SizedData['columns'], rows = MILLION): SizedData => ({
  rows,
  columns: [{ name: 'y', kind: 'CATEGORICAL', values: values(2) }, ...columns],
  label: { column: 'y', classes: [rows / 4, (3 * rows) / 4] },
});
const of = (name: string, kind: SizedData['columns'][number]['kind'], different = 0) => ({
  name,
  kind,
  values: values(different),
});
const recipe = (steps: RecipeStep[] = [], excludedColumns: string[] = []) =>
  completeRecipe({ kind: 'LINEAR', preparation: { steps }, excludedColumns });
const fault = (sized: SizedData, ...more: Parameters<typeof recipe>) =>
  sizeFault(sized, recipe(...more))?.message;

test('a million rows of a few hundred numbers are held, of more they are refused with the widest columns', () => {
  const cities = data([of('city', 'CATEGORICAL', 200), of('trade', 'CATEGORICAL', 60), of('age', 'NUMERIC')]);
  expect(fault(cities)).toBeUndefined();
  const more = data([...cities.columns.slice(1), of('street', 'CATEGORICAL', 150)]);
  expect(fault(more)).toMatch(
    /^1000000 rows of 411 numbers are more than the 268435456 .* city \(200\), street \(150\), trade \(60\)\. Drop columns, .*HASH/,
  );
  expect(fault(more, [], ['street'])).toBeUndefined();
  expect(fault(more, [{ kind: 'HASH', columns: ['street'], buckets: 7 }])).toBeUndefined();
  expect(fault(more, [{ kind: 'ONE_HOT', columns: ['street'], most: 7 }])).toBeUndefined();
  expect(fault(more, [{ kind: 'DROP', columns: ['street'] }])).toBeUndefined();
});

test.each<[SizedData['columns'][number]['kind'], RecipeStep[], number]>([
  ['TEXT', [], 2048],
  ['TEXT', [{ kind: 'HASH', columns: ['it'], buckets: 300 }], 300],
  ['TEXT', [{ kind: 'SEQUENCE', unit: 'WORDS', length: 400, vocabulary: 9000 }], 400],
  ['IMAGE', [], 784],
  ['IMAGE', [{ kind: 'PIXELS', side: 20 }], 400],
])('%s with %j is as wide as its preparation makes it', (kind, steps, width) => {
  expect(fault(data([of('it', kind)]), steps)).toContain(`of ${width} numbers`);
});

test('copies count with the part that they are made of', () => {
  const sized = data([of('city', 'CATEGORICAL', 200)], 800_000);
  const noise = (copies: number): RecipeStep => ({ kind: 'NOISE', copies, standardDeviation: 0.1 });
  expect(fault(sized, [noise(1)])).toBeUndefined();
  expect(fault(sized, [noise(2)])).toMatch(/^1559994 rows .* make fewer copies/);
  // Balanced, the smaller class is three times as large.
  expect(fault(sized, [{ kind: 'BALANCE' }, noise(1)])).toMatch(/^1559996 rows/);
});

test('nothing is refused for categories that the training part may not have', () => {
  const rare = { name: 'city', kind: 'CATEGORICAL' as const, values: values(200, 3) };
  const columns = Array.from({ length: 5 }, (_, at) => ({ ...rare, name: `c${at}` }));
  expect(fault(data(columns))).toBeUndefined();
});

test('a width is certain where no rare category and none that is not counted decides it', () => {
  const width = (...columns: SizedData['columns'][number][]) => certainWidth(data(columns), recipe());
  expect(width(of('city', 'CATEGORICAL', 4), of('age', 'NUMERIC'), of('face', 'IMAGE'))).toBe(789);
  expect(width({ ...of('city', 'CATEGORICAL'), values: values(4, 3) })).toBeUndefined();
  expect(width(of('city', 'CATEGORICAL', 201))).toBeUndefined();
});

test('what is expected is what is made', () => {
  const names = ['y', 'city', 'note', 'age'];
  const kinds = ['CATEGORICAL', 'CATEGORICAL', 'TEXT', 'NUMERIC'] as const;
  const rows = Array.from({ length: 400 }, (_, row) => [row % 2, `c${row % 4}`, `some words ${row}`, row]);
  const table = { columns: names.map((name, at) => ({ name, kind: kinds[at]! })), rows };
  const everyone = rows.map((_, row) => row);
  const { width } = fitPreparation(table, names.slice(1), everyone, null);
  const sized = data([of('city', 'CATEGORICAL', 4), of('note', 'TEXT'), of('age', 'NUMERIC')]);
  expect(fault(sized)).toContain(`rows of ${width} numbers`);
});
