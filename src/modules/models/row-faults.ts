/**
 * Checks a row of a caller against a signature: every fault at once, each at its path, so that one correction is
 * enough. Nothing that fails here may reach an engine.
 */
import { type AppError, invalidInput } from '../../kernel/errors';
import { DAYS, readDate, writeDate } from '../../kernel/date-days';
import { placeOfText } from '../../kernel/text';
import { countsDays, flatNumbers, numberOf, widthOf } from './row-numbers';
import { DType, type TensorSpec } from './signature.type';

export type InputRow = Readonly<Record<string, unknown>>;

/** Texts longer than this are cut when a message quotes them. */
const QUOTED_LENGTH = 40;
const LISTED_CATEGORIES = 12;
/** More help nobody, make the answer larger than the question, and take longer to write down than the rows to run. */
export const MOST_FAULTS = 100;

/** The first faults of many rows; `pathOf` leads to each. */
export function faultsOfRows(
  inputs: readonly TensorSpec[],
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): AppError[] {
  const faults: AppError[] = [];
  for (let index = 0; index < rows.length && faults.length < MOST_FAULTS; index++)
    faults.push(...rowFaults(inputs, rows[index], pathOf(index)));
  return faults.slice(0, MOST_FAULTS);
}

/** The first faults of one row; empty when it may be run. `path` leads to the row, e.g. `input.rows.3`. */
export function rowFaults(
  inputs: readonly TensorSpec[],
  row: unknown,
  path: readonly string[] = [],
): AppError[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    const names = inputs.map(({ name }) => name).join(', ');
    return [invalidInput(path, `A row is an object with the fields ${names}.`, 'object')];
  }
  const values = row as InputRow;
  const faults: AppError[] = [];
  for (const spec of inputs) {
    if (faults.length >= MOST_FAULTS) return faults;
    // A path is made for faults alone: most rows have none.
    const value = values[spec.name];
    if (valueFault(spec, value, path)) faults.push(valueFault(spec, value, [...path, spec.name])!);
  }
  const names = Object.keys(values);
  // All inputs and no more: nothing is unknown.
  if (faults.length === 0 && names.length === inputs.length) return faults;
  const known = new Set(inputs.map(({ name }) => name));
  for (const name of names) {
    if (faults.length >= MOST_FAULTS) return faults;
    if (!known.has(name)) {
      const message = `The model has no input ${quote(name)}. Leave it out.`;
      faults.push(invalidInput([...path, name], message, 'unknown'));
    }
  }
  return faults;
}

function valueFault(spec: TensorSpec, value: unknown, path: readonly string[]): AppError | undefined {
  if (value === undefined) {
    const how = spec.optional ? 'Send it, or null when it is not known.' : 'Send it.';
    return invalidInput(path, `The input ${spec.name} is missing. ${how}`, 'required');
  }
  if (value === null) {
    if (spec.optional) return undefined;
    const message = `The input ${spec.name} was never missing in training, so it cannot be null. Send a value.`;
    return invalidInput(path, message, 'required');
  }
  switch (spec.dtype) {
    case DType.FLOAT32:
      return spec.shape ? numbersFault(spec, value, path) : numberFault(spec, value, path);
    case DType.STRING:
      return spec.shape ? textsFault(spec, value, path) : textFault(spec, value, path);
    case DType.IMAGE:
      // What an image holds is seen when it is read: the preparation says what is wrong with it.
      return undefined;
  }
}

function numberFault(spec: TensorSpec, value: unknown, path: readonly string[]): AppError | undefined {
  const number = numberOf(spec, value);
  if (number === undefined) {
    if (countsDays(spec) && !isWrittenNumber(value)) {
      const message = `The input ${spec.name} must be a date, such as 2026-01-31, or a number of ${spec.unit}.`;
      return invalidInput(path, message, 'date');
    }
    return invalidInput(path, `The input ${spec.name} must be a finite number.${asNumber(value)}`, 'number');
  }
  const { min, max } = spec;
  if ((min ?? -Infinity) > number || number > (max ?? Infinity)) {
    const shown = (bound: number | null | undefined, open: string): string =>
      bound == null ? open : typeof value === 'string' ? writeDate(bound) : String(bound);
    const range = `from ${shown(min, '-∞')} to ${shown(max, '∞')}`;
    return invalidInput(
      path,
      `The input ${spec.name} must lie ${range}; the model has learned no more.`,
      'range',
    );
  }
  return undefined;
}

