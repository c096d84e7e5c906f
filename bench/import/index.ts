/**
 * Import: a file becomes a checked table with its statistics, beside csv-parse that only reads it once, and beside the
 * bare cutting of lines. What counts is rows a second, and that memory does not grow with the file.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FolderBlobs } from '../../src/platform/blob';
import type { Benchmark } from '../main';
import { type Goal, printGoals, printTable } from '../measure/table';
import type { Reading } from './contender';
import { madeRows, type RowFormat } from './made-rows';

interface Contender {
  readonly name: string;
  readonly reads: 'flywheel' | 'csv-parse' | 'bare';
  readonly format: RowFormat;
}

const CONTENDERS: readonly Contender[] = [
  { name: 'flywheel, CSV', reads: 'flywheel', format: 'CSV' },
  { name: 'flywheel, JSONL', reads: 'flywheel', format: 'JSONL' },
  { name: 'csv-parse, read once', reads: 'csv-parse', format: 'CSV' },
  { name: 'lines cut, read once', reads: 'bare', format: 'CSV' },
];
/** Memory is compared with that of a file this much smaller. */
const SMALLER = 10;
const PASSES = 2;
const MOST_BYTES_A_ROW = 200;
const MEBIBYTE = 2 ** 20;

async function read({ reads }: Contender, folder: string, hash: string): Promise<Reading> {
  const child = fork(path.join(__dirname, 'contender.ts'), [reads, folder, hash], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${reads} ended with ${String(code)} before it answered`);
  });
  const [reading] = (await Promise.race([once(child, 'message'), failed])) as [Reading];
  await failed.catch(() => undefined);
  return reading;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

export const benchmark: Benchmark = {
  summary: 'a file to a checked table, beside csv-parse: rows a second and peak memory (--rows N)',
  async run({ json, rounds, rows }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-import-'));
    try {
      const blobs = new FolderBlobs(folder);
      const store = async (count: number, format: RowFormat): Promise<{ hash: string; sizeBytes: number }> =>
        blobs.put(
          (async function* () {
            yield* madeRows(count, format);
          })(),
        );
      const files = { CSV: await store(rows, 'CSV'), JSONL: await store(rows, 'JSONL') };
      const small = await store(Math.ceil(rows / SMALLER), 'CSV');
      const readings = CONTENDERS.map((): Reading[] => []);
      for (let round = 0; round < rounds; round++) {
        for (let turn = 0; turn < CONTENDERS.length; turn++) {
          const at = (round + turn) % CONTENDERS.length;
          const contender = CONTENDERS[at]!;
          const reading = await read(contender, folder, files[contender.format].hash);
          if (reading.rows !== rows)
            throw new Error(`${contender.name} read ${reading.rows} of ${rows} rows`);
          readings[at]!.push(reading);
        }
      }
      const smallPeak = (await read(CONTENDERS[0]!, folder, small.hash)).peakBytes;
      const results = CONTENDERS.map(({ name, format }, at) => ({
        name,
        rowsPerSecond: rows / median(readings[at]!.map(({ seconds }) => seconds)),
        megabytesPerSecond:
          files[format].sizeBytes / MEBIBYTE / median(readings[at]!.map(({ seconds }) => seconds)),
        cpuMicrosARow: (1e6 * median(readings[at]!.map(({ cpuSeconds }) => cpuSeconds))) / rows,
        peakMiB: median(readings[at]!.map(({ peakBytes }) => peakBytes)) / MEBIBYTE,
      }));
      const [own, , peer] = results;
      const grown = (own!.peakMiB * MEBIBYTE - smallPeak) / (rows - Math.ceil(rows / SMALLER));
      const goals: Goal[] = [
        {
          // The import reads a file twice: it keeps nothing of it in memory, and must know the kinds before the first row.
          what: 'rows a second, as a multiple of csv-parse reading as often',
          goal: '≥ 1',
          reached: (PASSES * own!.rowsPerSecond) / peer!.rowsPerSecond,
          met: PASSES * own!.rowsPerSecond >= peer!.rowsPerSecond,
        },
        {
          what: `bytes of memory for each row more, from ${Math.ceil(rows / SMALLER)} to ${rows}`,
          goal: `≤ ${MOST_BYTES_A_ROW}`,
          reached: grown,
          met: grown <= MOST_BYTES_A_ROW,
        },
      ];
      const sizes = {
        rows,
        csvMiB: files.CSV.sizeBytes / MEBIBYTE,
        jsonlMiB: files.JSONL.sizeBytes / MEBIBYTE,
      };
      if (json) {
        console.log(JSON.stringify({ ...sizes, smallPeakMiB: smallPeak / MEBIBYTE, results, goals }));
        return;
      }
      printTable(
        `${rows} rows, ${sizes.csvMiB.toFixed(0)} MiB of CSV`,
        ['rows/s', 'MiB/s', 'CPU µs/row', 'peak MiB'],
        results.map(({ name, rowsPerSecond, megabytesPerSecond, cpuMicrosARow, peakMiB }) => [
          name,
          rowsPerSecond.toFixed(0),
          megabytesPerSecond.toFixed(1),
          cpuMicrosARow.toFixed(2),
          peakMiB.toFixed(0),
        ]),
      );
      printGoals(goals);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
};
