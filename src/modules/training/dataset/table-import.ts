/**
 * From rows of texts, of a file or of wherever they are kept, to a table: one pass to learn the kinds of the columns, one to
 * check every row and write what is kept. Bad rows are collected with line and reason; more of them than allowed, and nothing
 * is kept at all. What it holds in memory grows by some 32 bytes a row, not with the file.
 */
import { invalidInput } from '../../../kernel/errors';
import { composed } from '../../../kernel/text';
import { type ColumnFigures, ColumnProfile } from './column-profile';
import { LIMITS } from './dataset-limits';
import { DAYS } from '../../../kernel/date-days';
import { hasDecimalComma } from './decimal-comma';
import type { ImportWish } from './import-wish';
import { classCounts, type LabelRule, settleLabel } from './label-rule';
import { QUOTED_LENGTH, readCells } from './read-cells';
import { RowHashes } from './row-hashes';
import { type KeptColumn, type LearnedColumns, learnColumns, refusal } from './table-columns';
import { LeakageSample } from './target-leakage';
import { tableBytes, type TableColumn } from './table-file';
import type { RowBatch, RowSource, TableRow } from './table-rows';

export interface BadRow {
  readonly line: number;
  readonly reason: string;
}

interface ImportedColumn extends TableColumn, ColumnFigures {
  /** What its numbers count, where they were made of something else. */
  readonly unit: string | null;
  /** Whether some of its numbers are written as 007. */
  readonly leadingZeros: boolean;
  /** How well it tells the label alone (`LeakageSample.aucs`). */
  readonly labelAuc: number | null;
}

export interface ImportedTable {
  readonly rows: number;
  readonly columns: readonly ImportedColumn[];
  readonly label: LabelRule;
  /** Rows of each class. */
  readonly classes: readonly number[];
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Rows that are equal to an earlier one in every kept column, whether they were kept or dropped. */
  readonly duplicates: number;
  /** `RowHashes.sortedBytes` of the rows that are kept. */
  readonly rowHashes: Uint8Array;
}

export class TableImport {
  private readonly badRows: BadRow[] = [];
  private readonly hashes = new RowHashes();
  private readonly labelNumbers: number[] = [];
  private badRowCount = 0;
  private duplicates = 0;
  private rows = 0;

  /** `onBadRow` hears the line of each row that is left out. */
  constructor(
    private readonly source: RowSource,
    private readonly wish: ImportWish,
    private readonly onBadRow?: (line: number) => void,
  ) {}

