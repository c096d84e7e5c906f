/**
 * Fixed horizon: valid once, at the size that was planned. Looked at every day it lies: sixty looks at a test without
 * any effect give 33 % false alarms at a nominal 5 %. For a running test use the confidence sequence.
 */
import { tQuantile, tTwoSided } from './distributions';
import type { EffectMoments } from './effect';

export type Interval = readonly [lower: number, upper: number];

export interface WelchResult {
  readonly interval: Interval;
  readonly p: number;
}

/** Welch's t test for an effect (Welch 1947). `level` is the coverage, e.g. 0.95. */
export function welch(moments: EffectMoments, level: number): WelchResult {
  const { effect, standardError, degreesOfFreedom } = moments;
  if (!(standardError > 0)) return { interval: [-Infinity, Infinity], p: 1 };
  const halfWidth = tQuantile(1 - (1 - level) / 2, degreesOfFreedom) * standardError;
  return {
    interval: [effect - halfWidth, effect + halfWidth],
    p: tTwoSided(effect / standardError, degreesOfFreedom),
  };
}
