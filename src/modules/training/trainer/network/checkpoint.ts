/**
 * Everything a training needs to go on as if nothing had happened: where it stands, its weights, what its optimizer
 * remembers, the sums of the unfinished epoch, and the best weights so far. Chance needs nothing, because it hangs on the
 * place alone. As bytes it is Node's structured clone.
 */
import { deserialize, serialize } from 'node:v8';
import type { BatchSums } from './gradient';
import type { OptimizerState } from './optimizer';

export interface Checkpoint {
  readonly format: 1;
  /** Weights are the same to the last bit only on the backend that began. */
  readonly backend: string;
  /** The epoch under way, from 1; one more than all when every epoch is done. */
  readonly epoch: number;
  /** Batches of it that are done. */
  readonly batch: number;
  readonly weights: readonly Float32Array[];
  readonly optimizer: OptimizerState;
  readonly sums: BatchSums;
  /** Time on the device of the unfinished epoch, milliseconds. */
  readonly elapsedMs: number;
  readonly best: Best | null;
}

/** For early stopping. */
export interface Best {
  readonly epoch: number;
  readonly loss: number;
  readonly weights: readonly Float32Array[];
}

export function checkpointBytes(checkpoint: Checkpoint): Buffer {
  return serialize(checkpoint);
}

/** @throws Error when the bytes are no checkpoint. */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const checkpoint = deserialize(bytes) as Checkpoint;
  if (checkpoint.format !== 1)
    throw new Error(`This checkpoint has the format ${String(checkpoint.format)}; 1 is read.`);
  return checkpoint;
}
