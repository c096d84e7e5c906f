/**
 * How a row becomes numbers: the steps that were fitted on the training part, applied the same way in training and in
 * serving. Free of checks, because what comes from a data set was checked when it came in.
 */
import type { TensorSpec } from '../../models';
import type { Cell } from '../dataset/column-profile';

/** A number: what is missing is filled in, then mean 0 and spread 1. */
export interface StandardiseStep {
  readonly kind: 'STANDARDISE';
  readonly spec: TensorSpec;
  readonly fill: number;
  readonly mean: number;
  readonly scale: number;
}

/** A category: one number for each known text, 1 for the one it is; none for a text never seen in training. */
export interface OneHotStep {
  readonly kind: 'ONE_HOT';
  readonly spec: TensorSpec;
  readonly fill: string;
  readonly categories: readonly string[];
}

export type PreparationStep = StandardiseStep | OneHotStep;

/** Everything that serving needs to repeat what training did. Stored with the version. */
export interface TablePreparation {
  readonly format: 1;
  readonly steps: readonly PreparationStep[];
  /** Numbers a row becomes. */
  readonly width: number;
}

/** Writes one row into `target`, from `offset` on. */
export function encodeRow(
  { steps }: TablePreparation,
  valueOf: (name: string) => Cell | undefined,
  target: Float32Array,
  offset = 0,
): void {
  let at = offset;
  for (const step of steps) {
    const value = valueOf(step.spec.name) ?? step.fill;
    if (step.kind === 'STANDARDISE') target[at++] = (Number(value) - step.mean) / step.scale;
    else {
      const index = step.categories.indexOf(String(value));
      target.fill(0, at, at + step.categories.length);
      if (index >= 0) target[at + index] = 1;
      at += step.categories.length;
    }
  }
}
