/**
 * Which batches warm a version: its stored samples in every power-of-two size up to the largest batch, so that no
 * customer pays for the first run of a size, and the scheduler knows from the start what each size takes.
 */
import { MOST_AT_ONCE } from '../../compute';

export interface WarmUpBatch {
  readonly rows: Float32Array;
  readonly count: number;
}

/** Of wide rows no more than go to the engine at once. @param samples prepared rows, at least one of the version's width. */
export function* warmUpBatches(
  samples: readonly (readonly number[])[],
  width: number,
  largest: number,
): Generator<WarmUpBatch> {
  const usable = samples.length > 0 ? samples : [new Array<number>(width).fill(0)];
  const most = Math.min(largest, Math.max(1, Math.floor(MOST_AT_ONCE / width)));
  for (let count = 1; count <= most; count *= 2) {
    const rows = new Float32Array(count * width);
    for (let row = 0; row < count; row++) rows.set(usable[row % usable.length]!, row * width);
    yield { rows, count };
  }
}
