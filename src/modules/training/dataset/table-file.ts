/**
 * A data set as it is kept: one JSON array a row, below a line that names the columns. Numbers are numbers and missing
 * values are null, so that whatever reads it later does not guess again, and equal tables have equal hashes.
 */
import fs from 'node:fs';
import type { Cell, ColumnKindName } from './column-profile';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKindName;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

const FORMAT = 'flywheel-table-1';

/** The bytes of a table, in pieces. `lines` are rows as JSON, each with its line end, in pieces of any size. */
export async function* tableBytes(
  columns: readonly TableColumn[],
  lines: AsyncIterable<string>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ format: FORMAT, columns })}\n`);
  for await (const piece of lines) yield Buffer.from(piece);
}

/** @throws Error when the file is no table. */
export function readTable(path: string): Table {
  const [head = '', ...lines] = fs.readFileSync(path, 'utf8').split('\n');
  const { format, columns } = JSON.parse(head) as { format: string; columns: TableColumn[] };
  if (format !== FORMAT) throw new Error(`${path} is a table of another format: ${format}`);
  return { columns, rows: lines.filter(Boolean).map((line) => JSON.parse(line) as Cell[]) };
}
