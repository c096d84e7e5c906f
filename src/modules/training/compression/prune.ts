/**
 * Magnitude pruning (Han et al. 2015): of each kernel the smallest weights become zero, biases stay. What is zero is kept at
 * zero while the rest learns on.
 */
import type { Weights } from '../trainer/network/network';

export interface WeightTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Pruned {
  readonly weights: Weights;
  /** 0 where a weight stays zero. */
  readonly keep: readonly Uint8Array[];
  /** Share of the kernels' weights that are zero, 0–1. */
  readonly sparsity: number;
}

/** @param share of each kernel's weights to be zero, 0–1; the nearest whole number of them. */
export function prune(tensors: readonly WeightTensor[], share: number): Pruned {
  let [zeros, all] = [0, 0];
  const keep = tensors.map(({ shape, values }) => {
    const mask = new Uint8Array(values.length).fill(1);
    if (shape.length < 2) return mask;
    const doomed = Math.round(share * values.length);
    zeroSmallest(mask, values, doomed);
    zeros += doomed;
    all += values.length;
    return mask;
  });
  const weights = tensors.map(({ values }, tensor) =>
    values.map((value, at) => (keep[tensor]![at] ? value : 0)),
  );
  return { weights, keep, sparsity: all === 0 ? 0 : zeros / all };
}

/** Of equal ones those that come first. By the machine's own sort of numbers: kernels have millions, and others wait meanwhile. */
function zeroSmallest(mask: Uint8Array, values: Float32Array, count: number): void {
  if (count === 0) return;
  const sizes = values.map(Math.abs);
  const sorted = sizes.slice().sort();
  const largest = sorted[count - 1]!;
  let equal = count - sorted.indexOf(largest);
  for (let at = 0; at < sizes.length; at++)
    if (sizes[at]! < largest || (sizes[at] === largest && equal-- > 0)) mask[at] = 0;
}
