/**
 * What a training did with the rows that are equal to a certain one: learned from them, watched itself by them, or kept them
 * for the end. Derived, not stored: the seed and the shares of its recipe divide the same data the same way again.
 */
import { type Division, splitOf } from '../trainer/training-data';

export interface RowParts {
  readonly learned: number;
  readonly watched: number;
  readonly heldOut: number;
}

/**
 * @param classes of every row of the data, in order, as are the values of a column. @param places of the rows in question, ascending.
 * @returns how many of them were in each part; together they are all.
 */
export function partsOf(
  classes: ArrayLike<number>,
  places: readonly number[],
  division: Division,
  valuesOf: (column: string) => readonly unknown[],
): RowParts {
  const split = splitOf(classes, division, valuesOf);
  const wanted = new Set(places);
  const among = (rows: readonly number[]): number => rows.filter((row) => wanted.has(row)).length;
  return {
    learned: among(split.training),
    watched: among(split.validation),
    heldOut: among(split.heldOut),
  };
}
