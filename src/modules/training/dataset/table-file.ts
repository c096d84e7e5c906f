/**
 * A data set as it is kept: one JSON array a row, below a line that names the columns. Numbers are numbers and missing
 * values are null, so that whatever reads it later does not guess again, and equal tables have equal hashes.
 */
import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
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
const PIECE_BYTES = 4 * 1024 * 1024;
/** Some milliseconds of work. */
const TURN_BYTES = 256 * 1024;
const LINE_END = 0x0a;

/** The bytes of a table, in pieces. `lines` are rows as JSON, each with its line end, in pieces of any size. */
export async function* tableBytes(
  columns: readonly TableColumn[],
  lines: AsyncIterable<string>,
): AsyncGenerator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ format: FORMAT, columns })}\n`);
  for await (const piece of lines) yield Buffer.from(piece);
}

/** @param pieceBytes read at once: no text holds a file of half a gigabyte. @throws Error when the file is no table. */
export function readTable(path: string, pieceBytes = PIECE_BYTES): Table {
  const reading = new TableReading(path);
  for (const lines of piecesOf(path, pieceBytes)) reading.add(lines);
  return reading.table();
}

/** The same in a process that serves: a million rows take seconds, and between two pieces others have their turn. */
export async function readTableInTurns(path: string, pieceBytes = TURN_BYTES): Promise<Table> {
  const reading = new TableReading(path);
  for (const lines of piecesOf(path, pieceBytes)) {
    reading.add(lines);
    await setImmediate();
  }
  return reading.table();
}

class TableReading {
  private columns: TableColumn[] | undefined;
  private readonly rows: Cell[][] = [];

  constructor(private readonly path: string) {}

  add(lines: readonly string[]): void {
    for (const line of lines) {
      if (this.columns) this.rows.push(JSON.parse(line) as Cell[]);
      else this.columns = columnsOf(this.path, line);
    }
  }

  table(): Table {
    return { columns: this.columns ?? columnsOf(this.path, ''), rows: this.rows };
  }
}

function columnsOf(path: string, head: string): TableColumn[] {
  const { format, columns } = JSON.parse(head) as { format: string; columns: TableColumn[] };
  if (format !== FORMAT) throw new Error(`${path} is a table of another format: ${format}`);
  return columns;
}

/** The lines of each piece, without the empty ones. Whole lines are decoded, so that no character is cut in two. */
function* piecesOf(path: string, pieceBytes: number): Generator<string[]> {
  const file = fs.openSync(path, 'r');
  try {
    const piece = Buffer.alloc(pieceBytes);
    let begun: Buffer[] = [];
    for (let read = fs.readSync(file, piece); read > 0; read = fs.readSync(file, piece)) {
      const end = piece.subarray(0, read).lastIndexOf(LINE_END) + 1;
      if (end > 0) {
        yield Buffer.concat([...begun, piece.subarray(0, end)])
          .toString('utf8')
          .split('\n')
          .filter(Boolean);
        begun = [];
      }
      begun.push(Buffer.from(piece.subarray(end, read)));
    }
    const last = Buffer.concat(begun).toString('utf8');
    if (last) yield [last];
  } finally {
    fs.closeSync(file);
  }
}
