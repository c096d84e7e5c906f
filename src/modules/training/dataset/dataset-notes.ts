/** What a person should know of data before training on it, in sentences: nothing here is wrong enough to refuse it. */
import { doubtsAbout } from './column-doubts';
import { readNumber } from './column-kind';
import type { ColumnFigures, ColumnKindName } from './column-profile';
import { LIMITS } from './dataset-limits';
import { hasDecimalComma } from './decimal-comma';

export interface NotedTable {
  readonly rows: number;
  readonly duplicateRows: number | null;
  readonly columns: readonly NotedColumn[];
  readonly label: {
    readonly column: string;
    readonly labels: readonly string[];
    readonly classes: readonly number[];
  };
}

interface NotedColumn extends Pick<
  ColumnFigures,
  'missing' | 'distinct' | 'outOfRange' | 'values' | 'min' | 'max' | 'mean' | 'standardDeviation'
> {
  readonly name: string;
  readonly kind: ColumnKindName;
  readonly unit?: string | null;
  /** These two are missing in versions from before they were looked for. */
  readonly leadingZeros?: boolean;
  readonly labelAuc?: number | null;
  readonly percentiles?: readonly number[];
}

const MOSTLY = 0.5;
const RARE = 0.05;
/** Different values are counted so far. */
const DISTINCT = LIMITS.categories + 1;
const NOTED = 20;
/** A column that tells the label so well alone is mostly the label in other words. */
const TELLING = 0.99;

export function notesOn({ rows, duplicateRows, columns, label }: NotedTable): string[] {
  const notes: string[] = [];
  const percent = (part: number): string => percentOf(part / rows);
  for (const column of columns) {
    const { name, kind, unit, missing, distinct, outOfRange, values } = column;
    const { labelAuc } = column;
    if (labelAuc != null && labelAuc >= TELLING)
      notes.push(
        `${name} alone tells ${label.column} almost perfectly (AUC ${labelAuc.toFixed(3)}). If it is known only afterwards, leave it out (excludedColumns): a model that learns from it looks better than it will be.`,
      );
    if (name !== label.column && isRunningNumber(column, rows))
      notes.push(
        `${name} counts the rows from ${column.min} to ${column.max}: it says where a row stood in the file. Leave it out (excludedColumns) if it is a number that was handed out.`,
      );
    if (column.leadingZeros && kind === 'NUMERIC')
      notes.push(
        `${name} has numbers that begin with 0, which was dropped. If they are codes, such as postcodes, say that its kind is CATEGORICAL.`,
      );
    if (missing === rows) notes.push(`${name} has no value at all.`);
    else if (distinct === 1 && kind !== 'IMAGE')
      notes.push(`${name} is the same in every row that has it: nothing can be learned from it.`);
    if (missing > MOSTLY * rows && missing < rows)
      notes.push(`${name} is missing in ${percent(missing)} of the rows.`);
    if (unit) notes.push(`${name} holds ${unit}: a model that learns from it takes dates, or such numbers.`);
    const [numbers, texts, commas] = mixtureOf(values);
    if (commas === 0 && numbers > RARE * rows && texts > RARE * rows)
      notes.push(
        `${name} mixes ${numbers} numbers with ${texts} texts, so both are taken for categories. Name the texts that mean missing, if that is what they are.`,
      );
    if (commas > MOSTLY * (rows - missing))
      notes.push(
        `${name} holds numbers with a decimal comma, which are taken for categories. Say decimalComma, if the file writes its numbers so.`,
      );
    notes.push(...doubtsAbout(column, rows, name === label.column));
    if (outOfRange > 0) notes.push(`${name} was out of range in ${outOfRange} rows.`);
  }
  if (duplicateRows)
    notes.push(
      `${duplicateRows} rows are equal to an earlier one. Equal rows may lie on both sides of a split and flatter a model.`,
    );
  // However much there is to say of columns, what there is of the label has its place.
  const rare = label.classes.flatMap((count, index) =>
    count < RARE * rows
      ? [
          `Only ${percent(count)} of the rows are ${label.labels[index]}. Consider balancing the classes${label.labels.length === 2 ? ', or a threshold other than 0.5 for the version (modelVersionChooseThreshold)' : ''}.`,
        ]
      : [],
  );
  const room = NOTED - Math.min(rare.length, NOTED / 2);
  return [...notes.slice(0, room), ...rare].slice(0, NOTED);
}

/** Whole numbers without a gap, each once: their mean and spread can be no others. */
function isRunningNumber(
  { kind, missing, distinct, min, max, mean, standardDeviation }: NotedColumn,
  rows: number,
): boolean {
  if (kind !== 'NUMERIC' || missing > 0 || distinct < Math.min(rows, DISTINCT)) return false;
  if (min == null || max == null || mean == null || standardDeviation == null) return false;
  const spread = Math.sqrt((rows * (rows + 1)) / 12);
  const isNear = (value: number, wanted: number): boolean => Math.abs(value - wanted) < 1e-6 * spread;
  return max - min + 1 === rows && isNear(mean, (min + max) / 2) && isNear(standardDeviation, spread);
}

/** To two digits: of what is rare a whole percent says nothing. */
function percentOf(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}

/** Rows whose category is a number, those whose category is none, and of these the ones with a decimal comma. */
function mixtureOf(values: ColumnFigures['values']): [number, number, number] {
  let [numbers, texts, commas] = [0, 0, 0];
  for (const { value, count } of values) {
    if (typeof readNumber(value) === 'number') numbers += count;
    else texts += count;
    if (hasDecimalComma(value)) commas += count;
  }
  return [numbers, texts, commas];
}
