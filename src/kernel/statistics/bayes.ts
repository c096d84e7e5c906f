/**
 * The same effect told in another way: a Gaussian likelihood with a Gaussian prior, or a flat one. Its figures are easy to
 * read, but they are no gate of a running test: looked at every day until they please, they promise nothing.
 */
import { normalQuantile, normalTail } from './distributions';
import type { EffectMoments } from './effect';
import type { Interval } from './welch';

/** What is believed about the effect before anything was measured. */
export interface EffectPrior {
  readonly mean: number;
  readonly standardDeviation: number;
}

export interface BayesianEffect {
  readonly mean: number;
  readonly standardDeviation: number;
  /** Credible interval: it holds the effect with this chance, if the prior is right. */
  readonly interval: Interval;
  /** Chance that the effect is above zero. */
  readonly chanceAbove: number;
  /** What is lost on average by choosing the treatment, E max(−δ, 0), and by keeping the control, E max(δ, 0), if more is better. */
  readonly lossOfTreatment: number;
  readonly lossOfControl: number;
}

/** @param prior undefined = flat. @returns undefined when the standard error is not known. */
export function bayesianEffect(
  { effect, standardError }: EffectMoments,
  level: number,
  prior?: EffectPrior,
): BayesianEffect | undefined {
  if (!(standardError > 0) || !Number.isFinite(effect)) return undefined;
  const ofData = 1 / standardError ** 2;
  const ofPrior = prior ? 1 / prior.standardDeviation ** 2 : 0;
  const mean = (ofData * effect + ofPrior * (prior?.mean ?? 0)) / (ofData + ofPrior);
  const standardDeviation = 1 / Math.sqrt(ofData + ofPrior);
  const halfWidth = normalQuantile(1 - (1 - level) / 2) * standardDeviation;
  const z = mean / standardDeviation;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return {
    mean,
    standardDeviation,
    interval: [mean - halfWidth, mean + halfWidth],
    chanceAbove: normalTail(-z),
    lossOfTreatment: Math.max(0, standardDeviation * density - mean * normalTail(z)),
    lossOfControl: Math.max(0, standardDeviation * density + mean * normalTail(-z)),
  };
}
