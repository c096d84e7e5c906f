/**
 * From which probability on a classifier of two classes says the positive one. It is a part of the signature, and so of the contents of
 * a version: the same network with another threshold answers other labels, and is another version.
 */
import { USUAL_THRESHOLD } from '../../kernel/statistics';
import { widthOf } from './row-numbers';
import { DType, type Signature } from './signature.type';

/** Null for whatever does not answer with one probability of two classes. */
export function thresholdOf({ outputs, labels, threshold }: Signature): number | null {
  const numbers = outputs.filter(({ dtype }) => dtype === DType.FLOAT32);
  const isOne = labels?.length === 2 && numbers.length === 1 && widthOf(numbers[0]!) === 1;
  return isOne ? (threshold ?? USUAL_THRESHOLD) : null;
}

/** The usual one is not kept: whoever goes back to it has the version that was. */
export function withThreshold({ threshold: _before, ...signature }: Signature, threshold: number): Signature {
  return threshold === USUAL_THRESHOLD ? signature : { ...signature, threshold };
}
