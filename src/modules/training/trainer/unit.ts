/** In which unit numbers are learned: steps of one size suit wages and distances alike when both have spread 1. */
import { spreadOf } from '../preparation/spread';
import type { Weights } from './network/network';
import type { Recipe } from './recipe';

export interface Unit {
  readonly mean: number;
  readonly scale: number;
}

/** @param labels of the training part. */
export function unitOf(labels: Float32Array, { objective }: Pick<Recipe, 'objective'>): Unit {
  if (objective !== 'REGRESSION') return { mean: 0, scale: 1 };
  const { mean, deviation } = spreadOf(labels);
  return { mean, scale: deviation || 1 };
}

/** Weights that answer in the caller's unit, as those that answer in the unit of learning: the last layer alone differs. */
export function inUnitOfLearning(weights: Weights, { mean, scale }: Unit): Weights {
  const last = weights.length - 2;
  return weights.map((values, index) =>
    index < last ? values : values.map((value) => (value - (index === last ? 0 : mean)) / scale),
  );
}
