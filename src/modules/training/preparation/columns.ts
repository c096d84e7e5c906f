/**
 * Which columns of a prepared row belong to which input, and which value of the input they stand for: what is needed to
 * say in the caller's words what was done with numbers.
 */
import type { Signature } from '../../models';
import type { TablePreparation } from './encode-row';
import { isTable, preparationOf } from './preparation';

export interface InputColumns {
  readonly name: string;
  readonly from: number;
  /** Half open. */
  readonly to: number;
  /** The value for which these columns of a row stand. */
  valueOf(row: ArrayLike<number>): number | string | null;
}

interface Takes {
  readonly signature: Signature;
  readonly preparation: object | null;
}

/** Undefined where no column stands for a named value: texts and images. */
export function inputColumnsOf({ signature, preparation: stored }: Takes): InputColumns[] | undefined {
  const preparation = preparationOf({ preparation: stored });
  if (preparation) return isTable(preparation) ? ofSteps(preparation) : undefined;
  return signature.inputs.map(({ name }, at) => ({
    name,
    from: at,
    to: at + 1,
    valueOf: (row) => row[at]!,
  }));
}

function ofSteps({ steps }: TablePreparation): InputColumns[] {
  let at = 0;
  return steps.map((step): InputColumns => {
    const from = at;
    const { name } = step.spec;
    if (step.kind === 'STANDARDISE') {
      at += 1;
      return {
        name,
        from,
        to: at,
        valueOf: (row) => rounded(row[from]! * step.scale + step.mean, step.scale + Math.abs(step.mean)),
      };
    }
    const { categories } = step;
    at += categories.length;
    return {
      name,
      from,
      to: at,
      valueOf: (row) => categories.find((_, index) => row[from + index] === 1) ?? null,
    };
  });
}

/** Prepared rows are single precision: the digits beyond it, by the size of the column's numbers, are noise. */
function rounded(value: number, size: number): number {
  const decimals = Math.min(12, Math.max(0, 6 - Math.ceil(Math.log10(size))));
  // Adding zero turns −0 into 0.
  return Number(value.toFixed(decimals)) + 0;
}
