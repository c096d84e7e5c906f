/**
 * Preparation at the door: a caller's rows are checked against the signature, then become the numbers a model takes.
 * Tables, texts and images each have their own way; the version says which one is its.
 */
import { AppError, AppErrors, invalidInput } from '../../../kernel/errors';
import { DType, type InputRow, MOST_FAULTS, rowFaults, type Signature } from '../../models';
import type { Cell } from '../dataset/column-profile';
import { encodeRow, type TablePreparation } from './encode-row';
import { claimedPixels, encodePixels, MOST_PIXELS, type PixelPreparation, pixelsOf } from './pixels';
import { encodeTokens, type TokenPreparation } from './tokens';
import { encodeWords, type WordPreparation } from './words';

/** Rows that are run together at most; undefined = as many as there are. */
export function rowsAtOnce({
  preparation: stored,
}: {
  readonly preparation: object | null;
}): number | undefined {
  const preparation = preparationOf({ preparation: stored });
  return preparation && !isTable(preparation) && preparation.kind === 'TOKENS'
    ? preparation.rowsAtOnce
    : undefined;
}

/** Everything that serving needs to repeat what training did. Stored with the version. */
export type Preparation = TablePreparation | WordPreparation | TokenPreparation | PixelPreparation;

/** The preparation that is stored with a version; undefined for a version that was not trained here. */
export function preparationOf({
  preparation,
}: {
  readonly preparation: object | null;
}): Preparation | undefined {
  return (preparation as Preparation | null) ?? undefined;
}

export function isTable(preparation: Preparation): preparation is TablePreparation {
  return !('kind' in preparation);
}

export function inputsOf({ steps }: TablePreparation): Signature['inputs'] {
  return steps.map(({ spec }) => spec);
}

/** What numbers count is known to the data set alone: not to the table, which is what a training reads. */
export function withUnits(
  preparation: TablePreparation,
  columns: readonly { readonly name: string; readonly unit?: string | null }[],
): TablePreparation {
  const units = new Map(columns.map(({ name, unit }) => [name, unit]));
  const steps = preparation.steps.map((step) => {
    const unit = units.get(step.spec.name);
    return unit ? { ...step, spec: { ...step.spec, unit } } : step;
  });
  return { ...preparation, steps };
}

/** Rows as the model takes them, one after the other. @throws AppErrors with the faults of all rows; `pathOf` leads to each. */
export function applyToRows(
  preparation: Preparation,
  { inputs }: Signature,
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): Float32Array {
  checkPictures(inputs, rows, pathOf);
  const numbers = new Float32Array(rows.length * preparation.width);
  const faults: AppError[] = [];
  rows.forEach((row, index) => {
    if (faults.length >= MOST_FAULTS) return;
    const path = pathOf(index);
    const own = rowFaults(inputs, row, path);
    if (own.length > 0) faults.push(...own);
    else {
      const fault = encode(preparation, row as InputRow, numbers, index * preparation.width, path);
      if (fault) faults.push(fault);
    }
  });
  if (faults.length > 0) throw new AppErrors(faults.slice(0, MOST_FAULTS));
  return numbers;
}

/** @throws AppErrors at the row whose picture is one too many to be unpacked while others wait. */
function checkPictures(
  inputs: Signature['inputs'],
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): void {
  const names = inputs.flatMap(({ name, dtype }) => (dtype === DType.IMAGE ? [name] : []));
  if (names.length === 0) return;
  let pixels = 0;
  rows.forEach((row, index) => {
    for (const name of names) pixels += claimedPixels((row as InputRow | null)?.[name]);
    if (pixels <= MOST_PIXELS) return;
    const message = `With this one the images of the call come to ${pixels} pixels; at most ${MOST_PIXELS} are read at once. Send smaller ones, or fewer.`;
    throw new AppErrors([invalidInput(pathOf(index), message, 'size')]);
  });
}

/** Answers what can only be seen while a value is read, e.g. an image that is none. */
function encode(
  preparation: Preparation,
  row: InputRow,
  target: Float32Array,
  offset: number,
  path: readonly string[],
): AppError | undefined {
  if (isTable(preparation)) {
    return encodeTable(preparation, row, target, offset, path);
  }
  switch (preparation.kind) {
    case 'WORDS':
      encodeWords(preparation, row[preparation.input] as string, target, offset);
      return undefined;
    case 'TOKENS':
      encodeTokens(preparation, row[preparation.input] as string, target, offset);
      return undefined;
    case 'PIXELS': {
      const pixels = pixelsOf(preparation, row[preparation.input], [...path, preparation.input]);
      if (!(pixels instanceof Float32Array)) return pixels;
      encodePixels(pixels, target, offset);
      return undefined;
    }
  }
}

function encodeTable(
  preparation: TablePreparation,
  row: InputRow,
  target: Float32Array,
  offset: number,
  path: readonly string[],
): AppError | undefined {
  try {
    encodeRow(preparation, (name) => row[name] as Cell, target, offset);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return new AppError(error.code, error.message, [...path, ...(error.path ?? [])], error.data);
  }
}
