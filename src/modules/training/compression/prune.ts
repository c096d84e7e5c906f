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
    const order = [...values.keys()].sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b);
    const doomed = order.slice(0, Math.round(share * values.length));
    for (const at of doomed) mask[at] = 0;
    zeros += doomed.length;
    all += values.length;
    return mask;
  });
  const weights = tensors.map(({ values }, tensor) =>
    values.map((value, at) => (keep[tensor]![at] ? value : 0)),
  );
  return { weights, keep, sparsity: all === 0 ? 0 : zeros / all };
}
