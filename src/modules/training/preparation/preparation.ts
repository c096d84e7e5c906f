/** Preparation at the door: a caller's row is checked against the signature, then becomes the numbers a model takes. */
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

/** One row as the model takes it. @throws AppErrors with every fault, each at its path below `path`. */
export function applyPreparation(
  preparation: Preparation,
  row: unknown,
  path: readonly string[] = [],
): Float32Array {
  return applyToRows(preparation, [row], () => path);
}

/** Many rows, one after the other. @throws AppErrors with the faults of all rows; `pathOf` leads to each. */
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
