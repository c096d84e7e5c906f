/** The numbers of a row, in the order of the signature, for a version that takes its inputs as they come. */
import type { InputRow } from './row-faults';
import { DType, type TensorSpec } from './signature.type';

/** How many numbers an input is: those of its shape, one where it has none. */
export function widthOf({ shape }: Pick<TensorSpec, 'shape'>): number {
  return (shape ?? []).reduce((product, size) => product * size, 1);
}

/** Numbers, list or list of lists, as one list. */
export function flatNumbers(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flat(Infinity) : [value];
}

/** Writes one row, which was checked before, into `target` from `offset` on; answers where it ends. What is null is 0. */
export function writeRow(
  inputs: readonly TensorSpec[],
  row: InputRow,
  target: Float32Array,
  offset: number,
): number {
  return inputs.reduce((at, spec) => {
    if (spec.dtype === DType.STRING) return at + 1;
    const width = widthOf(spec);
    flatNumbers(row[spec.name] ?? 0).forEach((value, place) => (target[at + place] = Number(value ?? 0)));
    return at + width;
  }, offset);
}
