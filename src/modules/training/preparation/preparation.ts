/** Preparation at the door: a caller's rows are checked against the signature, then become the numbers a model takes. */
import { AppErrors } from '../../../kernel/errors';
import { type InputRow, rowFaults, type Signature } from '../../models';
import type { Cell } from '../dataset/column-profile';
import { encodeRow, type Preparation } from './encode-row';

/** The preparation that is stored with a version; undefined for a version that was not trained here. */
export function preparationOf({
  preparation,
}: {
  readonly preparation: object | null;
}): Preparation | undefined {
  return (preparation as Preparation | null) ?? undefined;
}

export function inputsOf({ steps }: Preparation): Signature['inputs'] {
  return steps.map(({ spec }) => spec);
}

/** Rows as the model takes them, one after the other. @throws AppErrors with the faults of all rows; `pathOf` leads to each. */
export function applyToRows(
  preparation: Preparation,
  rows: readonly unknown[],
  pathOf: (index: number) => readonly string[],
): Float32Array {
  const inputs = inputsOf(preparation);
  const faults = rows.flatMap((row, index) => rowFaults(inputs, row, pathOf(index)));
  if (faults.length > 0) throw new AppErrors(faults);
  const numbers = new Float32Array(rows.length * preparation.width);
  rows.forEach((row, index) => {
    encodeRow(preparation, (name) => (row as InputRow)[name] as Cell, numbers, index * preparation.width);
  });
  return numbers;
}
