/**
 * How many units a test needs, before it starts and from where it stands. All of it scales one effect: with s times the
 * units, the standard error is divided by √s. Normal approximation (Chow, Shao and Wang, Sample Size Calculations, 3.2).
 */
import { sequenceFactor } from './confidence-sequence';
import { normalQuantile, normalTail } from './distributions';
import type { EffectMoments } from './effect';

export interface PowerGoal {
  /** Level of the interval, e.g. 0.95. */
  readonly level: number;
  /** Chance of finding the effect where it is there, e.g. 0.8. */
  readonly power: number;
}

/** Beyond this many times the present size nobody waits. */
const MOST = 1e12;

/** The smallest effect that so many units find with this chance, by one look. */
export function detectableEffect({ standardError }: EffectMoments, { level, power }: PowerGoal): number {
  return (criticalValue(level) + normalQuantile(power)) * standardError;
}

/** How many times the present units it takes to find `effect` by one look at the end. */
export function requiredFactor(moments: EffectMoments, effect: number, goal: PowerGoal): number {
  return (detectableEffect(moments, goal) / effect) ** 2;
}

/** Chance that one look at `factor` times the present units finds `effect`. */
export function powerOf({ standardError }: EffectMoments, effect: number, level: number, factor = 1): number {
  const z = (Math.abs(effect) * Math.sqrt(factor)) / standardError;
  const critical = criticalValue(level);
  return normalTail(critical - z) + normalTail(critical + z);
}

/**
 * How many times the present units it takes until a confidence sequence, tuned at `tunedAt` units, leaves zero out with this
 * chance at that very look. That is on the safe side: it may have left zero out before. @returns Infinity when never.
 */
export function requiredFactorSequential(
  { standardError, n }: EffectMoments,
  effect: number,
  { level, power }: PowerGoal,
  tunedAt: number,
  tunedLevel = level,
): number {
  const short = (factor: number): boolean =>
    (Math.abs(effect) * Math.sqrt(factor)) / standardError <
    sequenceFactor(n * factor, level, tunedAt, tunedLevel) + normalQuantile(power);
  let [low, high] = [Math.log(1 / MOST), Math.log(MOST)];
  if (short(Math.exp(high))) return Infinity;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (short(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

function criticalValue(level: number): number {
  return normalQuantile(1 - (1 - level) / 2);
}
