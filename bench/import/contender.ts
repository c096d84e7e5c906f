/** One reading of a file, in a process of its own: what it held in memory at most is the process's own figure. */
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse';
import { TableImport } from '../../src/modules/training/dataset/table-import';
import { readRows } from '../../src/modules/training/dataset/table-rows';
import { FolderBlobs } from '../../src/platform/blob';

export interface Reading {
  readonly rows: number;
  readonly seconds: number;
  /** Of the processor, which a busy machine stretches less. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** All that the product's job does: the upload verified, columns learned, every row checked and counted, the table kept. */
async function flywheel(folder: string, hash: string): Promise<number> {
  const blobs = new FolderBlobs(folder);
  const file = await blobs.path(hash);
  const wish = { label: { column: 'y' }, ignoredColumns: [], protectedAttributes: [], maxBadRows: 0 };
  const rows = (known?: readonly string[]) => readRows(fs.createReadStream(file), null, known);
  const { table } = await new TableImport(rows, wish).run((bytes) => blobs.put(bytes));
  await blobs.put(table.rowHashes);
  return table.rows;
}

/** The peer: csv-parse as its documentation streams, each record counted and dropped. */
async function csvParse(folder: string, hash: string): Promise<number> {
  const records = fs.createReadStream(path.join(folder, hash.slice(0, 2), hash)).pipe(parse());
  let rows = -1;
  for await (const record of records) if (record) rows++;
  return rows;
}

/** The floor: the bytes read, decoded and cut at line ends and commas. */
async function bare(folder: string, hash: string): Promise<number> {
  let rest = '';
  let rows = -1;
  const text = fs.createReadStream(
    path.join(folder, hash.slice(0, 2), hash),
    'utf8',
  ) as AsyncIterable<string>;
  for await (const piece of text) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.split(',').length > 1) rows++;
  }
  return rows;
}

const CONTENDERS = { flywheel, 'csv-parse': csvParse, bare };

async function main(): Promise<void> {
  const [name, folder, hash] = process.argv.slice(2);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const rows = await CONTENDERS[name as keyof typeof CONTENDERS](folder!, hash!);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  const reading: Reading = { rows, seconds, cpuSeconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.send!(reading);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
