/**
 * How long a caller waits for its answer's record: no longer than the answer is of use, and the moment that a commit may take
 * beyond that. What becomes of the record is no matter of who waits: it goes on without.
 */
import { UnreachableError } from '../../../platform/database';
import type { WriteResult } from './inference-writer.service';

/** What the commit of an answer that was there just in time may take. */
const GRACE_MS = 1_000;
/** Where the answer has no deadline of its own. */
export const COMMIT_PATIENCE_MS = 10_000;

/** Until when the answer to a call is of use, by the clock of `performance`. */
export function latestAnswer(startedAt: number, deadlineMs: number): number {
  return startedAt + deadlineMs + GRACE_MS;
}

export function databaseTookTooLong(): UnreachableError {
  return new UnreachableError('The database did not answer for as long as the caller could wait.');
}

/** What is coming. @throws UnreachableError when it has not come by then: by the clock of `performance`. */
export function cameBy<T>(until: number, coming: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    // What came while this process was held up lies there, to be read first.
    const late = (): unknown => setImmediate(() => reject(databaseTookTooLong()));
    const timer = setTimeout(late, Math.max(0, until - performance.now()));
    coming.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Takes the effect once it is certain that no record stands: at once where none was to be written. */
export function unlessWritten(fate: Promise<WriteResult> | undefined, effect: () => void): void {
  if (!fate) return effect();
  fate.then(
    (written) => typeof written !== 'object' && effect(),
    () => effect(),
  );
}
