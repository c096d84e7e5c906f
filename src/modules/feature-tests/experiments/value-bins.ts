/**
 * Values of a metric in bins that add up over days and people: each a hundredth wider than the last, on both sides of zero, so
 * that a quantile is at most that far from the true one (as in DDSketch: Masson, Rim and Lee, VLDB 2019). The statement that keeps a value says in which bin
 * it lies; edges and statement are made from the same two numbers.
 */
import type { Bin } from '../../../kernel/statistics';

const GROWTH = Math.log(1.01);
/** Closer to zero than this is zero. */
const LEAST = 1e-6;

/** SQL for the bin of a value: 0 around zero, below it for negative ones. Ascending with the value. */
export function binSql(value: string): string {
  return `(case when abs(${value}) < ${LEAST} then 0
    else sign(${value}) * (1 + floor(ln(abs(${value}) / ${LEAST}) / ${GROWTH})) end)::int`;
}

export interface BinCount {
  readonly bin: number;
  readonly count: number;
}

/** Where the bins begin and end, in their order; that of zero has no width, or its edges would pass for values and make lifts of them. */
export function binsOf(counts: readonly BinCount[]): Bin[] {
  return counts.map(({ bin, count }) => ({ ...edgesOf(bin), count }));
}

function edgesOf(bin: number): { lower: number; upper: number } {
  if (bin === 0) return { lower: 0, upper: 0 };
  const [near, far] = [1, 0].map((step) => LEAST * Math.exp((Math.abs(bin) - step) * GROWTH));
  return bin > 0 ? { lower: near!, upper: far! } : { lower: -far!, upper: -near! };
}
