/** The columns of a file as far as they are kept: their names checked, and their kinds from a first reading. */
import { invalidInput } from '../../../kernel/errors';
import { KindCount, type Mixture, readDays, readNumber } from './column-kind';
import type { ColumnKindName } from './column-profile';
import { LIMITS } from './dataset-limits';
import { readDecimalComma } from './decimal-comma';
import { FILE_PATH } from './file-text';
import type { ColumnCorrection, ImportWish } from './import-wish';
import type { RowBatch } from './table-rows';

export interface KeptColumn {
  /** Its place among the fields of a row. */
  readonly index: number;
  readonly name: string;
  readonly kind: ColumnKindName;
  /** Between which its numbers lie, as far as was seen and is allowed. */
  readonly range: readonly [number, number] | undefined;
  readonly correction: ColumnCorrection | undefined;
  /** How its numbers are written. */
  readonly numberOf: typeof readNumber;
  readonly looksLikeDates: boolean;
  /** Whether some of its numbers are written as 007. */
  readonly leadingZeros: boolean;
  readonly mixture: Mixture | undefined;
  /** One of its texts that are no number. */
  readonly example: string | undefined;
  readonly isLabel: boolean;
}

export interface LearnedColumns {
  /** All columns of the file, in order. */
  readonly names: readonly string[];
  readonly kept: readonly KeptColumn[];
}

const LISTED_NAMES = 30;

/** Reads the rows once. @throws AppError INVALID_INPUT for what no table can be made of. */
export async function learnColumns(
  batches: AsyncIterable<RowBatch>,
  wish: ImportWish,
): Promise<LearnedColumns> {
  const counts: (KindCount | undefined)[] = [];
  const corrections = new Map((wish.columns ?? []).map((column) => [column.name, column]));
  const numberOf = wish.decimalComma ? readDecimalComma : readNumber;
  let names: readonly string[] | undefined;
  let rows = 0;
  const countOf = (name: string): KindCount | undefined => {
    if (wish.ignoredColumns.includes(name)) return undefined;
    const { isDate, missing } = corrections.get(name) ?? {};
    return new KindCount(isDate ? readDays : numberOf, missing ?? undefined);
  };
  const read = (batch: RowBatch): void => {
    // Those of JSONL grow while it is read.
    for (const name of batch.names.slice(counts.length)) counts.push(countOf(name));
    names = batch.names;
    rows += batch.rows.length;
    if (rows > LIMITS.rows)
      throw refusal(`The file holds more than ${LIMITS.rows} rows. Split it, or take a sample.`, 'rows');
    for (const { fields, fault } of batch.rows) {
      if (fault !== undefined) continue;
      for (let at = 0; at < fields.length; at++) counts[at]?.add(fields[at]!);
    }
  };
  for await (const batch of batches) {
    if (!names) checkWidth(batch.names);
    read(batch);
  }
  if (!names)
    throw refusal(
      'The file is empty. Upload CSV with a header line, or JSONL, with at least one row.',
      'empty',
    );
  if (rows === 0) throw refusal('The file holds a header and no rows.', 'empty');
  checkNames(names, wish);
  const kept = names.flatMap((name, index): KeptColumn[] => {
    const count = counts[index];
    if (!count) return [];
    const correction = corrections.get(name);
    const kind = correction?.isDate ? 'NUMERIC' : (correction?.kind ?? count.kind());
    return [
      {
        index,
        name,
        kind,
        range: allowed(count.range, correction),
        correction,
        numberOf,
        looksLikeDates: count.looksLikeDates,
        leadingZeros: count.leadingZeros,
        mixture: count.mixture,
        example: count.example,
        isLabel: name === wish.label.column,
      },
    ];
  });
  checkKept(kept, wish);
  return { names, kept };
}

function allowed(
  seen: readonly [number, number] | undefined,
  correction: ColumnCorrection | undefined,
): readonly [number, number] | undefined {
  if (!seen) return undefined;
  const within = (value: number): number =>
    Math.min(correction?.max ?? Infinity, Math.max(correction?.min ?? -Infinity, value));
  return [within(seen[0]), within(seen[1])];
}

function checkWidth(names: readonly string[]): void {
  if (names.length > LIMITS.columns)
    throw refusal(`The file holds ${names.length} columns; at most ${LIMITS.columns} are taken.`, 'columns');
}

function checkNames(names: readonly string[], wish: ImportWish): void {
  const { label, protectedAttributes, ignoredColumns, columns } = wish;
  const unnamed = names.indexOf('');
  if (unnamed >= 0) {
    const message = `Column ${unnamed + 1} of the header has no name. Give it one, or leave the column out of the file (pandas writes its index so, unless it is told index=False).`;
    throw refusal(message, 'header');
  }
  // No body of JSON with such a key is taken, so that nobody could ask a model that has learned from it.
  if (names.includes('__proto__')) throw refusal('A column cannot be named __proto__. Rename it.', 'header');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refusal(`The header names the column ${twice} twice.`, 'header');
  const need = (name: string, field: string): void => {
    if (names.includes(name)) return;
    const listed = `${names.slice(0, LISTED_NAMES).join(', ')}${names.length > LISTED_NAMES ? ', …' : ''}`;
    throw invalidInput(
      ['input', field],
      `The file has no column ${name}. Its columns are: ${listed}.`,
      'column',
    );
  };
  need(label.column, 'label');
  for (const name of protectedAttributes) need(name, 'protectedAttributes');
  for (const name of ignoredColumns) need(name, 'ignoredColumns');
  for (const { name } of columns ?? []) need(name, 'columns');
  const hidden = protectedAttributes.find((name) => ignoredColumns.includes(name));
  if (hidden !== undefined) {
    const message = `${hidden} is to be ignored, so nobody could be told apart by it. Keep it; a recipe leaves it out of learning with excludedColumns.`;
    throw invalidInput(['input', 'protectedAttributes'], message, 'ignored');
  }
  if (ignoredColumns.includes(label.column)) throw refusal('The label cannot be ignored.', 'label');
}

function checkKept(kept: readonly KeptColumn[], { protectedAttributes }: ImportWish): void {
  if (kept.length < 2)
    throw refusal('Beside the label there must be at least one column to learn from.', 'columns');
  const dates = kept.find(
    ({ kind, looksLikeDates, correction, isLabel }) =>
      looksLikeDates && kind !== 'NUMERIC' && !correction?.kind && !isLabel,
  );
  if (dates) {
    const message = `The column ${dates.name} holds dates, and no model knows by itself what to learn from one. Say isDate for it in columns, so that it counts days since 1970-01-01 (written as 2026-01-31); or list it in ignoredColumns; or say that its kind is CATEGORICAL.`;
    throw invalidInput(['input', 'columns'], message, 'dates');
  }
  const wrong = kept.find(
    ({ name, kind, isLabel }) =>
      (kind === 'TEXT' || kind === 'IMAGE') && (isLabel || protectedAttributes.includes(name)),
  );
  if (!wrong) return;
  const field = wrong.isLabel ? 'label' : 'protectedAttributes';
  const message = `The column ${wrong.name} holds ${wrong.kind === 'TEXT' ? 'free texts' : 'images'}, so it tells no groups apart. Choose another one.`;
  throw invalidInput(['input', field], message, 'kind');
}

export function refusal(message: string, constraint: string): ReturnType<typeof invalidInput> {
  return invalidInput(FILE_PATH, message, constraint);
}
