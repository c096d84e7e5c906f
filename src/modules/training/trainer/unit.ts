/** In which unit numbers are learned: steps of one size suit wages and distances alike when both have spread 1. */
import type { Recipe } from './recipe';

export interface Unit {
  readonly mean: number;
  readonly scale: number;
}

/** @param labels of the training part. */
export function unitOf(labels: Float32Array, { objective }: Pick<Recipe, 'objective'>): Unit {
  if (objective !== 'REGRESSION') return { mean: 0, scale: 1 };
  const mean = labels.reduce((sum, label) => sum + label, 0) / labels.length;
  const variance = labels.reduce((sum, label) => sum + (label - mean) ** 2, 0) / labels.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}
