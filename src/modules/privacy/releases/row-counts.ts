/** Rows by value, and put into the bins that were known before anybody looked at a row. */
import type { MeasureValues, ScoreValues } from './releasable-dataset';

export interface RowCount {
  /** As text. */
  readonly value: string;
  readonly rows: bigint;
}

/** The bin of every label that was not announced. */
export const OTHER = 'OTHER';

/** The scores that there can be, each of which is a bin. */
export function scoresOf({ min, max }: ScoreValues): string[] {
  return Array.from({ length: max - min + 1 }, (_, i) => String(min + i));
}

/** The rows of each bin, in the order of the bins, each named by its value: clamped scores, or labels with the rest under OTHER. */
export function rowsIn(
  bins: readonly string[],
  values: MeasureValues,
  counts: readonly RowCount[],
): bigint[] {
  const binOf = ({ value }: RowCount): string => {
    if (values.kind === 'SCORES') return String(Math.min(values.max, Math.max(values.min, Number(value))));
    return bins.includes(value) ? value : OTHER;
  };
  return bins.map((bin) => sum(counts.filter((count) => binOf(count) === bin).map(({ rows }) => rows)));
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
