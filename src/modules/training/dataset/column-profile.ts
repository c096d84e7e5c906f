/**
 * Learns what a column holds, one value at a time and in bounded memory: how many are missing, and the figures that a
 * person wants to see before training on it and that drift is judged by later.
 */
import { copied } from './column-kind';
import { LIMITS } from './dataset-limits';
import { QuantileSketch } from './quantile-sketch';

export type ColumnKindName = 'NUMERIC' | 'CATEGORICAL' | 'TEXT' | 'IMAGE';
/** A value of a table: null is missing. */
export type Cell = number | string | null;

const LISTED_VALUES = 20;
export const BINS = 20;
export const PERCENT = 100;

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface ColumnFigures {
  readonly missing: number;
  /** Different values, counted up to a limit. */
  readonly distinct: number;
  /** Values beyond the range that was given for the column. */
  readonly outOfRange: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** Equal steps from the smallest to the largest number, each without its upper end but the last; of numbers only. */
  readonly histogram: readonly Bin[];
  /** From the 0th to the 100th; of numbers only. */
  readonly percentiles: readonly number[];
  /** The most frequent values first; of categories only. */
  readonly topValues: readonly { readonly value: string; readonly count: number }[];
  /** All values of a category, as far as they are counted. */
  readonly values: readonly { readonly value: string; readonly count: number }[];
}

export class ColumnProfile {
  private readonly counts = new Map<Cell, number>();
  private readonly sketch = new QuantileSketch();
  private readonly bins = new Float64Array(BINS);
  private missing = 0;
  private present = 0;
  private outOfRange = 0;
  private mean = 0;
  private squares = 0;
  private min = Infinity;
  private max = -Infinity;

  /**
   * @param range Between which the numbers lie, as far as was seen before: the histogram's.
   * @param asked A value, as a text, that is counted however many others came before it.
   */
  constructor(
    readonly name: string,
    readonly kind: ColumnKindName,
    private readonly range: readonly [number, number] = [0, 1],
    private readonly asked: string | null = null,
  ) {}

  add(value: Cell): void {
    if (value === null) {
      this.missing++;
      return;
    }
    this.present++;
    if (this.kind !== 'IMAGE') this.count(value);
    if (typeof value === 'number') this.measure(value);
  }

  noteOutOfRange(): void {
    this.outOfRange++;
  }

  /** Rows that hold a value. */
  get rows(): number {
    return this.present;
  }

  get hasTooManyCategories(): boolean {
    return this.kind === 'CATEGORICAL' && this.counts.size > LIMITS.categories;
  }

  /** How often each value occurs, as far as they are counted. */
  values(): ReadonlyMap<Cell, number> {
    return this.counts;
  }

  figures(): ColumnFigures {
    const isNumeric = this.kind === 'NUMERIC' && this.present > 0;
    const values =
      this.kind === 'CATEGORICAL'
        ? [...this.counts]
            .sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1))
            .map(([value, count]) => ({ value: String(value), count }))
        : [];
    return {
      missing: this.missing,
      distinct: Math.min(this.counts.size, LIMITS.categories + 1),
      outOfRange: this.outOfRange,
      min: isNumeric ? this.min : null,
      max: isNumeric ? this.max : null,
      mean: isNumeric ? this.mean : null,
      standardDeviation: isNumeric ? Math.sqrt(this.squares / Math.max(1, this.present - 1)) : null,
      histogram: isNumeric ? this.histogram() : [],
      percentiles: isNumeric ? this.sketch.quantiles(PERCENT) : [],
      topValues: values.slice(0, LISTED_VALUES),
      values,
    };
  }

  private count(value: Cell): void {
    const known = this.counts.get(value);
    if (known !== undefined) this.counts.set(value, known + 1);
    else if (this.counts.size <= LIMITS.categories || String(value) === this.asked)
      this.counts.set(typeof value === 'string' ? copied(value) : value, 1);
  }

  private measure(value: number): void {
    // Welford's recurrence: no sum of squares that loses the digits of a large mean.
    const distance = value - this.mean;
    this.mean += distance / this.present;
    this.squares += distance * (value - this.mean);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.sketch.add(value);
    const [from, to] = this.range;
    const bin = to > from ? Math.floor(((value - from) / (to - from)) * BINS) : 0;
    this.bins[Math.min(BINS - 1, Math.max(0, bin))]!++;
  }

  private histogram(): Bin[] {
    const [from, to] = this.range;
    if (!(to > from)) return [{ from: this.min, to: this.max, count: this.present }];
    const edge = (index: number): number => from + ((to - from) * index) / BINS;
    return Array.from(this.bins, (count, index) => ({ from: edge(index), to: edge(index + 1), count }));
  }
}
