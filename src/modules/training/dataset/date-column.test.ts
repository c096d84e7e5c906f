import type { ColumnCorrection } from './import-wish';
import { TableImport } from './table-import';
import { readRows } from './table-rows';

async function run(lines: readonly string[], columns: readonly ColumnCorrection[] = []) {
  const wish = {
    label: { column: 'y' },
    ignoredColumns: [],
    protectedAttributes: [],
    maxBadRows: 0,
    columns,
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
