/**
 * What a column looked like in the data that a model learned from, in bins: the reference against which later traffic
 * and later versions are held. Numbers in ten bins of about as many rows each, categories by their text, and in both the
 * missing values last.
 */
import { placeOfText } from '../../../kernel/text';
import type { Cell, ColumnFigures, ColumnKindName } from './column-profile';

/** A column as it is stored with a version. */
export interface MeasuredColumn extends Pick<ColumnFigures, 'missing' | 'percentiles' | 'values'> {
  readonly name: string;
  readonly kind: ColumnKindName;
}

export interface FeatureReference {
  readonly name: string;
  readonly kind: 'NUMERIC' | 'CATEGORICAL';
  /** NUMERIC, ascending: bin i holds the numbers from edges[i − 1] to below edges[i]. */
  readonly edges: readonly number[];
  /** CATEGORICAL: one bin each, then one for every other text. */
  readonly categories: readonly string[];
  /** Rows of the reference in each bin; the last bin holds the missing values. */
  readonly counts: readonly number[];
}

const STEP = 10;
const MOST_CATEGORIES = 50;

/** Undefined for texts and images, and for versions from before percentiles were kept. */
export function referenceOf(column: MeasuredColumn, rows: number): FeatureReference | undefined {
  const { name, kind, missing } = column;
  const present = rows - missing;
  if (kind === 'NUMERIC' && column.percentiles.length > 1) {
    const deciles = column.percentiles.filter((_, percent) => percent % STEP === 0 && percent > 0);
    const edges = [...new Set(deciles)].filter((edge) => edge > column.percentiles[0]!);
    return { name, kind, edges, categories: [], counts: countsByEdge(column, present, edges) };
  }
  if (kind !== 'CATEGORICAL') return undefined;
  const categories = column.values.slice(0, MOST_CATEGORIES).map(({ value }) => value);
  return { name, kind, edges: [], categories, counts: countsByCategory(column, present, categories) };
}

/** The bin of a value; what is missing, or of the wrong type, is in the last. */
export function binOf(
  { kind, edges, categories, counts }: FeatureReference,
  value: Cell | undefined,
): number {
  const isRight = kind === 'NUMERIC' ? typeof value === 'number' : typeof value === 'string';
  if (value == null || !isRight) return counts.length - 1;
  if (kind === 'NUMERIC') {
    const bin = edges.findIndex((edge) => (value as number) < edge);
    return bin < 0 ? edges.length : bin;
  }
  const place = placeOfText(categories, value as string);
  return place < 0 ? categories.length : place;
}

/** How another version's column fills the bins of a reference, by its stored figures. */
export function countsIn(reference: FeatureReference, column: MeasuredColumn, rows: number): number[] {
  const present = rows - column.missing;
  return reference.kind === 'NUMERIC'
    ? countsByEdge(column, present, reference.edges)
    : countsByCategory(column, present, reference.categories);
}

function countsByEdge(column: MeasuredColumn, present: number, edges: readonly number[]): number[] {
  const below = [0, ...edges.map((edge) => shareBelow(column.percentiles, edge)), 1];
  const counts = below.slice(1).map((share, bin) => (share - below[bin]!) * present);
  return [...counts, column.missing];
}

function countsByCategory(column: MeasuredColumn, present: number, categories: readonly string[]): number[] {
  const known = new Map(column.values.map(({ value, count }) => [value, count]));
  const counts = categories.map((category) => known.get(category) ?? 0);
  const others = Math.max(0, present - counts.reduce((sum, count) => sum + count, 0));
  return [...counts, others, column.missing];
}

/** The share of rows below a value, linear between two percentiles. */
export function shareBelow(percentiles: readonly number[], value: number): number {
  const steps = percentiles.length - 1;
  const above = percentiles.findIndex((percentile) => percentile >= value);
  if (above < 0) return 1;
  if (above === 0) return 0;
  const [lower, upper] = [percentiles[above - 1]!, percentiles[above]!];
  return (above - 1 + (value - lower) / (upper - lower)) / steps;
}

/** The share of rows up to a value and with it. */
export function shareUpTo(percentiles: readonly number[], value: number): number {
  const steps = percentiles.length - 1;
  const next = percentiles.findIndex((percentile) => percentile > value);
  if (next < 0) return 1;
  if (next === 0) return 0;
  const [lower, upper] = [percentiles[next - 1]!, percentiles[next]!];
  return (next - 1 + (value - lower) / (upper - lower)) / steps;
}
