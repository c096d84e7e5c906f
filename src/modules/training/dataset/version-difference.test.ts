import { ColumnProfile, type Cell, type ColumnKindName } from './column-profile';
import { DAYS } from '../../../kernel/date-days';
import { notesOn } from './dataset-notes';
import { binOf, referenceOf } from './feature-reference';
import { QuantileSketch } from './quantile-sketch';
import { compareRows, holdsRow, RowHashes } from './row-hashes';
import { linesOfRow } from './row-line';
import { columnDifferences, haveSameColumns, type MeasuredTable } from './version-difference';
import { seededRandom } from '../preparation/seeded-random';

function tableOf(columns: Record<string, readonly [ColumnKindName, readonly Cell[]]>): MeasuredTable {
  const measured = Object.entries(columns).map(([name, [kind, values]]) => {
    const numbers = values.filter((value): value is number => typeof value === 'number');
    const profile = new ColumnProfile(name, kind, [Math.min(...numbers), Math.max(...numbers)]);
    for (const value of values) profile.add(value);
    return { name, kind, ...profile.figures() };
  });
  return { rows: Object.values(columns)[0]![1].length, columns: measured };
}

const random = seededRandom(4);
const uniform = Array.from({ length: 5000 }, () => random());
const others = Array.from({ length: 5000 }, () => random());

test('quantiles of few numbers are exact', () => {
  const sketch = new QuantileSketch();
  for (let value = 100; value >= 0; value--) sketch.add(value);
  expect(sketch.quantiles(4)).toEqual([0, 25, 50, 75, 100]);
  expect(new QuantileSketch().quantiles(4)).toEqual([]);
});

test.each([
  ['in order', (i: number) => i],
  ['backwards', (i: number) => 199_999 - i],
  ['in any order', (i: number) => (i * 7919) % 200_000],
])('quantiles of many numbers %s are off by one hundredth of the rank at most', (_, valueAt) => {
  const sketch = new QuantileSketch();
  for (let i = 0; i < 200_000; i++) sketch.add(valueAt(i));
  const worst = sketch.quantiles(100).map((value, percent) => Math.abs(value / 199_999 - percent / 100));
  expect(Math.max(...worst)).toBeLessThan(0.01);
});

