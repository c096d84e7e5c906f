/**
 * Which columns of a prepared row belong to which input, and which value of the input they stand for: what is needed to
 * say in the caller's words what was done with numbers.
 */
import { DAYS, writeDate } from '../../../kernel/date-days';
import type { Signature } from '../../models';
import {
  type NumberStep,
  type PreparationStep,
  type StandardiseStep,
  type TablePreparation,
  widthOf,
} from './encode-row';
import { isTable, preparationOf } from './preparation';

export interface InputColumns {
  readonly name: string;
  readonly from: number;
  /** Half open. */
  readonly to: number;
  /** Whether its values have an order: numbers have, and days; categories have none. */
  readonly isOrdered: boolean;
  /** The value for which these columns of a row stand; a date where days are counted. */
  valueOf(row: ArrayLike<number>): number | string | null;
}

interface Takes {
  readonly signature: Signature;
  readonly preparation: object | null;
}

/** Undefined where columns stand for no named value: texts, images, what is hashed. */
export function inputColumnsOf({ signature, preparation: stored }: Takes): InputColumns[] | undefined {
  const preparation = preparationOf({ preparation: stored });
  if (preparation) return isTable(preparation) ? ofSteps(preparation) : undefined;
  // A list of numbers has no name for each of them.
  if (signature.inputs.some(({ shape }) => shape)) return undefined;
  return signature.inputs.map(({ name }, at) => ({
    name,
    from: at,
    to: at + 1,
    isOrdered: true,
    valueOf: (row) => row[at]!,
  }));
}

/** Undefined where one of the inputs is a text, an image or hashed: its numbers name no value. */
function ofSteps({ steps }: TablePreparation): InputColumns[] | undefined {
  const readers = steps.map(readerOf);
  let at = 0;
  const columns = steps.flatMap((step, index): InputColumns[] => {
    const [from, read] = [at, readers[index]];
    at += widthOf(step);
    const isOrdered = step.kind !== 'ONE_HOT';
    return read ? [{ name: step.spec.name, from, to: at, isOrdered, valueOf: (row) => read(row, from) }] : [];
  });
  return columns.length === steps.length ? columns : undefined;
}

/** What reads the value of a step back from a prepared row. */
function readerOf(
  step: PreparationStep,
): ((row: ArrayLike<number>, from: number) => number | string | null) | undefined {
  switch (step.kind) {
    case 'STANDARDISE':
      return (row, from) => {
        const value = row[from]! * step.scale + step.mean;
        return told(step, rounded(value, step.scale + Math.abs(step.mean)));
      };
    case 'NUMBER':
      return (row, from) => told(step, undone(step, row[from]!));
    case 'ONE_HOT':
      return (row, from) => step.categories.find((_, index) => row[from + index] === 1) ?? null;
    default:
      return undefined;
  }
}

function told({ spec }: StandardiseStep | NumberStep, value: number): number | string {
  return spec.unit === DAYS ? writeDate(value) : value;
}

/** The number before the operations; where it was clipped, the bound. */
function undone({ operations }: NumberStep, prepared: number): number {
  let [value, size] = [prepared, 1];
  for (const operation of [...operations].reverse()) {
    if (operation.kind !== 'SCALE') continue;
    value = value * operation.scale + operation.offset;
    size = size * operation.scale + Math.abs(operation.offset);
  }
  return rounded(value, size);
}

/** Prepared rows are single precision: the digits beyond it, by the size of the column's numbers, are noise. */
function rounded(value: number, size: number): number {
  const decimals = Math.min(12, Math.max(0, 6 - Math.ceil(Math.log10(size))));
  // Adding zero turns −0 into 0.
  return Number(value.toFixed(decimals)) + 0;
}
