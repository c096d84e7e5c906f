/** Rows for a model whose owner sent none: nobody's, the same for the same signature, and within what it may take. */
import { DType, type TensorSpec } from '../signature.type';
import type { Samples } from './artefact-trial';

const COUNT = 8;
/** Knuth's multiplicative congruence (MMIX has the 64-bit one): nothing hangs on its quality. */
const MULTIPLIER = 1_664_525;
const INCREMENT = 1_013_904_223;

/** Pictures from 0 to 1; whole numbers 0 and 1, which are valid ids and categories alike; else from −1 to 1. */
export function syntheticRows(inputs: readonly TensorSpec[], width: number, whole: boolean): Samples {
  const isPicture = inputs.some(({ dtype }) => dtype === DType.IMAGE);
  let state = width;
  const rows = Float32Array.from({ length: COUNT * width }, () => {
    state = (Math.imul(state, MULTIPLIER) + INCREMENT) >>> 0;
    const share = state / 2 ** 32;
    if (whole) return Math.round(share);
    return isPicture ? share : 2 * share - 1;
  });
  return { rows, count: COUNT };
}