test('a histogram counts every number once, and percentiles stand at its ends', () => {
  const { columns } = tableOf({ x: ['NUMERIC', [...uniform, null]] });
  const { histogram, percentiles, min, max } = columns[0] as unknown as ReturnType<ColumnProfile['figures']>;
  expect(histogram).toHaveLength(20);
  expect(histogram.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect([histogram[0]!.from, histogram[19]!.to]).toEqual([min, max]);
  expect([percentiles[0], percentiles[100]]).toEqual([min, max]);
});

test('equal rows are found while they stream by, also among very many', () => {
  const hashes = new RowHashes();
  let isNew = 0;
  for (let row = 0; row < 50_000; row++) if (hashes.add(`[${row % 40_000},"x"]`, false)) isNew++;
  expect(isNew).toBe(40_000);
  expect(hashes.sortedBytes()).toHaveLength(8 * 50_000);
  const once = new RowHashes();
  for (let row = 0; row < 50_000; row++) once.add(`[${row % 40_000},"x"]`, true);
  expect(once.sortedBytes()).toHaveLength(8 * 40_000);
});

test('rows that stayed, came and went are counted, equal ones as often as they occur', () => {
  const bytesOf = (rows: string[]): Uint8Array => {
    const hashes = new RowHashes();
    rows.forEach((row) => hashes.add(row, false));
    return hashes.sortedBytes();
  };
  const before = bytesOf(['a', 'b', 'b', 'c']);
  const after = bytesOf(['d', 'b', 'a', 'e', 'e']);
  expect(compareRows(before, after)).toEqual({ kept: 2, added: 3, removed: 2 });
  const unaligned = new Uint8Array(after.length + 3);
  unaligned.set(after, 3);
  expect(compareRows(before, unaligned.subarray(3))).toEqual({ kept: 2, added: 3, removed: 2 });
});

test('a row is found again as a person has it, and no other is', () => {
  const columns = [
    { name: 'age', kind: 'NUMERIC' as const },
    { name: 'city', kind: 'CATEGORICAL' as const },
  ];
  const hashes = new RowHashes();
  for (let age = 0; age < 1000; age++) hashes.add(JSON.stringify([age, age % 7 ? 'Bern' : null]), false);
  const bytes = hashes.sortedBytes();
  const holds = (row: Record<string, unknown>): boolean | undefined => {
    const lines = linesOfRow(columns, row);
    return lines.length === 0 ? undefined : lines.some((line) => holdsRow(bytes, line));
  };
  expect([holds({ age: 12, city: 'Bern' }), holds({ age: '12.0', city: ' Bern' })]).toEqual([true, true]);
  expect([holds({ age: 14 }), holds({ age: 14, city: 'NA' })]).toEqual([true, true]);
  expect([holds({ age: 12, city: 'Zug' }), holds({ age: 1000, city: 'Bern' })]).toEqual([false, false]);
  // Written in two ways, the second as data keeps it from before texts had one form.
  const decomposed = { age: 12, city: 'Zu\u0308rich' };
  const rowOf = (city: string): string => JSON.stringify([12, city]);
  expect(linesOfRow(columns, decomposed)).toEqual([rowOf('Z\u00fcrich'), rowOf('Zu\u0308rich')]);
  expect([holds({ age: 'old' }), holds({ age: 12, city: 'Bern', wage: 3 })]).toEqual([undefined, undefined]);
  expect(holdsRow(new Uint8Array(0), '[]')).toBe(false);
});

test('a column from the same source has hardly moved, a shifted one has by its shift', () => {
  const before = tableOf({ x: ['NUMERIC', uniform], y: ['NUMERIC', uniform] });
  const after = tableOf({ x: ['NUMERIC', others], y: ['NUMERIC', others.map((value) => value + 0.3)] });
  const [same, shifted] = columnDifferences(before, after);
  expect(same!.stabilityIndex).toBeLessThan(0.02);
  expect(same!.distance).toBeLessThan(0.03);
  expect(shifted!.distance).toBeCloseTo(0.3, 1);
  expect(shifted!.distanceP).toBeLessThan(1e-6);
  expect(shifted!.stabilityIndex).toBeGreaterThan(0.25);
});

test('categories move by their shares, and a new one counts as another', () => {
  const cities = (bern: number, zug: number): Cell[] => [
    ...Array(bern).fill('Bern'),
    ...Array(zug).fill('Zug'),
  ];
  const before = tableOf({ city: ['CATEGORICAL', cities(500, 500)] });
  const [moved] = columnDifferences(before, tableOf({ city: ['CATEGORICAL', cities(800, 200)] }));
  // Σ (a − e) ln(a / e) = 0.3 ln 1.6 + 0.3 ln 2.5.
  expect(moved!.stabilityIndex).toBeCloseTo(0.3 * Math.log(1.6) + 0.3 * Math.log(2.5), 6);
  const [added] = columnDifferences(
    before,
    tableOf({ city: ['CATEGORICAL', [...cities(500, 0), ...Array(500).fill('Genf')]] }),
  );
  expect(added!.stabilityIndex).toBeGreaterThan(1);
});

test('columns that came, went or changed their kind are named', () => {
  const before = tableOf({ a: ['NUMERIC', [1, 2]], b: ['NUMERIC', [1, 2]], c: ['NUMERIC', [1, null]] });
  const after = tableOf({ a: ['NUMERIC', [1, 2]], c: ['CATEGORICAL', ['1', 'x']], d: ['TEXT', ['1', null]] });
  expect(columnDifferences(before, after).map(({ name, change }) => [name, change])).toEqual([
    ['a', 'KEPT'],
    ['b', 'REMOVED'],
    ['c', 'KIND_CHANGED'],
    ['d', 'ADDED'],
  ]);
  expect(haveSameColumns(before, after)).toBe(false);
});

test('a value finds the bin of the reference that it was counted in, and the missing the last', () => {
  const { columns, rows } = tableOf({
    x: ['NUMERIC', [...uniform, null]],
    c: ['CATEGORICAL', [...Array(5000).fill('a'), 'b']],
  });
  const number = referenceOf(columns[0]!, rows)!;
  const counted = number.counts.map(() => 0);
  for (const value of [...uniform, null]) counted[binOf(number, value)]!++;
  counted.forEach((count, bin) => expect(Math.abs(count - number.counts[bin]!)).toBeLessThan(60));
  expect(counted.at(-1)).toBe(1);
  const category = referenceOf(columns[1]!, rows)!;
  expect(category.counts).toEqual([5000, 1, 0, 0]);
  expect(['a', 'b', 'new', null].map((value) => binOf(category, value))).toEqual([0, 1, 2, 3]);
});

test('a number of two values has one bin for each', () => {
  const { columns, rows } = tableOf({ switch: ['NUMERIC', [...Array(70).fill(0), ...Array(30).fill(1)]] });
  const reference = referenceOf(columns[0]!, rows)!;
  expect(reference.edges).toEqual([1]);
  // Percentiles know ranks to one in a hundred.
  [70, 30, 0].forEach((count, bin) =>
    expect(Math.abs(reference.counts[bin]! - count)).toBeLessThanOrEqual(1),
  );
});

test('what should be known before training is said in sentences', () => {
  const figures = { min: 0, max: 9, mean: 4, standardDeviation: 2, values: [] };
  const column = { kind: 'NUMERIC' as const, missing: 0, distinct: 9, outOfRange: 0, ...figures };
  const counted = { distinct: 100, min: 1, max: 100, mean: 50.5, standardDeviation: 29.011491975882016 };
  const notes = notesOn({
    rows: 100,
    duplicateRows: 7,
    columns: [
      { ...column, name: 'constant', distinct: 1 },
      { ...column, name: 'sparse', missing: 80 },
      { ...column, name: 'empty', missing: 100, distinct: 0 },
      { ...column, name: 'wild', outOfRange: 2 },
      { ...column, name: 'hired', unit: DAYS },
      { ...column, name: 'mixed', values: ['1', '2', 'x', 'y'].map((value) => ({ value, count: 25 })) },
      { ...column, name: 'fine', values: [{ value: 'x', count: 100 }], labelAuc: 0.98 },
      { ...column, name: 'left_on', labelAuc: 0.997 },
      { ...column, ...counted, name: 'id' },
      { ...column, ...counted, name: 'score', mean: 50.6 },
      { ...column, name: 'postcode', leadingZeros: true },
    ],
    label: { column: 'left', labels: ['no', 'yes'], classes: [97, 3] },
  });
  expect(notes.join(' ')).toMatch(
    /constant is the same.*sparse is missing in 80 %.*empty has no value.*wild was out of range in 2.*hired holds days since 1970-01-01.*mixed mixes 50 numbers with 50 texts.*left_on alone tells left almost perfectly \(AUC 0\.997\).*id counts the rows from 1 to 100.*postcode has numbers that begin with 0.*7 rows are equal.*3 % of the rows are yes/,
  );
  expect(notes).toHaveLength(11);
  const price = { ...column, name: 'price', values: ['1,5', '2'].map((value) => ({ value, count: 500 })) };
  const constant = Array.from({ length: 30 }, () => ({ ...column, distinct: 1, name: 'k' }));
  const label = { column: 'left', labels: ['no', 'yes'], classes: [9973, 27] };
  const many = notesOn({ rows: 10_000, duplicateRows: 0, columns: constant, label });
  expect([many.length, many.at(-1)]).toEqual([
    20,
    expect.stringContaining('Only 0.27 % of the rows are yes'),
  ]);
  const [comma, ...rest] = notesOn({
    rows: 900,
    duplicateRows: 0,
    columns: [price],
    label: { ...label, classes: [450, 450] },
  });
  expect([comma, rest]).toEqual([expect.stringMatching(/^price holds numbers with a decimal comma/), []]);
});
