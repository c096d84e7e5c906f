import type { ImportWish } from './import-wish';
import { TableImport } from './table-import';

const ROWS = Array.from({ length: 30 }, (_, i) => `${20 + i},${i % 3 ? 'm' : 'f'},${i % 2}`);
const TABLE = ['age,gender,y', ...ROWS];

async function run(lines: readonly string[], wish: Partial<ImportWish> = {}) {
  const bytes = Buffer.from(lines.join('\n'));
  const full = {
    label: { column: 'y' },
    ignoredColumns: [],
    protectedAttributes: [],
    maxBadRows: 0,
    ...wish,
  };
  const kept: Buffer[] = [];
  const { table } = await new TableImport(async function* () {
    yield bytes;
  }, full).run(async (pieces) => {
    for await (const piece of pieces) kept.push(Buffer.from(piece));
  });
  return { table, text: Buffer.concat(kept).toString() };
}

const with_ = (index: number, line: string): string[] => TABLE.map((old, at) => (at === index ? line : old));

test('keeps typed rows under a line that names the columns, and their figures', async () => {
  const { table, text } = await run(with_(3, '22,,1'));
  expect(text.split('\n').slice(0, 5)).toEqual([
    '{"format":"flywheel-table-1","columns":[{"name":"age","kind":"NUMERIC"},{"name":"gender","kind":"CATEGORICAL"},{"name":"y","kind":"NUMERIC"}]}',
    '[20,"f",0]',
    '[21,"m",1]',
    '[22,null,1]',
    '[23,"f",1]',
  ]);
  expect(table).toMatchObject({ rows: 30, classes: [14, 16], badRowCount: 0 });
  expect(table.columns[0]).toMatchObject({
    name: 'age',
    min: 20,
    max: 49,
    mean: 34.5,
    missing: 0,
    distinct: 30,
  });
  expect(table.columns[1]).toMatchObject({
    missing: 1,
    topValues: [
      { value: 'm', count: 19 },
      { value: 'f', count: 10 },
    ],
  });
});

test.each([
  ['a row of too few fields', '22,m', 'line 4: 2 fields, but the header has 3'],
  ['a row of too many fields', '22,m,1,9', 'line 4: 4 fields, but the header has 3'],
  ['NaN', 'NaN,m,1', 'line 4: NaN in age is not a number that can be learned from'],
  ['infinity', '-Infinity,m,1', 'line 4: -Infinity in age'],
  ['a text among numbers', 'old,m,1', 'line 4: "old" in age is not a number'],
  ['a number beyond single precision', '1e300,m,1', 'line 4: 1e300 in age is too large'],
  ['a row without a label', '22,m,', 'line 4: no label (y)'],
])('%s refuses the file by line and reason', async (_, line, words) => {
  await expect(run(with_(3, line))).rejects.toThrow(words);
});

test('every bad row is counted, the first ten are spelled out', async () => {
  const broken = TABLE.map((line, at) => (at > 0 && at <= 12 ? `${line},extra` : line));
  await expect(run(broken)).rejects.toThrow(
    /12 rows cannot be read, so nothing was stored\. line 2: .*line 11: [^;]*; and 2 more/,
  );
});

test('as many bad rows as are allowed are left out and reported', async () => {
  const { table, text } = await run(with_(3, 'NaN,m,1'), { maxBadRows: 1 });
  expect(table).toMatchObject({ rows: 29, badRowCount: 1, badRows: [{ line: 4 }] });
  expect(text).not.toContain('NaN');
});

test('ignored columns are not kept', async () => {
  const { table, text } = await run(TABLE, { ignoredColumns: ['gender'] });
  expect(table.columns.map(({ name }) => name)).toEqual(['age', 'y']);
  expect(text).toContain('\n[20,0]\n');
});

test.each([
  ['an empty file', [], {}, 'empty'],
  ['a header alone', ['age,gender,y'], {}, 'no rows'],
  ['too few rows', ['age,y', ...ROWS.slice(0, 12).map((_, i) => `${i},${i % 2}`)], {}, 'at least 20'],
  [
    'a missing label',
    TABLE,
    { label: { column: 'wage' } },
    'no column wage. Its columns are: age, gender, y',
  ],
  ['a missing protected attribute', TABLE, { protectedAttributes: ['race'] }, 'no column race'],
  ['a column that is named twice', ['age,age,y', ...ROWS], {}, 'twice'],
  ['a column without a name', ['age,,y', ...ROWS], {}, 'Column 2'],
  [
    'a column of names',
    ['age,name,y', ...Array.from({ length: 300 }, (_, i) => `1,p${i},${i % 2}`)],
    {},
    'ignoredColumns',
  ],
  ['one class', ['age,gender,y', ...ROWS.map((row) => row.replace(/.$/, '1'))], {}, 'same label'],
  [
    '501 columns',
    [Array.from({ length: 501 }, (_, i) => `c${i}`).join(',')],
    { label: { column: 'c0' } },
    '501 columns',
  ],
])('refuses %s', async (_, lines, wish, words) => {
  await expect(run(lines, wish)).rejects.toThrow(words);
});
