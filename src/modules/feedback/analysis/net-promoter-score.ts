/**
 * The Net Promoter Score (F. Reichheld, Harvard Business Review 2003) with its interval: the adjusted Wald interval of B. Rocks
 * (Interval Estimation for the Net Promoter Score, The American Statistician 70, 2016), of which the answers are three more, half
 * of them passive. Of few answers that all agree, the plain one would be a point: ten promoters do not prove that all are.
 */
import { normalQuantile } from '../../../kernel/statistics';
import type { NetPromoterScore } from './sentiment.type';

const LEVEL = 0.95;
const MORE = 3;

/** Null where nobody answered. */
export function netPromoterScore(n: number, promoters: number, detractors: number): NetPromoterScore | null {
  if (n === 0) return null;
  const value = (100 * (promoters - detractors)) / n;
  if (n < 2) return { n, value, interval: null };
  const [up, down] = [promoters, detractors].map((count) => (count + MORE / 4) / (n + MORE)) as [
    number,
    number,
  ];
  const net = up - down;
  const margin = normalQuantile(1 - (1 - LEVEL) / 2) * Math.sqrt((up + down - net ** 2) / (n + MORE));
  return { n, value, interval: [Math.max(-100, 100 * (net - margin)), Math.min(100, 100 * (net + margin))] };
}
