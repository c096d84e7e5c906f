import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readTable, readTableInTurns, tableBytes } from './table-file';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-table-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function written(name: string, columns: object[], lines: string): Promise<string> {
  const file = path.join(folder, name);
  const all = async function* (): AsyncGenerator<string> {
    yield lines;
  };
  const pieces: Buffer[] = [];
  for await (const piece of tableBytes(columns as never, all())) pieces.push(piece);
  fs.writeFileSync(file, Buffer.concat(pieces));
  return file;
}

test('a table is read the same in pieces of any size, whatever they cut in two', async () => {
  const columns = [
    { name: 'náme', kind: 'CATEGORICAL' },
    { name: 'n', kind: 'NUMERIC' },
  ];
  const rows = [
    ['Žofie', 1],
    ['漢字', null],
    ['😀\u2028😀', 3.5],
  ];
  const file = await written('small', columns, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  for (const pieceBytes of [1, 2, 3, 5, 7, 64, 4096])
    expect(readTable(file, pieceBytes)).toEqual({ columns, rows });
  expect(readTable(await written('none', columns, ''))).toEqual({ columns, rows: [] });
});

test('read in turns it is the same table, and others have theirs between two pieces', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => [i]);
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const file = await written('turns', [{ name: 'n', kind: 'NUMERIC' }], lines);
  let turns = 0;
  let isReading = true;
  const others = async (): Promise<void> => {
    for (; isReading; turns++) await setImmediate();
  };
  const [table] = await Promise.all([
    readTableInTurns(file, 64).finally(() => (isReading = false)),
    others(),
  ]);
  expect(table).toEqual(readTable(file));
  expect(turns).toBeGreaterThan(5);
});

test('what is no table is refused', () => {
  const file = path.join(folder, 'other');
  fs.writeFileSync(file, '{"format":"other","columns":[]}\n');
  expect(() => readTable(file)).toThrow('another format: other');
});
