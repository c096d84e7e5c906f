/**
 * From the bytes of a CSV file to a table: one pass to learn the kinds of the columns, one to check every row and write
 * what is kept. Bad rows are collected with line and reason; more of them than allowed, and nothing is kept at all.
 */
import { invalidInput } from '../../../kernel/errors';
import {
  type Cell,
  type ColumnFigures,
  type ColumnKindName,
  ColumnProfile,
  isMissing,
  KindCount,
  readNumber,
} from './column-profile';
import { type CsvRecord, readCsv } from './csv-reader';
import { LIMITS } from './dataset-limits';
import { classCounts, type LabelRule, type LabelWish, settleLabel } from './label-rule';
import { tableBytes, type TableColumn } from './table-file';

export interface ImportWish {
  readonly label: LabelWish;
  readonly ignoredColumns: readonly string[];
  readonly protectedAttributes: readonly string[];
  readonly maxBadRows: number;
}

export interface BadRow {
  readonly line: number;
  readonly reason: string;
}

interface ImportedColumn extends TableColumn, ColumnFigures {}

export interface ImportedTable {
  readonly rows: number;
  readonly columns: readonly ImportedColumn[];
  readonly label: LabelRule;
  /** Rows of each class. */
  readonly classes: readonly number[];
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
}

interface Header {
  readonly names: readonly string[];
  readonly kept: readonly { readonly index: number; readonly name: string }[];
}

export class CsvImport {
  private readonly badRows: BadRow[] = [];
  private badRowCount = 0;
  private rows = 0;
  private readonly labelNumbers: number[] = [];

  /** `open` starts the file from its beginning, each time it is called. */
  constructor(
    private readonly open: () => AsyncIterable<Uint8Array>,
    private readonly wish: ImportWish,
  ) {}

