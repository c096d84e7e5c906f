/**
 * Everything that chance decides in a training is a function of the seed and of where the training stands, never of what
 * was drawn before: a training that goes on after a crash draws what it would have drawn.
 */
import { seededRandom, shuffle } from '../../preparation/seeded-random';

const STREAMS = { weights: 0x11, order: 0x22, dropout: 0x33, search: 0x44 } as const;

/** A seed of its own for one use, from the training's seed and the place (FNV-1a over the numbers). */
export function chanceOf(seed: number, stream: keyof typeof STREAMS, ...place: readonly number[]): number {
  return [STREAMS[stream], seed, ...place].reduce((hash, number) => {
    let mixed = hash;
    for (let shift = 0; shift < 32; shift += 8)
      mixed = Math.imul(mixed ^ ((number >>> shift) & 255), 0x01000193);
    return mixed >>> 0;
  }, 0x811c9dc5);
}

/** In which order an epoch sees the rows. @param epoch from 1. */
export function orderOf(seed: number, epoch: number, count: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, row) => row);
  return shuffle(order, seededRandom(chanceOf(seed, 'order', epoch)));
}

/**
 * Which numbers of a layer are dropped for which rows of a batch: 0, or 1 / (1 − rate), so that the sum stays.
 * @param from the first row of the batch that is asked for: parts of a batch see what the whole would have seen.
 */
export function dropoutMask(
  seed: number,
  place: { readonly epoch: number; readonly batch: number; readonly layer: number },
  rate: number,
  rows: { readonly from: number; readonly count: number; readonly width: number },
): Float32Array {
  const mask = new Float32Array(rows.count * rows.width);
  const kept = 1 / (1 - rate);
  for (let row = 0; row < rows.count; row++) {
    const random = seededRandom(
      chanceOf(seed, 'dropout', place.epoch, place.batch, place.layer, rows.from + row),
    );
    for (let column = 0; column < rows.width; column++)
      mask[row * rows.width + column] = random() < rate ? 0 : kept;
  }
  return mask;
}
