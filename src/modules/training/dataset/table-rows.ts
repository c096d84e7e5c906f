/** The rows of an upload whichever way it is written, in batches: one loop of the import for CSV and JSONL. */
import { invalidInput } from '../../../kernel/errors';
import { CsvReader, type CsvRecord } from './csv-reader';
import { FILE_PATH, openText } from './file-text';
import { JsonlReader } from './jsonl-reader';

export type FileFormat = 'CSV' | 'JSONL';

export interface TableRow {
  readonly line: number;
  readonly fields: readonly string[];
  /** Why it is no row of the table; undefined when it is one. */
  readonly fault?: string;
}

export interface RowBatch {
  /** The columns that are known so far: all of them for CSV, those met for JSONL. */
  readonly names: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Starts the rows from their beginning, each time it is called. @param known Columns from an earlier reading. */
export type RowSource = (known?: readonly string[]) => AsyncIterable<RowBatch>;

/**
 * @param format Absent = JSONL where the file begins with a brace, CSV otherwise.
 * @param known Columns from an earlier reading: fields of JSONL come in their order.
 * @param ignored Columns that are not kept, whatever they hold.
 * @throws AppError INVALID_INPUT for what is no text, and for quotation marks that do not match.
 */
export async function* readRows(
  bytes: AsyncIterable<Uint8Array>,
  format?: FileFormat | null,
  known?: readonly string[],
  ignored?: readonly string[],
): AsyncGenerator<RowBatch> {
  const { head, pieces } = await openText(bytes);
  const start = head.trimStart();
  if (/^\[\s*([{[\]]|$)/.test(start)) {
    const message =
      'The file is one JSON list. Send JSONL: one object a line, without brackets around and commas between.';
    throw invalidInput(FILE_PATH, message, 'format');
  }
  const isJson = format ? format === 'JSONL' : start.startsWith('{');
  yield* isJson ? jsonRows(pieces, known, ignored) : csvRows(pieces, head);
}

async function* jsonRows(
  pieces: AsyncIterable<string>,
  known?: readonly string[],
  ignored?: readonly string[],
): AsyncGenerator<RowBatch> {
  const reader = new JsonlReader(known, ignored);
  for await (const piece of pieces) {
    const rows = reader.take(piece);
    if (rows.length > 0) yield { names: reader.names, rows };
  }
  const rows = reader.end();
  if (rows.length > 0) yield { names: reader.names, rows };
}

async function* csvRows(pieces: AsyncIterable<string>, head: string): AsyncGenerator<RowBatch> {
  const reader = new CsvReader(head);
  let names: readonly string[] | undefined;
  const batch = (records: readonly CsvRecord[]): RowBatch | undefined => {
    const [header] = records;
    if (!header) return undefined;
    const rows = names ? records : records.slice(1);
    names ??= header.fields;
    return { names, rows: rows.map((record) => checked(record, names!.length)) };
  };
  for await (const piece of pieces) {
    const read = batch(reader.take(piece));
    if (read) yield read;
  }
  const last = batch(reader.end());
  if (last) yield last;
}

function checked(record: CsvRecord, width: number): TableRow {
  const { length } = record.fields;
  return length === width ? record : { ...record, fault: `${length} fields, but the header has ${width}` };
}
