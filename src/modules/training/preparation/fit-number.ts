/** A number through the steps that a recipe names, each fitted on what the steps before it have left of the training part. */
import type { TensorSpec } from '../../models';
import { medianOf } from '../dataset/label-rule';
import { applyOperations, type NumberOperation, type NumberStep } from './encode-row';
import type { ClipWish, ColumnWish, FillWish } from './preparation-recipe';
import { spreadOf } from './spread';

/** @param values What is present in the training part, in the caller's unit. A number that no step scales is standardised. */
export function fitNumber(
  spec: TensorSpec,
  values: readonly number[],
  wishes: readonly ColumnWish[],
): NumberStep {
  const fill = wishes.find((wish): wish is FillWish => wish.kind === 'FILL');
  const operations: NumberOperation[] = [];
  let current: readonly number[] = values;
  const add = (operation: NumberOperation): void => {
    operations.push(operation);
    current = current.map((value) => applyOperations([operation], value));
  };
  for (const wish of wishes) {
    if (wish.kind === 'CLIP') add(clip(current, wish));
    else if (wish.kind === 'NORMALISE') add(normalise(current));
    else if (wish.kind === 'STANDARDISE') add(standardise(current));
  }
  if (!operations.some(({ kind }) => kind === 'SCALE')) add(standardise(current));
  return {
    kind: 'NUMBER',
    spec: fill ? { ...spec, optional: true } : spec,
    fill: fillOf(values, fill),
    operations,
  };
}

function clip(values: readonly number[], { min, max, quantile }: ClipWish): NumberOperation {
  if (quantile == null) return { kind: 'CLIP', min: min ?? null, max: max ?? null };
  const sorted = Float64Array.from(values).sort();
  return { kind: 'CLIP', min: quantileOf(sorted, quantile), max: quantileOf(sorted, 1 - quantile) };
}

function normalise(values: readonly number[]): NumberOperation {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  // A column that never varies becomes 0, as does one without a value.
  return max > min
    ? { kind: 'SCALE', offset: min, scale: max - min }
    : { kind: 'SCALE', offset: Number.isFinite(min) ? min : 0, scale: 1 };
}

function standardise(values: readonly number[]): NumberOperation {
  const { mean, deviation } = spreadOf(values);
  return { kind: 'SCALE', offset: mean, scale: deviation || 1 };
}

function fillOf(values: readonly number[], wish: FillWish | undefined): number {
  if (wish?.rule === 'CONSTANT') return Number(wish.value);
  if (values.length === 0) return 0;
  switch (wish?.rule) {
    case 'MEAN':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'MOST_FREQUENT': {
      const counts = new Map<number, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
    }
    default:
      return medianOf(values);
  }
}

/** Linear between the two nearest (type 7 of Hyndman and Fan 1996). */
function quantileOf(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
