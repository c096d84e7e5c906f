import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readTable, tableBytes } from './table-file';

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

test('what is no table is refused', () => {
  const file = path.join(folder, 'other');
  fs.writeFileSync(file, '{"format":"other","columns":[]}\n');
  expect(() => readTable(file)).toThrow('another format: other');
});