  /** Hands the bytes of the table to `write`. @throws AppError INVALID_INPUT that says what is wrong, and where. */
  async run<T>(
    write: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<{ table: ImportedTable; written: T }> {
    const { header, kinds } = await this.learnKinds();
    const columns = header.kept.map(({ name }, at): TableColumn => ({ name, kind: kinds[at]! }));
    const profiles = columns.map(({ name, kind }) => new ColumnProfile(name, kind));
    let table: ImportedTable | undefined;
    const checked = this.checkedRows(header, profiles);
    // The last check happens before the last byte, so that `write` fails, and keeps nothing, when it fails.
    const rows = async function* (this: CsvImport): AsyncGenerator<readonly Cell[]> {
      yield* checked;
      table = this.conclude(profiles);
    }.bind(this)();
    const written = await write(tableBytes(columns, rows));
    return { table: table!, written };
  }

  private async learnKinds(): Promise<{ header: Header; kinds: ColumnKindName[] }> {
    let header: Header | undefined;
    let counts: KindCount[] = [];
    let rows = 0;
    for await (const { fields } of readCsv(this.open())) {
      if (!header) {
        header = this.readHeader(fields);
        counts = header.kept.map(() => new KindCount());
        continue;
      }
      if (++rows > LIMITS.rows)
        throw refusal(`The file holds more than ${LIMITS.rows} rows. Split it, or take a sample.`, 'rows');
      if (fields.length === header.names.length)
        header.kept.forEach(({ index }, at) => counts[at]!.add(fields[index]!));
    }
    if (!header)
      throw refusal('The file is empty. Upload a CSV file with a header line and at least one row.', 'empty');
    if (rows === 0) throw refusal('The file holds a header and no rows.', 'empty');
    return { header, kinds: counts.map((count) => count.kind()) };
  }

  private readHeader(names: readonly string[]): Header {
    const { label, protectedAttributes, ignoredColumns } = this.wish;
    if (names.length > LIMITS.columns) {
      throw refusal(
        `The file holds ${names.length} columns; at most ${LIMITS.columns} are taken.`,
        'columns',
      );
    }
    const unnamed = names.findIndex((name) => name === '');
    if (unnamed >= 0) throw refusal(`Column ${unnamed + 1} of the header has no name.`, 'header');
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw refusal(`The header names the column ${twice} twice.`, 'header');
    const need = (name: string, field: string): void => {
      if (names.includes(name)) return;
      const message = `The file has no column ${name}. Its columns are: ${names.slice(0, 30).join(', ')}.`;
      throw invalidInput(['input', field], message, 'column');
    };
    need(label.column, 'label');
    for (const name of protectedAttributes) need(name, 'protectedAttributes');
    for (const name of ignoredColumns) need(name, 'ignoredColumns');
    if (ignoredColumns.includes(label.column)) throw refusal('The label cannot be ignored.', 'label');
    const kept = names
      .map((name, index) => ({ index, name }))
      .filter(({ name }) => !ignoredColumns.includes(name));
    if (kept.length < 2)
      throw refusal('Beside the label there must be at least one column to learn from.', 'columns');
    return { names, kept };
  }

  private async *checkedRows(
    header: Header,
    profiles: readonly ColumnProfile[],
  ): AsyncGenerator<readonly Cell[]> {
    let isHeader = true;
    for await (const record of readCsv(this.open())) {
      if (isHeader) {
        isHeader = false;
        continue;
      }
      const row = this.readRow(record, header, profiles);
      if (typeof row === 'string') {
        this.badRowCount++;
        if (this.badRows.length < LIMITS.reportedRows) this.badRows.push({ line: record.line, reason: row });
        continue;
      }
      row.forEach((value, at) => profiles[at]!.add(value));
      this.rows++;
      yield row;
    }
  }

  /** The cells of a row, or why it is none. */
  private readRow(
    { fields }: CsvRecord,
    { names, kept }: Header,
    profiles: readonly ColumnProfile[],
  ): Cell[] | string {
    if (fields.length !== names.length) return `${fields.length} fields, but the header has ${names.length}`;
    const row: Cell[] = [];
    for (const [at, { index, name }] of kept.entries()) {
      const text = fields[index]!;
      const isLabel = name === this.wish.label.column;
      if (isMissing(text)) {
        if (isLabel) return `no label (${name})`;
        row.push(null);
        continue;
      }
      const value = profiles[at]!.kind === 'NUMERIC' ? readNumber(text) : text;
      if (value === 'NOT_FINITE') return `${text} in ${name} is not a number that can be learned from`;
      if (profiles[at]!.kind === 'NUMERIC' && typeof value === 'string') {
        return value === 'TOO_LARGE'
          ? `${text} in ${name} is too large`
          : `"${text.slice(0, 40)}" in ${name} is not a number`;
      }
      row.push(value);
    }
    const label = row[kept.findIndex(({ name }) => name === this.wish.label.column)]!;
    if (typeof label === 'number') this.labelNumbers.push(label);
    return row;
  }

  private conclude(profiles: readonly ColumnProfile[]): ImportedTable {
    if (this.badRowCount > this.wish.maxBadRows) throw tooManyBadRows(this.badRows, this.badRowCount);
    const label = profiles.find(({ name }) => name === this.wish.label.column)!;
    const crowded = profiles.find((profile) => profile.hasTooManyCategories && profile !== label);
    if (crowded) {
      const message = `The column ${crowded.name} holds more than ${LIMITS.categories} different texts, so it is a name or an id rather than a category. List it in ignoredColumns.`;
      throw invalidInput(['input', 'ignoredColumns'], message, 'categories');
    }
    const rule = settleLabel(this.wish.label, label, this.labelNumbers);
    if (this.rows < LIMITS.minimumRows) {
      throw refusal(
        `The file holds ${this.rows} usable rows; at least ${LIMITS.minimumRows} are needed.`,
        'rows',
      );
    }
    return {
      rows: this.rows,
      columns: profiles.map((profile) => ({ name: profile.name, kind: profile.kind, ...profile.figures() })),
      label: rule,
      classes: classCounts(rule, label, this.labelNumbers),
      badRows: this.badRows,
      badRowCount: this.badRowCount,
    };
  }
}

function tooManyBadRows(badRows: readonly BadRow[], count: number): Error {
  const spelled = badRows.slice(0, LIMITS.spelledRows).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = count > spelled.length ? `; and ${count - spelled.length} more` : '';
  const message = `${count} rows cannot be read, so nothing was stored. ${spelled.join('; ')}${more}. Correct them, or allow some with maxBadRows.`;
  return invalidInput(['input', 'uploadId'], message, 'rows');
}

function refusal(message: string, constraint: string): ReturnType<typeof invalidInput> {
  return invalidInput(['input', 'uploadId'], message, constraint);
}
