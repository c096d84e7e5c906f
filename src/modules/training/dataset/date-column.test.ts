import type { ColumnCorrection } from './import-wish';
import { TableImport } from './table-import';
import { readRows } from './table-rows';

async function run(
  lines: readonly string[],
  columns: readonly ColumnCorrection[] = [],
  decimalComma = false,
) {
  const wish = {
    label: { column: 'y' },
    ignoredColumns: [],
    protectedAttributes: [],
    maxBadRows: 0,
    columns,
    decimalComma,
  };
  let text = '';
  const open = async function* () {
    yield Buffer.from(lines.join('\n'));
  };
  const { table } = await new TableImport((known) => readRows(open(), null, known), wish).run(
    async (pieces) => {
      for await (const piece of pieces) text += Buffer.from(piece).toString();
    },
  );
  return { column: table.columns[0], text };
}

const day = (i: number): string => `2026-01-${String((i % 31) + 1).padStart(2, '0')}`;
const LINES = ['hired,x,y', ...Array.from({ length: 30 }, (_, i) => `${day(i)},${i},${i % 2}`)];
const columns = [{ name: 'hired', isDate: true }];

test.each([
  ['few', LINES],
  ['many', ['hired,x,y', ...Array.from({ length: 300 }, (_, i) => `${i % 28}.1.${1700 + i},${i},${i % 2}`)]],
  [
    'worded',
    ['hired,x,y', ...Array.from({ length: 300 }, (_, i) => `${(i % 28) + 1} Jan ${1700 + i},${i},${i % 2}`)],
  ],
  [
    'American',
    ['hired,x,y', ...Array.from({ length: 30 }, (_, i) => `"March ${i + 1}, 2024",${i},${i % 2}`)],
  ],
  [
    'slashed',
    ['hired,x,y', ...Array.from({ length: 30 }, (_, i) => `2024/01/${10 + (i % 20)},${i},${i % 2}`)],
  ],
])('%s dates of which nobody said what to make are refused with what to do about them', async (_, lines) => {
  await expect(run(lines)).rejects.toThrow(/hired holds dates.*Say isDate for it in columns/);
});

test('a column of dates becomes days where that is said, and a date that is none makes a bad row', async () => {
  const { column, text } = await run(LINES, columns);
  expect(column).toMatchObject({
    kind: 'NUMERIC',
    unit: 'days since 1970-01-01',
    min: 20_454,
    max: 20_483,
  });
  expect(text).toContain('\n[20454,0,0]\n');
  const wrong = LINES.map((line, at) => (at === 2 ? '1.2.2026,0,0' : line));
  await expect(run(wrong, columns)).rejects.toThrow('line 3: "1.2.2026" in hired is not a date');
  const early = [{ ...columns[0]!, max: 20_480, outOfRange: 'MISSING' as const }];
  expect((await run(LINES, early)).column).toMatchObject({
    max: 20_480,
    missing: 3,
  });
});

test('dates may be categories all the same', async () => {
  const categories = [{ name: 'hired', kind: 'CATEGORICAL' as const }];
  expect((await run(LINES, categories)).column).toMatchObject({ kind: 'CATEGORICAL', distinct: 30 });
});

describe('numbers with a decimal comma', () => {
  const prices = (rows: number, price: (i: number) => string): string[] => [
    'price;y',
    ...Array.from({ length: rows }, (_, i) => `${price(i)};${i % 2}`),
  ];

  test('are read where that is said, and a point among them makes a bad row', async () => {
    const written = ['1.234,5', '-0,25', '7', '12 345,678'];
    const { column, text } = await run(
      prices(30, (i) => written[i % 4]!),
      [],
      true,
    );
    expect(column).toMatchObject({ kind: 'NUMERIC', min: -0.25, max: 12345.678 });
    expect(text).toContain('\n[1234.5,0]\n[-0.25,1]\n[7,0]\n[12345.678,1]\n');
    const wrong = prices(30, (i) => (i === 3 ? '1.5' : '1,5'));
    await expect(run(wrong, [], true)).rejects.toThrow('line 5: "1.5" in price is not a number');
  });

  test('are told where it is not said, and what looks like them is not', async () => {
    const many = prices(400, (i) => `${i},5`);
    await expect(run(many)).rejects.toThrow(/price holds numbers with a decimal comma, such as "0,5"\. Say/);
    const thousands = prices(400, (i) => `${1 + (i % 9)},${100 + i}`);
    await expect(run(thousands)).rejects.toThrow(/different texts, such as "1,100", so it is a name/);
  });
});

test.each([
  ['01234', true],
  ['0', false],
  ['0.5', false],
])('whether numbers begin with 0 is noticed: %s', async (text, leadingZeros) => {
  const lines = ['code,y', ...Array.from({ length: 30 }, (_, i) => `${i ? 7 : text},${i % 2}`)];
  expect((await run(lines)).column).toMatchObject({ kind: 'NUMERIC', leadingZeros });
});
