/**
 * An interval that may be looked at after every single observation and still misses the truth with at most the
 * stated chance over all looks together: the asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy
 * and Ramdas (2021), equation 9. It is tightest near `tunedAt` units and valid everywhere.
 */
import type { EffectMoments } from './effect';
import type { Interval } from './welch';

/**
 * @param tunedLevel the level for which it is tightest; its own unless named. Sequences that are compared at several levels (a
 * correction for many comparisons) must share one: then each is the e-value below, cut at another height.
 */
export function confidenceSequence(
  moments: EffectMoments,
  level: number,
  tunedAt: number,
  tunedLevel = level,
): Interval {
  const { effect, standardError, n } = moments;
  if (!(standardError > 0) || n < 2) return [-Infinity, Infinity];
  const halfWidth = standardError * sequenceFactor(n, level, tunedAt, tunedLevel);
  return [effect - halfWidth, effect + halfWidth];
}

/** Half the width of the sequence in standard errors, at `n` units. */
export function sequenceFactor(n: number, level: number, tunedAt: number, tunedLevel = level): number {
  const spread = n * tuning(1 - tunedLevel, tunedAt) ** 2;
  return Math.sqrt(((2 * (spread + 1)) / spread) * Math.log(Math.sqrt(spread + 1) / (1 - level)));
}

/**
 * Logarithm of the e-value against "no effect": the mixture martingale of which the sequence is made. The sequence at level
 * 1 − α leaves zero out exactly where it is at least log(1/α). It is evidence at any one moment, however that was chosen.
 */
export function logEValue(moments: EffectMoments, tunedLevel: number, tunedAt: number): number {
  const { effect, standardError, n } = moments;
  if (!(standardError > 0) || n < 2) return -Infinity;
  const spread = n * tuning(1 - tunedLevel, tunedAt) ** 2;
  const z = effect / standardError;
  return (spread * z * z) / (2 * (spread + 1)) - Math.log(spread + 1) / 2;
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
