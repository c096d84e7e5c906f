/**
 * Jobs that do the same for many: what goes wrong with one of them holds up none of the others. What failed is told with whose it
 * was, and the job fails once all had their turn, so that the queue tries it again: by then it finds only what is still to be done.
 */
import { isUnreachable } from '../database';
import type { Log } from '../log';

export interface EachApart<T> {
  readonly log: Log;
  /** What could not be done, in words. */
  readonly failure: string;
  /** Says whose it was. */
  readonly of: (one: T) => Readonly<Record<string, string | null>>;
  /** Of the job: whose worker stops does no more. */
  readonly signal?: AbortSignal;
  /** What fails all of them alike, beside a database that is away. */
  readonly isAway?: (error: unknown) => boolean;
}

/** What is thrown when all had their turn. Not a failure itself: one that is final for its own sake would end the job for the others too. */
export class SomeFailed extends Error {
  override readonly name = 'SomeFailed';
}

/** One after the other. @throws SomeFailed; at once what fails all of them. */
export async function eachApart<T>(
  all: Iterable<T> | AsyncIterable<T>,
  { log, failure, of, signal, isAway }: EachApart<T>,
  act: (one: T) => Promise<unknown>,
): Promise<void> {
  let failed = 0;
  for await (const one of all) {
    signal?.throwIfAborted();
    try {
      await act(one);
    } catch (error) {
      if (signal?.aborted || isUnreachable(error) || isAway?.(error)) throw error;
      failed += 1;
      log.error({ error, ...of(one) }, failure);
    }
  }
  if (failed > 0) throw new SomeFailed(`${failure}, ${failed} times; the others are done`);
}
