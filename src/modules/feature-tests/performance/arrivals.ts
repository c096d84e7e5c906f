/** When queries arrive, and of which rows: from a seed alone, so that a test can be repeated query by query. */
import { seededRandom } from '../../training';

/** Milliseconds after the start, without memory: a Poisson process of so many a second. */
export function* arrivals(perSecond: number, seed: number): Generator<number, never> {
  const random = seededRandom(seed);
  for (let at = 0; ;) yield (at += (-Math.log(1 - random()) * 1000) / perSecond);
}

/** The rows of one query after the other, drawn with replacement, as MLPerf draws them. */
export function rowDraws<R>(rows: readonly R[], perQuery: number, seed: number): () => R[] {
  // Not the numbers of the arrivals: which row comes would hang together with when.
  const random = seededRandom(seed ^ 0x5bd1e995);
  return () => Array.from({ length: perQuery }, () => rows[Math.floor(random() * rows.length)]!);
}
