/**
 * What a caller sends, made into the numbers that a version takes. Every fault of every row comes at once, with the row's
 * index and the field's name, before anything is reserved or queued.
 */
import { type AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import { faultsOfRows, type InputRow, type Signature, takesTexts, widthOf, writeRow } from '../../models';
import { applyToRows, preparationOf } from '../../training';

export const MAX_ROWS = 1024;
/** Of all rows of a call together, 256 MiB: what is a few bytes to its caller may be a million numbers to the model. */
const MOST_NUMBERS = 2 ** 26;
const PATH = ['input', 'rows'];

export interface AskedRows {
  readonly rows: readonly unknown[];
  /** One object was sent, not a list: so is answered. */
  readonly single: boolean;
}

/** @throws AppError INVALID_INPUT unless it is one object or a list of 1–1024. */
export function askedRows(rows: unknown): AskedRows {
  if (!Array.isArray(rows)) return { rows: [rows], single: true };
  if (rows.length >= 1 && rows.length <= MAX_ROWS) return { rows, single: false };
  const message = `Send one row as an object, or a list of 1 to ${MAX_ROWS}; this list has ${rows.length}.`;
  throw invalidInput(PATH, message, 'length');
}

export interface Takes {
  readonly signature: Signature;
  readonly preparation: object | null;
}

/** Leads to a row of the caller. */
export function rowPath({ single }: AskedRows, index: number): readonly string[] {
  return single ? PATH : [...PATH, String(index)];
}

/** @throws AppErrors with the faults, each at `input.rows.<index>.<field>` (without the index for a single row). */
export function numbersOf(version: Takes, asked: AskedRows): Float32Array {
  if (takesTexts(version)) throw noNumbers();
  const { rows } = asked;
  const pathOf = (index: number): readonly string[] => rowPath(asked, index);
  const preparation = preparationOf(version);
  const width = preparation?.width ?? sumOf(version.signature.inputs);
  if (rows.length * width > MOST_NUMBERS) {
    const message = `${rows.length} rows of ${width} numbers are more than the ${MOST_NUMBERS} that are taken at once. Send at most ${Math.floor(MOST_NUMBERS / width)} rows.`;
    throw invalidInput(PATH, message, 'size');
  }
  return preparation
    ? applyToRows(preparation, version.signature, rows, pathOf)
    : asTheyAre(version.signature, rows, pathOf);
}

/** The texts of a version that takes them as they are. @throws AppErrors with the faults. */
export function textsOf({ signature: { inputs } }: Takes, asked: AskedRows): string[] {
  const { rows } = asked;
  const faults = faultsOfRows(inputs, rows, (index) => rowPath(asked, index));
  if (faults.length > 0) throw new AppErrors(faults);
  return rows.map((row) => (row as Readonly<Record<string, string>>)[inputs[0]!.name]!);
}

function noNumbers(): AppError {
  const message =
    'This model takes texts to another server, and what happens there cannot be explained here.';
  return invalidInput(['input', 'deployment'], message, 'method');
}

/** A version that was not trained here takes its inputs as they come, in the order of its signature. */
function asTheyAre(
  { inputs }: Signature,
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): Float32Array {
  const faults = faultsOfRows(inputs, rows, pathOf);
  if (faults.length > 0) throw new AppErrors(faults);
  const width = sumOf(inputs);
  const numbers = new Float32Array(rows.length * width);
  rows.forEach((row, index) => writeRow(inputs, row as InputRow, numbers, index * width));
  return numbers;
}

function sumOf(inputs: Signature['inputs']): number {
  return inputs.reduce((sum, input) => sum + widthOf(input), 0);
}
