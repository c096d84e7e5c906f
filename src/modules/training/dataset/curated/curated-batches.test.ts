import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RowBatch } from '../table-rows';
import { baseBatches, curatedRow } from './curated-batches';
import type { CuratedTarget } from './curated-target';

const labels = ['y ≤ 7', 'y > 7'];
const target: CuratedTarget = {
  columns: [
    { name: 'age', kind: 'NUMERIC', unit: null },
    { name: 'words', kind: 'TEXT', unit: null },
    { name: 'y', kind: 'CATEGORICAL', unit: null },
  ],
  label: { column: 'y' },
  classes: { labels, cells: labels },
  protectedAttributes: [],
};
const RULE = { column: 'y', kind: 'ABOVE_MEDIAN' as const, positive: null, threshold: 7, labels };
const row = (inputs: object, answer: string | number) => ({
  customerId: 'cus_1',
  id: 'crw_1',
  feedbackId: 'fbk_1',
  modelVersionId: 'mdv_1',
  inputs: inputs as Record<string, unknown>,
  answer,
});

test('the rows of a kept table come as they are, their label as its class', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-base-'));
  const file = path.join(folder, 'table');
  const lines = Array.from({ length: 1201 }, (_, i) =>
    JSON.stringify([i / 10, i % 2 ? null : 'a\u2028"b"', i % 10]),
  );
  fs.writeFileSync(file, `${['{"columns":[]}', ...lines].join('\n')}\n`);
  const batches: RowBatch[] = [];
  for await (const batch of baseBatches(file, RULE, target)) batches.push(batch);
  fs.rmSync(folder, { recursive: true });
  const rows = batches.flatMap((batch) => batch.rows);
  expect(batches.map((batch) => batch.rows.length)).toEqual([500, 500, 201]);
  expect(rows[8]).toEqual({ line: 9, fields: ['0.8', 'a\u2028"b"', 'y > 7'] });
  expect(rows.at(-1)).toEqual({ line: 1201, fields: ['120', 'a\u2028"b"', 'y ≤ 7'] });
});

test('an accepted row takes its place under the columns; what it lacks is missing', () => {
  expect(curatedRow(row({ words: ' fine ', age: 3.5 }, 'y > 7'), target, 4)).toEqual({
    line: 4,
    fields: ['3.5', 'fine', 'y > 7'],
  });
  expect(curatedRow(row({ age: null }, 'y ≤ 7'), target, 4).fields).toEqual(['', '', 'y ≤ 7']);
});

test.each([
  ['a column that the data has not', row({ age: 1, sector: 'a' }, 'y > 7'), target, 'no column sector'],
  ['the label among its inputs', row({ age: 1, y: 3 }, 'y > 7'), target, 'no column y'],
  ['a class of another question', row({ age: 1 }, 'y > 8'), target, 'none of the classes y ≤ 7, y > 7'],
  [
    'a class where numbers are learned',
    row({ age: 1 }, 'y > 7'),
    { ...target, classes: undefined },
    'no number',
  ],
])('%s is a bad row that names its feedback', (_, from, into, words) => {
  expect(curatedRow(from, into, 4).fault).toMatch(new RegExp(`^feedback fbk_1: .*${words}`));
});
