import type { ImportWish } from './import-wish';
import { TableImport } from './table-import';
import { readRows } from './table-rows';

const ROWS = Array.from({ length: 30 }, (_, i) => `${20 + i},${i % 3 ? 'm' : 'f'},${i % 2}`);
const TABLE = ['age,gender,y', ...ROWS];

async function run(lines: readonly string[], wish: Partial<ImportWish> = {}) {
  const bytes = Buffer.from(lines.join('\n'));
  const full: ImportWish = {
    label: { column: 'y' },
    ignoredColumns: [],
    protectedAttributes: [],
    maxBadRows: 0,
    ...wish,
  };
  const kept: Buffer[] = [];
  const open = async function* () {
    yield bytes;
  };
  const rows = (known?: readonly string[]) => readRows(open(), full.format, known, full.ignoredColumns);
  const { table } = await new TableImport(rows, full).run(async (pieces) => {
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
  const [age] = table.columns;
  expect(age).toMatchObject({ name: 'age', min: 20, max: 49, mean: 34.5, missing: 0, distinct: 30 });
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
  [
    'a protected attribute that is ignored: nobody would be told apart by it',
    TABLE,
    { protectedAttributes: ['gender'], ignoredColumns: ['gender'] },
    'gender is to be ignored',
  ],
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

describe('JSONL', () => {
  const OBJECTS = ROWS.map((row) => {
    const [age, gender, y] = row.split(',');
    return JSON.stringify({ age: Number(age), gender, y: Number(y) });
  });

  test('makes the very same table as CSV, also where keys stand in another order or are missing', async () => {
    const csv = await run(with_(3, '22,,1'));
    const json = [...OBJECTS];
    json[2] = '{"y": 1, "gender": null, "age": 22}';
    expect((await run(json)).text).toBe(csv.text);
    json[2] = '{"age": 22, "y": 1}';
    expect((await run(json)).text).toBe(csv.text);
  });

  test('takes truth values as categories, and a column that begins late', async () => {
    const json = OBJECTS.map((line, at) =>
      at < 10 ? line : line.replace('}', `,"member":${at % 2 === 0}}`),
    );
    const { table } = await run(json);
    expect(table.columns.at(-1)).toMatchObject({
      name: 'member',
      kind: 'CATEGORICAL',
      missing: 10,
      topValues: [
        { value: 'false', count: 10 },
        { value: 'true', count: 10 },
      ],
    });
  });

  test.each([
    ['a broken line', '{"age": 22,', 'line 3: no JSON'],
    ['a list', '[22, "m", 1]', 'line 3: no JSON object'],
    ['an object within', '{"age": {"years": 22}, "gender": "m", "y": 1}', 'line 3: age holds an object'],
    ['a key twice', '{"age": 22, "gender": "m", "y": 1, "age ": 23}', 'line 3: two keys are named age'],
    ['a number beyond all bounds', '{"age": 1e999, "gender": "m", "y": 1}', 'line 3: Infinity in age'],
  ])('%s is a bad row with its line', async (_, line, words) => {
    await expect(run(OBJECTS.map((old, at) => (at === 2 ? line : old)))).rejects.toThrow(words);
  });

  test('of lists alone says so, and not that a column is missing', async () => {
    const lists = OBJECTS.map(() => '{"age": [22], "gender": "m", "y": 1}');
    await expect(run(lists)).rejects.toThrow('line 1: age holds a list');
    const ignored = OBJECTS.map((line) => line.replace('"age": ', '"age": [').replace(/(\[\d+)/, '$1]'));
    const { table } = await run(ignored, { ignoredColumns: ['age'] });
    expect(table.columns.map(({ name }) => name)).not.toContain('age');
  });

  test('of more keys than columns are taken is refused', async () => {
    const lines = Array.from({ length: 600 }, (_, at) => `{"k${at}": 1}`);
    await expect(run(lines)).rejects.toThrow('more than 500 different keys by line 501');
  });
});

describe('a correction', () => {
  const columnOf = async (correction: object, lines = TABLE) =>
    (await run(lines, { columns: [correction as never] })).table.columns.find(
      ({ name }) => name === (correction as { name: string }).name,
    )!;

  test('makes categories of numbers', async () => {
    expect(await columnOf({ name: 'age', kind: 'CATEGORICAL' })).toMatchObject({
      kind: 'CATEGORICAL',
      distinct: 30,
    });
  });

  test('lets a column hold more texts than are taken for categories', async () => {
    const names = ['age,name,y', ...Array.from({ length: 300 }, (_, i) => `1,p${i},${i % 2}`)];
    expect(await columnOf({ name: 'name', kind: 'CATEGORICAL' }, names)).toMatchObject({
      kind: 'CATEGORICAL',
    });
    expect(await columnOf({ name: 'name', kind: 'TEXT' }, names)).toMatchObject({
      kind: 'TEXT',
      topValues: [],
    });
  });

  test('names texts that mean missing', async () => {
    expect(await columnOf({ name: 'gender', missing: ['f'] })).toMatchObject({ missing: 10, distinct: 1 });
  });

  test('names texts that mean missing, and what is left says what the column holds', async () => {
    const wages = ['wage,y', ...Array.from({ length: 30 }, (_, i) => `${i % 3 ? i : 'unknown'},${i % 2}`)];
    expect(await columnOf({ name: 'wage', missing: ['unknown'] }, wages)).toMatchObject({
      kind: 'NUMERIC',
      missing: 10,
      min: 1,
    });
    const coded = wages.map((row) => row.replace('unknown', '-999'));
    const { histogram } = await columnOf({ name: 'wage', missing: ['-999'] }, coded);
    expect(histogram[0]!.from).toBe(1);
  });

  test.each([
    ['MISSING', { missing: 9, outOfRange: 9, max: 40, min: 20 }],
    ['CLAMP', { missing: 0, outOfRange: 9, max: 40, min: 20 }],
  ])('says what becomes of numbers out of range: %s', async (outOfRange, figures) => {
    expect(await columnOf({ name: 'age', max: 40, outOfRange })).toMatchObject(figures);
  });

  test('makes rows out of range bad ones unless it says otherwise', async () => {
    const wish = { columns: [{ name: 'age', min: 21 }] };
    await expect(run(TABLE, wish)).rejects.toThrow('line 2: 20 in age is out of range (21 to ∞)');
  });

  test('cannot make a label of texts or images', async () => {
    const wish = { label: { column: 'gender' }, columns: [{ name: 'gender', kind: 'TEXT' as const }] };
    await expect(run(TABLE, wish)).rejects.toThrow('holds free texts');
  });

  test('makes an image of base64, and a bad row of what is none', async () => {
    const dot =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const images = ['face,y', ...Array.from({ length: 24 }, (_, i) => `${i === 7 ? 'hello' : dot},${i % 2}`)];
    const wish = { columns: [{ name: 'face', kind: 'IMAGE' as const }], maxBadRows: 1 };
    const { table } = await run(images, wish);
    expect(table).toMatchObject({
      rows: 23,
      badRows: [{ line: 9, reason: expect.stringContaining('face holds no image') }],
    });
  });
});

test('equal rows are counted, and all but the first are dropped where that is asked', async () => {
  const lines = [...TABLE, ROWS[0]!, ROWS[1]!, ROWS[1]!];
  expect((await run(lines)).table).toMatchObject({ rows: 33, duplicates: 3 });
  const { table, text } = await run(lines, { dropDuplicates: true });
  expect(table).toMatchObject({ rows: 30, duplicates: 3 });
  expect(text).toBe((await run(TABLE)).text);
});

test('sentences are taken for free text, names are not', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `"It was the ${i}th good day, and ""fine""",${i % 2}`);
  expect((await run(['text,y', ...lines])).table.columns[0]).toMatchObject({ kind: 'TEXT' });
});

test('numbers mixed with too many texts are refused with both counts', async () => {
  const lines = Array.from({ length: 300 }, (_, i) => `${i % 3 ? `about ${i}` : i},${i % 2}`);
  await expect(run(['x,y', ...lines])).rejects.toThrow(
    'x mixes 100 numbers with 200 texts, such as "about 1"',
  );
});

test.each([
  ['one row', ['age,y', '1,1'], 'holds 1 usable row; at least 20'],
  ['ten thousand columns', [Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')], '10000 columns'],
  ['a record that never ends', ['y,x', `1,"${'a'.repeat(1_100_000)}`], 'quotation mark'],
  ['a name that nobody can send', ['__proto__,y', '1,1'], 'cannot be named __proto__'],
  ['a JSON list', ['[', '{"y": 1}', ']'], 'Send JSONL'],
])('%s is refused in words', async (_, lines, words) => {
  await expect(run(lines)).rejects.toThrow(words);
});

test('one value of a label is learned against the rest, however many others come before it', async () => {
  const towns = Array.from({ length: 300 }, (_, i) => `${i},t${i}`);
  const lines = ['x,town', ...towns, ...Array.from({ length: 6 }, (_, i) => `${i},home`)];
  const { table } = await run(lines, { label: { column: 'town', positive: 'home' } });
  expect(table).toMatchObject({ classes: [300, 6], label: { positive: 'home' } });
  expect(table.columns[1]!.distinct).toBe(201);
});

test('a column that never varies is kept, and noted in its figures', async () => {
  const { table } = await run(['one,x,y', ...ROWS.map((row, i) => `7,${i},${i % 2}`)]);
  expect(table.columns[0]).toMatchObject({
    distinct: 1,
    standardDeviation: 0,
    histogram: [{ from: 7, to: 7, count: 30 }],
  });
});

test('line breaks in quotation marks stay in their cell, and later lines keep their number', async () => {
  const lines = ['note,x,y', '"first', 'second",1,1', ...ROWS.map((_, i) => `n,${i},${i % 2}`)];
  const { text } = await run(lines);
  expect(text).toContain('["first\\nsecond",1,1]');
  await expect(run([...lines, 'n,oops,1'])).rejects.toThrow(`line ${lines.length + 1}: "oops" in x`);
});
