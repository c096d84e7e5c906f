/**
 * The Net Promoter Score (F. Reichheld, Harvard Business Review 2003) with its interval: the mean of +100 for promoters, 0 for
 * passives and −100 for detractors, by Student's t over those who answered.
 */
import { estimateMean, tQuantile } from '../../../kernel/statistics';
import type { NetPromoterScore } from './sentiment.type';

const LEVEL = 0.95;

/** Null where nobody answered. */
export function netPromoterScore(n: number, promoters: number, detractors: number): NetPromoterScore | null {
  if (n === 0) return null;
  const { value, variance } = estimateMean({
    n,
    sum: 100 * (promoters - detractors),
    sumSquares: 100 * 100 * (promoters + detractors),
  });
  if (n < 2) return { n, value, interval: null };
  const margin = tQuantile(1 - (1 - LEVEL) / 2, n - 1) * Math.sqrt(variance / n);
  return { n, value, interval: [Math.max(-100, value - margin), Math.min(100, value + margin)] };
}
