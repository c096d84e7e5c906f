/**
 * What a canary knows of one version during one step, as sums that processes can add up: in cells, so that how far people
 * differ from each other is known without keeping anybody. A unit (an end user, else a customer) falls into one cell by its
 * hash; whoever sends many requests makes one cell large instead of pretending to be many.
 */
import { drawOf } from '../routes/split';

/** Independent cells a version and step; enough for a variance, few enough to be written every second. */
export const CELLS = 32;
/** Ends of the bins into which scores are counted, and one more bin above the last. */
export const SCORE_EDGES = 9;

/** The sums of a cell, in their order in the array; after them come the bins of the score. */
const FIELDS = [
  'requests',
  'failed',
  'answered',
  'left',
  'cost',
  'timed',
  'slow',
  'ratings',
  'rating',
] as const;
export type CellField = (typeof FIELDS)[number];
const FIELD = Object.fromEntries(FIELDS.map((field, at) => [field, at])) as Record<CellField, number>;
const WIDTH = FIELDS.length + SCORE_EDGES + 1;

/** Latencies fall into buckets of an eighth of an octave from 0.05 ms on: each is 9 per cent wider than the one before. */
const LATENCY_BUCKETS = 170;
const FIRST_MS = 0.05;
const BUCKETS_AN_OCTAVE = 8;

const SIZE = CELLS * WIDTH + LATENCY_BUCKETS;

/**
 * FAILED: it could not answer what it may be asked, be it within a deadline that gave it a chance. LATE: it did not answer within
 * less, which is no failure, and slow where that was longer than slow is. LEFT: whoever asked went away before it answered.
 */
export type CanaryOutcome = 'ANSWERED' | 'FAILED' | 'LATE' | 'LEFT';

export interface Observed {
  readonly unit: string;
  readonly outcome: CanaryOutcome;
  readonly totalMs: number;
  /** Minor units, as a figure for statistics. */
  readonly cost: number;
  /** The number that the answer rests on; undefined where there is none. */
  readonly score?: number;
}

export interface Yardsticks {
  /** An answer that took longer counts as slow; null = not yet known. */
  readonly slowMs: number | null;
  /** Ends of the bins of scores, ascending; null = scores are not looked at. */
  readonly scoreEdges: readonly number[] | null;
}

export class CanaryEvidence {
  constructor(readonly sums: Float64Array = new Float64Array(SIZE)) {}

  static from(sums: readonly number[]): CanaryEvidence {
    return new CanaryEvidence(Float64Array.from(sums));
  }

  observe({ unit, outcome, totalMs, cost, score }: Observed, { slowMs, scoreEdges }: Yardsticks): void {
    const at = cellOf(unit);
    if (outcome === 'LEFT') return this.add(at, 'left', 1);
    // Of one that came in less time nothing is known: it would have been slow, or not.
    if (outcome === 'LATE' && (slowMs === null || totalMs <= slowMs)) return;
    if (outcome === 'LATE') return this.time(at, totalMs, slowMs);
    this.add(at, 'requests', 1);
    if (outcome === 'FAILED') return this.add(at, 'failed', 1);
    this.add(at, 'answered', 1);
    this.add(at, 'cost', cost);
    this.sums[CELLS * WIDTH + bucketOf(totalMs)]! += 1;
    this.time(at, totalMs, slowMs);
    if (scoreEdges === null || score === undefined || !Number.isFinite(score)) return;
    let bin = 0;
    while (bin < scoreEdges.length && score > scoreEdges[bin]!) bin++;
    this.sums[at * WIDTH + FIELDS.length + bin]! += 1;
  }

  /** A person's word about an answer, 0 (worst) to 1 (best). */
  rate(unit: string, rating: number): void {
    const at = cellOf(unit);
    this.add(at, 'ratings', 1);
    this.add(at, 'rating', rating);
  }

  merge({ sums }: CanaryEvidence): void {
    sums.forEach((value, at) => (this.sums[at]! += value));
  }

  /** The sum of a field in each cell. */
  cells(field: CellField): number[] {
    const sums = new Array<number>(CELLS);
    for (let cell = 0; cell < CELLS; cell++) sums[cell] = this.sums[cell * WIDTH + FIELD[field]]!;
    return sums;
  }

  total(field: CellField): number {
    return this.cells(field).reduce((sum, value) => sum + value, 0);
  }

  /** In each cell, the scores up to the end of a bin; `SCORE_EDGES` for all of them. */
  scoresUpTo(edge: number): number[] {
    const sums = new Array<number>(CELLS);
    for (let cell = 0; cell < CELLS; cell++) {
      const from = cell * WIDTH + FIELDS.length;
      let sum = 0;
      for (let at = from; at <= from + edge; at++) sum += this.sums[at]!;
      sums[cell] = sum;
    }
    return sums;
  }

  /** Milliseconds under which this part of the answers took, to 9 per cent; null without answers. */
  latency(part: number): number | null {
    const counts = this.sums.subarray(CELLS * WIDTH);
    const all = counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) return null;
    let seen = 0;
    const bucket = counts.findIndex((count) => (seen += count) >= part * all);
    return FIRST_MS * 2 ** ((bucket + 1) / BUCKETS_AN_OCTAVE);
  }

  private time(cell: number, totalMs: number, slowMs: number | null): void {
    if (slowMs === null) return;
    this.add(cell, 'timed', 1);
    if (totalMs > slowMs) this.add(cell, 'slow', 1);
  }

  private add(cell: number, field: CellField, value: number): void {
    this.sums[cell * WIDTH + FIELD[field]]! += value;
  }
}

function cellOf(unit: string): number {
  return Math.floor(drawOf(`cell\n${unit}`) * CELLS);
}

function bucketOf(ms: number): number {
  const bucket = Math.floor(Math.log2(ms / FIRST_MS) * BUCKETS_AN_OCTAVE);
  return Math.min(LATENCY_BUCKETS - 1, Math.max(0, bucket));
}
