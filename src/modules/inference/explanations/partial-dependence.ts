/**
 * Partial dependence (Friedman 2001): the mean answer over some rows when one feature is set to each of a grid of values.
 * The values come from those rows, so that the model is not asked about what it has never seen.
 */
import { type Feature, withFeatureFrom } from './feature';
import { meanOfRepeats } from './permutation-importance';

export interface DependencePoint {
  /** Row among the given ones whose value of the feature is set. */
  readonly from: number;
  readonly mean: number;
  /** Of the mean over the rows. */
  readonly standardError: number | null;
}

/** Rows whose values make the grid: distinct, ascending (by the feature's columns), evenly over their ranks. */
export function gridRows(rows: Float32Array, width: number, { from, to }: Feature, points: number): number[] {
  const valueOf = (row: number): number[] => [...rows.subarray(row * width + from, row * width + to)];
  const compare = (a: number[], b: number[]): number => {
    const at = a.findIndex((value, index) => value !== b[index]);
    return at < 0 ? 0 : a[at]! - b[at]!;
  };
  const order = Array.from({ length: rows.length / width }, (_, row) => row).sort(
    (a, b) => compare(valueOf(a), valueOf(b)) || a - b,
  );
  const distinct = order.filter(
    (row, index) => index === 0 || compare(valueOf(order[index - 1]!), valueOf(row)) !== 0,
  );
  if (distinct.length <= points) return distinct;
  const step = (distinct.length - 1) / (points - 1);
  return Array.from({ length: points }, (_, point) => distinct[Math.round(point * step)]!);
}

/** The rows once for each value of the grid, one after the other. */
export function gridOfRows(
  rows: Float32Array,
  width: number,
  feature: Feature,
  grid: readonly number[],
): Float32Array {
  const all = new Float32Array(rows.length * grid.length);
  grid.forEach((source, point) => {
    const start = point * rows.length;
    all.set(rows, start);
    for (let at = 0; at < rows.length; at += width)
      withFeatureFrom(all, start + at, rows, source * width, feature);
  });
  return all;
}

/** @param answers of `gridOfRows`. */
export function dependence(grid: readonly number[], answers: ArrayLike<number>): DependencePoint[] {
  const rows = answers.length / grid.length;
  return grid.map((from, point) => {
    const own = Array.from({ length: rows }, (_, row) => answers[point * rows + row]!);
    return { from, ...meanOfRepeats(own) };
  });
}
