/** How two versions of data differ, from what is stored of them: columns that came and went, and how far each column moved. */
import { kolmogorovSmirnovP, populationStability } from '../../../kernel/statistics';
import type { ColumnKindName } from './column-profile';
import { countsIn, type MeasuredColumn, referenceOf, shareBelow, shareUpTo } from './feature-reference';

/** What stored percentiles may be off by: so small a difference of a million rows is no difference. */
const RANK_ERROR = 0.01;
/** For the same reason more rows than these make a chance no smaller. */
const MOST_COUNTED = 10_000;

export type ColumnChange = 'ADDED' | 'REMOVED' | 'KIND_CHANGED' | 'KEPT';

export interface MeasuredTable {
  readonly rows: number;
  readonly columns: readonly MeasuredColumn[];
}

export interface ColumnDifference {
  readonly name: string;
  readonly change: ColumnChange;
  readonly kindBefore: ColumnKindName | null;
  readonly kindAfter: ColumnKindName | null;
  /** Shares of rows without a value. */
  readonly missingBefore: number | null;
  readonly missingAfter: number | null;
  /** Population stability index over the bins of the older version, and the chance of it when nothing changed. */
  readonly stabilityIndex: number | null;
  readonly stabilityP: number | null;
  /** Kolmogorov–Smirnov distance, and its chance; of numbers only. */
  readonly distance: number | null;
  readonly distanceP: number | null;
}

/** Columns of the older version first, in its order, then those that were added. */
export function columnDifferences(before: MeasuredTable, after: MeasuredTable): ColumnDifference[] {
  const later = new Map(after.columns.map((column) => [column.name, column]));
  const earlier = new Set(before.columns.map(({ name }) => name));
  return [
    ...before.columns.map((column) => differenceOf(column, later.get(column.name), before.rows, after.rows)),
    ...after.columns
      .filter(({ name }) => !earlier.has(name))
      .map((column) => differenceOf(undefined, column, before.rows, after.rows)),
  ];
}

/** Whether rows of the two can be held against each other: the same columns, in the same order. */
export function haveSameColumns(before: MeasuredTable, after: MeasuredTable): boolean {
  const shape = ({ columns }: MeasuredTable): string =>
    JSON.stringify(columns.map(({ name, kind }) => [name, kind]));
  return shape(before) === shape(after);
}

function differenceOf(
  before: MeasuredColumn | undefined,
  after: MeasuredColumn | undefined,
  rowsBefore: number,
  rowsAfter: number,
): ColumnDifference {
  const change = !before
    ? 'ADDED'
    : !after
      ? 'REMOVED'
      : before.kind === after.kind
        ? 'KEPT'
        : 'KIND_CHANGED';
  const moved =
    before && after && change === 'KEPT' ? movement(before, after, rowsBefore, rowsAfter) : undefined;
  return {
    name: (before ?? after)!.name,
    change,
    kindBefore: before?.kind ?? null,
    kindAfter: after?.kind ?? null,
    missingBefore: before ? before.missing / rowsBefore : null,
    missingAfter: after ? after.missing / rowsAfter : null,
    stabilityIndex: moved?.stabilityIndex ?? null,
    stabilityP: moved?.stabilityP ?? null,
    distance: moved?.distance ?? null,
    distanceP: moved?.distanceP ?? null,
  };
}

type Movement = Pick<ColumnDifference, 'stabilityIndex' | 'stabilityP' | 'distance' | 'distanceP'>;

function movement(
  before: MeasuredColumn,
  after: MeasuredColumn,
  rowsBefore: number,
  rowsAfter: number,
): Movement | undefined {
  const reference = referenceOf(before, rowsBefore);
  if (!reference || (reference.kind === 'NUMERIC' && after.percentiles.length < 2)) return undefined;
  const later = countsIn(reference, after, rowsAfter);
  const { index, p } = populationStability(atMost(reference.counts), atMost(later));
  if (reference.kind === 'CATEGORICAL')
    return { stabilityIndex: index, stabilityP: p, distance: null, distanceP: null };
  const distance = distanceOf(before.percentiles, after.percentiles);
  const [m, n] = [rowsBefore - before.missing, rowsAfter - after.missing];
  const distanceP = kolmogorovSmirnovP(Math.max(0, distance - RANK_ERROR), m, n);
  return { stabilityIndex: index, stabilityP: p, distance, distanceP };
}

function atMost(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count * Math.min(1, MOST_COUNTED / Math.max(1, total)));
}

/** The largest distance of the two cumulative distributions, looked for at every percentile of both, on either side of it. */
function distanceOf(before: readonly number[], after: readonly number[]): number {
  let distance = 0;
  for (const value of [...before, ...after]) {
    distance = Math.max(
      distance,
      Math.abs(shareBelow(before, value) - shareBelow(after, value)),
      Math.abs(shareUpTo(before, value) - shareUpTo(after, value)),
    );
  }
  return distance;
}
