/**
 * Learns what a column holds, one value at a time and in bounded memory: numbers or categories, how many are missing,
 * and the figures that a person wants to see before training on it.
 */
import { LIMITS } from './dataset-limits';

export type ColumnKindName = 'NUMERIC' | 'CATEGORICAL' | 'TEXT' | 'IMAGE';
/** A value of a table: null is missing. */
export type Cell = number | string | null;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const NOT_FINITE = /^[+-]?(nan|inf(inity)?)$/i;
const MISSING = new Set(['', 'NA', 'N/A', 'null', 'NULL', '?']);
/** Up to this share of texts, a column of numbers is still one: the texts are mistakes, and are named as such. */
const TOLERATED_TEXTS = 0.1;
const LISTED_VALUES = 20;

export function isMissing(text: string): boolean {
  return MISSING.has(text);
}

/** The number that is written there, or why it is none that can be learned from. */
export function readNumber(text: string): number | 'NOT_A_NUMBER' | 'NOT_FINITE' | 'TOO_LARGE' {
  if (NOT_FINITE.test(text)) return 'NOT_FINITE';
  if (!NUMBER.test(text)) return 'NOT_A_NUMBER';
  const value = Number(text);
  return Number.isFinite(Math.fround(value)) ? value : 'TOO_LARGE';
}

/** First look at a column: what kind is it? */
export class KindCount {
  private numbers = 0;
  private texts = 0;

  add(text: string): void {
    if (isMissing(text)) return;
    // NaN and infinities count as numbers gone wrong, so that they are reported instead of becoming categories.
    if (readNumber(text) === 'NOT_A_NUMBER') this.texts++;
    else this.numbers++;
  }

  kind(): ColumnKindName {
    return this.numbers > 0 && this.texts <= TOLERATED_TEXTS * (this.numbers + this.texts)
      ? 'NUMERIC'
      : 'CATEGORICAL';
  }
}

export interface ColumnFigures {
  readonly missing: number;
  /** Different values, counted up to a limit. */
  readonly distinct: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** The most frequent values first; of categories only. */
  readonly topValues: readonly { readonly value: string; readonly count: number }[];
}

/** Second look: the figures of the rows that are kept. */
export class ColumnProfile {
  private readonly counts = new Map<Cell, number>();
  private missing = 0;
  private present = 0;
  private mean = 0;
  private squares = 0;
  private min = Infinity;
  private max = -Infinity;

  constructor(
    readonly name: string,
    readonly kind: ColumnKindName,
  ) {}

  add(value: Cell): void {
    if (value === null) {
      this.missing++;
      return;
    }
    this.present++;
    const known = this.counts.get(value);
    if (known !== undefined || this.counts.size <= LIMITS.categories)
      this.counts.set(value, (known ?? 0) + 1);
    if (typeof value !== 'number') return;
    // Welford's recurrence: no sum of squares that loses the digits of a large mean.
    const distance = value - this.mean;
    this.mean += distance / this.present;
    this.squares += distance * (value - this.mean);
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
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
    const top = [...this.counts].sort(([a, n], [b, m]) => m - n || (String(a) < String(b) ? -1 : 1));
    return {
      missing: this.missing,
      distinct: this.counts.size,
      min: isNumeric ? this.min : null,
      max: isNumeric ? this.max : null,
      mean: isNumeric ? this.mean : null,
      standardDeviation: isNumeric ? Math.sqrt(this.squares / Math.max(1, this.present - 1)) : null,
      topValues:
        this.kind === 'NUMERIC'
          ? []
          : top.slice(0, LISTED_VALUES).map(([value, count]) => ({ value: String(value), count })),
    };
  }
}