  /** Hands the bytes of the table to `write`. @throws AppError INVALID_INPUT that says what is wrong, and where. */
  async run<T>(
    write: (bytes: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<{ table: ImportedTable; written: T }> {
    const learned = await learnColumns(this.source(), this.wish);
    const columns = learned.kept.map(({ name, kind }): TableColumn => ({ name, kind }));
    const { positive } = this.wish.label;
    const profiles = learned.kept.map(
      ({ name, kind, range, isLabel }) =>
        new ColumnProfile(name, kind, range, isLabel && positive != null ? composed(positive) : null),
    );
    const sample = new LeakageSample(
      columns.map(({ kind }) => kind),
      learned.kept.findIndex(({ isLabel }) => isLabel),
    );
    let table: ImportedTable | undefined;
    const checked = this.checkedLines(learned, profiles, sample);
    // The last check happens before the last byte, so that `write` fails, and keeps nothing, when it fails.
    const lines = async function* (this: TableImport): AsyncGenerator<string> {
      yield* checked;
      table = this.conclude(learned.kept, profiles, sample);
    }.bind(this)();
    const written = await write(tableBytes(columns, lines));
    return { table: table!, written };
  }

  private async *checkedLines(
    { names, kept }: LearnedColumns,
    profiles: readonly ColumnProfile[],
    sample: LeakageSample,
  ): AsyncGenerator<string> {
    for await (const batch of this.source(names)) {
      const lines = this.linesOf(batch, kept, profiles, sample);
      if (lines) yield lines;
    }
  }

  /** The lines of the table for a batch; all in one text, because a million small pieces take longer than their contents. */
  private linesOf(
    { rows }: RowBatch,
    kept: readonly KeptColumn[],
    profiles: readonly ColumnProfile[],
    sample: LeakageSample,
  ): string {
    const labelAt = kept.findIndex(({ isLabel }) => isLabel);
    const noteOutOfRange = (at: number): void => profiles[at]!.noteOutOfRange();
    let lines = '';
    for (const row of rows) {
      const cells = row.fault ?? readCells(row.fields, kept, noteOutOfRange);
      if (typeof cells === 'string') {
        this.noteBadRow(row, cells);
        continue;
      }
      const line = JSON.stringify(cells);
      const isNew = this.hashes.add(line, this.wish.dropDuplicates ?? false);
      if (!isNew) this.duplicates++;
      if (!isNew && this.wish.dropDuplicates) continue;
      for (let at = 0; at < cells.length; at++) profiles[at]!.add(cells[at]!);
      sample.add(cells);
      const label = cells[labelAt]!;
      if (typeof label === 'number') this.labelNumbers.push(label);
      this.rows++;
      lines += `${line}\n`;
    }
    return lines;
  }

  private noteBadRow({ line }: TableRow, reason: string): void {
    this.badRowCount++;
    this.onBadRow?.(line);
    if (this.badRows.length < LIMITS.reportedRows) this.badRows.push({ line, reason });
  }

  private conclude(
    kept: readonly KeptColumn[],
    profiles: readonly ColumnProfile[],
    sample: LeakageSample,
  ): ImportedTable {
    if (this.badRowCount > this.wish.maxBadRows) throw tooManyBadRows(this.badRows, this.badRowCount);
    const crowded = kept.find(
      ({ isLabel, correction }, at) => !isLabel && !correction?.kind && profiles[at]!.hasTooManyCategories,
    );
    if (crowded) throw tooManyCategories(crowded);
    if (this.rows < LIMITS.minimumRows) {
      const message = `The data holds ${this.rows} usable row${this.rows === 1 ? '' : 's'}; at least ${LIMITS.minimumRows} are needed.`;
      throw refusal(message, 'rows');
    }
    const label = profiles[kept.findIndex(({ isLabel }) => isLabel)]!;
    const rule = settleLabel(this.wish.label, label, this.labelNumbers);
    const aucs = sample.aucs(rule);
    return {
      rows: this.rows,
      columns: profiles.map((profile, at) => ({
        name: profile.name,
        kind: profile.kind,
        unit: kept[at]!.correction?.isDate ? DAYS : (kept[at]!.correction?.unit ?? null),
        leadingZeros: kept[at]!.leadingZeros,
        labelAuc: aucs[at]!,
        ...profile.figures(),
      })),
      label: rule,
      classes: classCounts(rule, label, this.labelNumbers),
      badRows: this.badRows,
      badRowCount: this.badRowCount,
      duplicates: this.duplicates,
      rowHashes: this.hashes.sortedBytes(),
    };
  }
}

function tooManyCategories({ name, mixture, example }: KeptColumn): Error {
  const commas = example !== undefined && hasDecimalComma(example);
  const what = commas
    ? `The column ${name} holds numbers with a decimal comma, such as "${example.slice(0, QUOTED_LENGTH)}". Say decimalComma, or list it in ignoredColumns.`
    : mixture
      ? `The column ${name} mixes ${mixture.numbers} numbers with ${mixture.texts} texts, such as "${mixture.example.slice(0, QUOTED_LENGTH)}". Correct it, or say in columns which texts mean that the value is missing; or list it in ignoredColumns.`
      : `The column ${name} holds more than ${LIMITS.categories} different texts, such as "${example?.slice(0, QUOTED_LENGTH)}", so it is a name or an id rather than a category. List it in ignoredColumns, or say in columns that its kind is TEXT, or CATEGORICAL all the same.`;
  return invalidInput(['input', 'ignoredColumns'], what, 'categories');
}

function tooManyBadRows(badRows: readonly BadRow[], count: number): Error {
  const spelled = badRows.slice(0, LIMITS.spelledRows).map(({ line, reason }) => `line ${line}: ${reason}`);
  const more = count > spelled.length ? `; and ${count - spelled.length} more` : '';
  const message = `${count} rows cannot be read, so nothing was stored. ${spelled.join('; ')}${more}. Correct them, list in ignoredColumns what is not needed, say in columns which texts mean that a value is missing, or allow some with maxBadRows.`;
  return refusal(message, 'rows');
}
