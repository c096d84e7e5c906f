/**
 * A batch of wide rows in parts that a frame holds, one after the other: rows of pictures are few to whoever asks and many
 * bytes to whoever sends them.
 */
import type { Batch, Outcome } from '../engine';

/** Numbers that go to an engine process at once: a quarter of a frame, whose answers and copies need room too. */
export const MOST_AT_ONCE = 2 ** 24;

/** The batch itself where it fits. A single row is never cut. */
export function partsOf(batch: Batch, most = MOST_AT_ONCE): readonly Batch[] {
  const { rows, count } = batch;
  if (rows.length <= most || count <= 1) return [batch];
  const width = rows.length / count;
  const each = Math.max(1, Math.floor(most / width));
  return Array.from({ length: Math.ceil(count / each) }, (_, part) => {
    const numbers = rows.subarray(part * each * width, (part + 1) * each * width);
    return { rows: numbers, count: numbers.length / width };
  });
}

export function joined(outcomes: readonly Outcome[]): Outcome {
  const outputs = new Float32Array(outcomes.reduce((sum, one) => sum + one.outputs.length, 0));
  let [at, deviceMs] = [0, 0];
  for (const one of outcomes) {
    outputs.set(one.outputs, at);
    at += one.outputs.length;
    deviceMs += one.deviceMs;
  }
  return { outputs, deviceMs };
}