/** A list, or lists in lists, of as many numbers as the shape says; its fault names the first that is wrong. */
function numbersFault(spec: TensorSpec, value: unknown, path: readonly string[]): AppError | undefined {
  const words = `${widthOf(spec)} numbers of the shape [${spec.shape!.join(', ')}]`;
  if (!Array.isArray(value))
    return invalidInput(path, `The input ${spec.name} is a list of ${words}.`, 'list');
  const numbers = flatNumbers(value);
  if (numbers.length !== widthOf(spec)) {
    const message = `The input ${spec.name} takes ${words}; ${numbers.length} came.`;
    return invalidInput(path, message, 'length');
  }
  const wrong = numbers.findIndex((number) => numberFault(spec, number, path));
  return wrong < 0 ? undefined : numberFault(spec, numbers[wrong], [...path, String(wrong)]);
}

/** A list of texts; its fault names the first text that is wrong. */
function textsFault(spec: TensorSpec, value: unknown, path: readonly string[]): AppError | undefined {
  const most = spec.max ?? Infinity;
  if (!Array.isArray(value) || value.length === 0 || value.length > most)
    return invalidInput(path, `The input ${spec.name} must be a list of 1 to ${most} texts.`, 'list');
  for (const [index, text] of value.entries()) {
    const fault = textFault(spec, text, [...path, String(index)]);
    if (fault) return fault;
  }
  return undefined;
}

function textFault(spec: TensorSpec, value: unknown, path: readonly string[]): AppError | undefined {
  if (typeof value !== 'string') {
    return invalidInput(path, `The input ${spec.name} must be a text.${quoted(spec, value)}`, 'string');
  }
  const { maxLength } = spec;
  if (maxLength && value.length > maxLength) {
    const message = `The input ${spec.name} has ${value.length} characters; at most ${maxLength} are read. Shorten it.`;
    return invalidInput(path, message, 'maxLength');
  }
  if (maxLength && value.trim().length === 0)
    return invalidInput(path, `The input ${spec.name} is empty. Send a text.`, 'minLength');
  if (!spec.categories || placeOfText(spec.categories, value) >= 0) return undefined;
  const listed = spec.categories.slice(0, LISTED_CATEGORIES).join(', ');
  const more = spec.categories.length > LISTED_CATEGORIES ? ', …' : '';
  const alike = writtenOtherwise(spec, value);
  const meant = alike === undefined ? '' : ` Send ${quote(alike)}.`;
  const message = `The input ${spec.name} cannot be ${quote(value)}. Known are: ${listed}${more}.${meant}`;
  return invalidInput(path, message, 'category');
}

/** What a row of JSONL held as true or 7 is a category of that name; what a program wrote into a file may be True. */
function quoted(spec: TensorSpec, value: unknown): string {
  if (typeof value !== 'boolean' && typeof value !== 'number') return '';
  return ` Send "${writtenOtherwise(spec, String(value)) ?? value}".`;
}

/** The category that differs from a text in upper and lower case alone. */
function writtenOtherwise({ categories }: TensorSpec, text: string): string | undefined {
  return categories?.find((category) => category.toLowerCase() === text.toLowerCase());
}

function asNumber(value: unknown): string {
  if (typeof value === 'boolean') return ` Send ${Number(value)}.`;
  if (typeof value !== 'string') return '';
  if (isWrittenNumber(value)) return ` Send ${Number(value)} without quotation marks.`;
  const days = readDate(value);
  return days === undefined ? '' : ` If it counts ${DAYS}, this day is ${Math.floor(days)}.`;
}

function isWrittenNumber(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
}

function quote(text: string): string {
  return `"${text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH - 1)}…` : text}"`;
}
