/**
 * When queries are enough: MLPerf Inference's early stopping (inference rules, appendix "Early stopping criterion"). How many
 * queries are over the bound is binomial, so a percentile is known to hold, or not to, as soon as what was seen would be too rare
 * otherwise. Exact, in logarithms: 0.99 to the power of a million is no number any more.
 */
export type EarlyStop = 'HOLDS' | 'BROKEN' | 'OPEN';

const CONFIDENCE = 0.99;

/** Whether `percentile` of all queries are within the bound, after `over` of `queries` were not. */
export function earlyStop(queries: number, over: number, percentile: number): EarlyStop {
  const rare = 1 - CONFIDENCE;
  if (queries > 0 && atMost(over, queries, 1 - percentile) <= rare) return 'HOLDS';
  if (over > 0 && 1 - atMost(over - 1, queries, 1 - percentile) < rare) return 'BROKEN';
  return 'OPEN';
}

/** The fewest queries that are enough with so many of them over the bound. */
export function queriesNeeded(over: number, percentile: number): number {
  const isEnough = (queries: number): boolean => earlyStop(queries, over, percentile) === 'HOLDS';
  let [few, enough] = [over, 1];
  while (!isEnough(enough)) [few, enough] = [enough, 2 * enough];
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** P(at most `k` of `n` with this chance each). */
function atMost(k: number, n: number, chance: number): number {
  if (k >= n) return 1;
  const odds = Math.log(chance) - Math.log1p(-chance);
  let term = n * Math.log1p(-chance);
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i) + odds;
    const [more, less] = term > sum ? [term, sum] : [sum, term];
    sum = more + Math.log1p(Math.exp(less - more));
  }
  return Math.exp(Math.min(0, sum));
}
