/**
 * What of a column makes a poor model without anything being wrong in it: names that are taken for categories, numbers that are written
 * with signs, categories that differ in upper and lower case alone, one number that drowns the others. Pure, from the figures that are
 * stored with a version of data.
 */
import { readNumber } from './column-kind';
import type { ColumnFigures, ColumnKindName } from './column-profile';

interface Doubted extends Pick<ColumnFigures, 'missing' | 'distinct' | 'values' | 'min' | 'max'> {
  readonly name: string;
  readonly kind: ColumnKindName;
  readonly percentiles?: readonly number[];
}

/** Fewer rows have as many categories by chance. */
const FEWEST_ROWS = 20;
const MOSTLY = 0.5;
/** A sign of money or of percent, or blanks and commas between thousands. */
const SIGNS = /[%$€£¥]|^[+-]?\d{1,3}(?:[ ,'’]\d{3})+(?:\.\d+)?$/;
const BESIDE_DIGITS = /[%$€£¥\s,'’]/g;
/** A number that lies so many times the middle nine tenths beyond them leaves nothing of them once all are scaled alike. */
const FAR = 100;

/** @param rows of the table. @param isLabel Whether it is what is to be learned: many classes are said elsewhere. */
export function doubtsAbout(column: Doubted, rows: number, isLabel: boolean): string[] {
  const { kind } = column;
  const present = rows - column.missing;
  const isCategory = kind === 'CATEGORICAL';
  return [
    isCategory
      ? (signedNumbers(column, present) ?? (isLabel ? undefined : manyNames(column, present)))
      : undefined,
    isCategory ? sameButForCase(column) : undefined,
    kind === 'NUMERIC' ? farOut(column) : undefined,
  ].filter((doubt) => doubt !== undefined);
}

function manyNames({ name, distinct }: Doubted, present: number): string | undefined {
  if (present < FEWEST_ROWS || distinct <= MOSTLY * present) return undefined;
  return `${name} has a value of its own in more than every other row: it is a name or an id rather than a category, and a version refuses values that it has not met. Leave it out (excludedColumns), or say that its kind is TEXT.`;
}

function signedNumbers({ name, values }: Doubted, present: number): string | undefined {
  let signed = 0;
  for (const { value, count } of values)
    if (SIGNS.test(value) && typeof readNumber(value.replace(BESIDE_DIGITS, '')) === 'number')
      signed += count;
  if (signed <= MOSTLY * present) return undefined;
  const example = values.find(({ value }) => SIGNS.test(value))!.value;
  return `${name} holds numbers that are written with signs, such as ${JSON.stringify(example)}, and are taken for categories. Write them as plain numbers.`;
}

function sameButForCase({ name, values }: Doubted): string | undefined {
  const seen = new Map<string, string>();
  for (const { value } of values) {
    const form = value.toLowerCase();
    const other = seen.get(form);
    if (other !== undefined)
      return `${name} has values that differ in upper and lower case alone, such as ${JSON.stringify(other)} and ${JSON.stringify(value)}: they are learned as different ones. Write them alike, if they are the same.`;
    seen.set(form, value);
  }
  return undefined;
}

function farOut({ name, min, max, percentiles }: Doubted): string | undefined {
  const [low, high] = [percentiles?.[5], percentiles?.[95]];
  if (min === null || max === null || low === undefined || high === undefined) return undefined;
  const far = FAR * (high - low);
  if (far === 0 || (max <= high + far && min >= low - far)) return undefined;
  const extreme = max > high + far ? max : min;
  return `${name} lies between ${low} and ${high} in nine rows of ten, and is ${extreme} in one: so far out it drowns the others. Correct it, bound it with min and max and say what happens outOfRange, or clip it in the recipe.`;
}
