/** The numbers of a row, in the order of the signature, for a version that takes its inputs as they come. */
import { DAYS, readDate } from '../../kernel/date-days';
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

/** Whether a date is taken in place of a number. */
export function countsDays({ unit }: Pick<TensorSpec, 'unit'>): boolean {
  return unit === DAYS;
}

/** The number that a value stands for; undefined where it is none. */
export function numberOf(spec: Pick<TensorSpec, 'unit'>, value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && countsDays(spec) ? readDate(value) : undefined;
}

/** A row as data sets keep it: days where dates came. */
export function rowInNumbers(inputs: readonly TensorSpec[], row: InputRow): InputRow {
  const dates = inputs.filter((spec) => countsDays(spec) && typeof row[spec.name] === 'string');
  if (dates.length === 0) return row;
  return { ...row, ...Object.fromEntries(dates.map((spec) => [spec.name, numberOf(spec, row[spec.name])])) };
}

/** Writes one row, which was checked before, into `target` from `offset` on; answers where it ends. What is null is 0. */
export function writeRow(
  inputs: readonly TensorSpec[],
  row: InputRow,
  target: Float32Array,
  offset: number,
): number {
  let at = offset;
  for (const spec of inputs) {
    const value = row[spec.name];
    if (typeof value === 'number') target[at] = value;
    else if (spec.dtype !== DType.STRING)
      flatNumbers(value ?? 0).forEach((number, place) => (target[at + place] = Number(number ?? 0)));
    at += spec.dtype === DType.STRING ? 1 : widthOf(spec);
  }
  return at;
}
