/**
 * An interval that may be looked at after every single observation and still misses the truth with at most the
 * stated chance over all looks together: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy
 * and Ramdas (2021), equation 9. It is tightest near `tunedAt` units and valid everywhere.
 */
import type { EffectMoments } from './effect';
import type { Interval } from './welch';

export function confidenceSequence(moments: EffectMoments, level: number, tunedAt: number): Interval {
  const { effect, standardError, n } = moments;
  if (!(standardError > 0) || n < 2) return [-Infinity, Infinity];
  const alpha = 1 - level;
  const spread = n * tuning(alpha, tunedAt) ** 2;
  const factor = Math.sqrt(((2 * (spread + 1)) / spread) * Math.log(Math.sqrt(spread + 1) / alpha));
  const halfWidth = standardError * factor;
  return [effect - halfWidth, effect + halfWidth];
}

/**
 * The lower end of the one-sided sequence of the same paper (appendix B): the truth lies below it with at most the stated
 * chance over all looks together. For whoever acts on one direction only: it is reached earlier than the two-sided one.
 */
export function lowerConfidenceSequence(moments: EffectMoments, level: number, tunedAt: number): number {
  const { effect, standardError, n } = moments;
  if (!(standardError > 0) || !(n > 0)) return -Infinity;
  const alpha = 1 - level;
  const spread = n * tuning(2 * alpha, tunedAt) ** 2;
  const factor = Math.sqrt(((2 * (spread + 1)) / spread) * Math.log(1 + Math.sqrt(spread + 1) / (2 * alpha)));
  return effect - standardError * factor;
}

/** ρ that makes the sequence tightest at `tunedAt` units. */
function tuning(alpha: number, tunedAt: number): number {
  const bits = -2 * Math.log(alpha);
  return Math.sqrt((bits + Math.log(bits + 1)) / tunedAt);
}

/**
 * All looks so far together: as the truth lies in every interval of the sequence, it lies in their intersection, and a
 * decision never un-happens. Should they not meet at all (at most α of all tests), the earlier one stands.
 */
export function runningIntersection(earlier: Interval | undefined, now: Interval): Interval {
  if (!earlier) return now;
  const lower = Math.max(earlier[0], now[0]);
  const upper = Math.min(earlier[1], now[1]);
  return lower <= upper ? [lower, upper] : earlier;
}
