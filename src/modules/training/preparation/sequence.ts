/**
 * A text as its words or characters in their order, each a whole number: the bucket of its hash. What an embedding looks up,
 * and a recurrent layer reads. No vocabulary is kept, so nothing that people wrote stays in the version.
 */
import type { TensorSpec } from '../../models';
import { quickHash } from '../dataset/quick-hash';
import { unitsOf } from './ngrams';
import type { NgramUnit } from './preparation-recipe';

export interface SequenceStep {
  readonly kind: 'SEQUENCE';
  readonly spec: TensorSpec;
  readonly unit: NgramUnit;
  /** Numbers that a text becomes. */
  readonly length: number;
  /** Numbers run from 0, which stands for nothing, to one below this. */
  readonly vocabulary: number;
  /** As of n-grams. */
  readonly marks?: true;
}

/**
 * Writes `length` whole numbers. A longer text is cut off at its end; a shorter one has zeros before it, so that what a
 * recurrent layer reads last is always a word.
 */
export function encodeSequence(
  { unit, length, vocabulary, marks }: SequenceStep,
  text: string,
  target: Float32Array,
  offset: number,
): void {
  const units = unitsOf(unit, text, marks).slice(0, length);
  target.fill(0, offset, offset + length);
  units.forEach((one, at) => {
    target[offset + length - units.length + at] = 1 + (quickHash(one) % (vocabulary - 1));
  });
}
