/**
 * Splits rows into what is learned from, what is watched while learning, and what is held out until the end. Each part
 * has the classes in the same proportion, and the seed alone decides who goes where. Where rows hang together that is too good: who has
 * rows in two parts is recognised, not predicted, and who knows the future predicts nothing. Then rows of a group stay together, or the
 * latest are held out (split-by-group.ts, split-by-time.ts).
 */
import { seededRandom, shuffle } from './seeded-random';

export interface Split {
  readonly training: readonly number[];
  readonly validation: readonly number[];
  readonly heldOut: readonly number[];
}

export interface SplitShares {
  readonly validation: number;
  readonly heldOut: number;
}

const TRAINING = 0;
const VALIDATION = 1;
const HELD_OUT = 2;

/** Indices of rows by part, in ascending order. Each part gets at least one row of each class. */
export function splitRows(labels: ArrayLike<number>, shares: SplitShares, seed: number): Split {
  const random = seededRandom(seed);
  // Each row has its part, so that all are put together in their order, without a sort and in no more than one pass.
  const partOf = new Uint8Array(labels.length);
  for (const [, rows] of [...byLabel(labels)].sort(([a], [b]) => a - b)) {
    shuffle(rows, random);
    const heldOut = portion(rows.length, shares.heldOut);
    // Both are rounded by themselves: what they come to together must leave a row to learn from.
    const validation = Math.min(
      portion(rows.length, shares.validation),
      Math.max(0, rows.length - heldOut - 1),
    );
    for (let place = 0; place < heldOut + validation; place++)
      partOf[rows[place]!] = place < heldOut ? HELD_OUT : VALIDATION;
  }
  const parts: number[][] = [[], [], []];
  partOf.forEach((part, row) => parts[part]!.push(row));
  return { training: parts[TRAINING]!, validation: parts[VALIDATION]!, heldOut: parts[HELD_OUT]! };
}

function byLabel(labels: ArrayLike<number>): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const group = groups.get(labels[row]!);
    if (group) group.push(row);
    else groups.set(labels[row]!, [row]);
  }
  return groups;
}

function portion(rows: number, share: number): number {
  return Math.min(Math.max(1, Math.round(rows * share)), Math.max(0, rows - 2));
}
