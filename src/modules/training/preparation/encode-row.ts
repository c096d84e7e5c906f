/**
 * How a row becomes numbers: the steps that were fitted on the training part, applied the same way in training and in
 * serving. Free of checks, because what comes from a data set was checked when it came in.
 */
import { AppError } from '../../../kernel/errors';
import { readDate } from '../../../kernel/date-days';
import { composed, placeOfText } from '../../../kernel/text';
import type { TensorSpec } from '../../models';
import type { Cell } from '../dataset/column-profile';
import { quickHash } from '../dataset/quick-hash';
import { encodeNgrams, type NgramStep } from './ngrams';
import { pixelsOf } from './pixels';
import { encodeSequence, type SequenceStep } from './sequence';

/** A number: what is missing is filled in, then mean 0 and spread 1. */
export interface StandardiseStep {
  readonly kind: 'STANDARDISE';
  readonly spec: TensorSpec;
  readonly fill: number;
  readonly mean: number;
  readonly scale: number;
}

export type NumberOperation =
  | { readonly kind: 'CLIP'; readonly min: number | null; readonly max: number | null }
  | { readonly kind: 'SCALE'; readonly offset: number; readonly scale: number };

/** A number: what is missing is filled in, then the operations one after the other. */
export interface NumberStep {
  readonly kind: 'NUMBER';
  readonly spec: TensorSpec;
  readonly fill: number;
  readonly operations: readonly NumberOperation[];
}

/** A category: one number for each known text, 1 for the one it is; none for a text never seen in training. */
export interface OneHotStep {
  readonly kind: 'ONE_HOT';
  readonly spec: TensorSpec;
  readonly fill: string;
  readonly categories: readonly string[];
}

/** A category of any kind: 1 in the bucket of its hash. */
export interface HashStep {
  readonly kind: 'HASH';
  readonly spec: TensorSpec;
  readonly fill: string;
  readonly buckets: number;
  /** ü is one letter however it is written; absent in what was fitted before it was. */
  readonly composed?: true;
}

/** An image: side × side greys from 0 to 1, row by row; none at all is black. */
export interface PixelStep {
  readonly kind: 'PIXELS';
  readonly spec: TensorSpec;
  readonly side: number;
}

export type PreparationStep =
  StandardiseStep | NumberStep | OneHotStep | HashStep | NgramStep | SequenceStep | PixelStep;

/** Everything that serving needs to repeat what training did. Stored with the version. */
export interface TablePreparation {
  readonly format: 1;
  readonly steps: readonly PreparationStep[];
  /** Numbers a row becomes. */
  readonly width: number;
}

/** How many numbers a step makes of its column. */
export function widthOf(step: PreparationStep): number {
  switch (step.kind) {
    case 'STANDARDISE':
    case 'NUMBER':
      return 1;
    case 'ONE_HOT':
      return step.categories.length;
    case 'HASH':
    case 'NGRAMS':
      return step.buckets;
    case 'SEQUENCE':
      return step.length;
    case 'PIXELS':
      return step.side ** 2;
  }
}

/** Writes one row into `target`, from `offset` on. @throws AppError for an image that is none, at its name. */
export function encodeRow(
  { steps }: TablePreparation,
  valueOf: (name: string) => Cell | undefined,
  target: Float32Array,
  offset = 0,
): void {
  let at = offset;
  for (const step of steps) {
    encodeValue(step, valueOf(step.spec.name) ?? null, target, at);
    at += widthOf(step);
  }
}

/** A text is a date: it was checked at the door, where others are refused. */
function numberIn({ fill }: StandardiseStep | NumberStep, value: Cell): number {
  return typeof value === 'string' ? readDate(value)! : (value ?? fill);
}

function encodeValue(step: PreparationStep, value: Cell, target: Float32Array, at: number): void {
  switch (step.kind) {
    case 'STANDARDISE':
      target[at] = (numberIn(step, value) - step.mean) / step.scale;
      return;
    case 'NUMBER':
      target[at] = applyOperations(step.operations, numberIn(step, value));
      return;
    case 'ONE_HOT': {
      const index = placeOfText(step.categories, String(value ?? step.fill));
      target.fill(0, at, at + step.categories.length);
      if (index >= 0) target[at + index] = 1;
      return;
    }
    case 'HASH': {
      const text = String(value ?? step.fill);
      target.fill(0, at, at + step.buckets);
      target[at + (quickHash(step.composed ? composed(text) : text) % step.buckets)] = 1;
      return;
    }
    case 'NGRAMS':
      encodeNgrams(step, value === null ? '' : String(value), target, at);
      return;
    case 'SEQUENCE':
      encodeSequence(step, value === null ? '' : String(value), target, at);
      return;
    case 'PIXELS': {
      const width = step.side ** 2;
      if (value === null) {
        target.fill(0, at, at + width);
        return;
      }
      const pixels = pixelsOf({ side: step.side, width }, value, [step.spec.name]);
      if (pixels instanceof AppError) throw pixels;
      target.set(pixels, at);
    }
  }
}

export function applyOperations(operations: readonly NumberOperation[], value: number): number {
  let current = value;
  for (const operation of operations) {
    if (operation.kind === 'SCALE') current = (current - operation.offset) / operation.scale;
    else current = Math.min(operation.max ?? Infinity, Math.max(operation.min ?? -Infinity, current));
  }
  return current;
}
