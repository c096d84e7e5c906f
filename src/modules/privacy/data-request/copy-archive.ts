/**
 * A copy of what is kept about a person as one file: for each table its rows as JSON, for programs, and as CSV, for people, and a page of
 * contents that says what each holds, how long and why. Read and packed piece by piece: no copy is too long.
 */
import { Readable } from 'node:stream';
import yazl from 'yazl';
import { type CsvCell, csvLine } from '../../../kernel/csv';
import type { CopiedRow } from '../../../platform/module';

export interface CopiedTable {
  readonly table: string;
  /** Reads the rows from the first on; called once for each form. */
  pages(): AsyncIterable<readonly CopiedRow[]>;
}

/** A zip archive (PKWARE APPNOTE 6.3), as it is made. */
export function archiveOf(
  contents: object,
  tables: readonly CopiedTable[],
  at: Date,
): AsyncIterable<Uint8Array> {
  const zip = new yazl.ZipFile();
  const packed = zip.outputStream as Readable;
  const options = { mtime: at, compress: true };
  zip.on('error', (error: Error) => packed.destroy(error));
  zip.addBuffer(Buffer.from(JSON.stringify(contents, null, 2)), 'contents.json', options);
  for (const { table, pages } of tables) {
    for (const [ending, formOf] of [
      ['json', jsonOf],
      ['csv', csvOf],
    ] as const) {
      zip.addReadStreamLazy(`${table}.${ending}`, options, (take) => {
        // The packer does not listen for what goes wrong with what it reads.
        const read = Readable.from(formOf(pages()), { objectMode: false });
        take(
          null,
          read.on('error', (error) => packed.destroy(error)),
        );
      });
    }
  }
  zip.end();
  return packed;
}

async function* jsonOf(pages: AsyncIterable<readonly CopiedRow[]>): AsyncGenerator<Buffer> {
  let before = '[\n';
  for await (const rows of pages) {
    yield Buffer.from(before + rows.map((row) => JSON.stringify(row)).join(',\n'));
    before = ',\n';
  }
  yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n');
}

/** All rows of a table have the same names. */
async function* csvOf(pages: AsyncIterable<readonly CopiedRow[]>): AsyncGenerator<Buffer> {
  let names: readonly string[] | undefined;
  for await (const rows of pages) {
    const heading = names === undefined ? csvLine((names = Object.keys(rows[0]!))) : '';
    const lines = rows.map((row) => csvLine(names!.map((name) => cellOf(row[name]))));
    yield Buffer.from(heading + lines.join(''));
  }
}

function cellOf(value: unknown): CsvCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof Date) return value.toISOString();
  return JSON.stringify(value);
}
