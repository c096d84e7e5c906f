/**
 * How the REST faces give texts, whole or as a stream: what is refused keeps its status, because a stream begins with the first
 * piece.
 */
import { type CancelSignal, untilAborted } from '../../../kernel/cancellation';
import { AppError } from '../../../kernel/errors';
import { databaseFailure } from '../../../platform/database';
import type { GenerationChunk } from '../generation/generation';

export interface WholeText {
  readonly text: string;
  readonly last: GenerationChunk & { readonly finishReason: 'STOP' | 'LENGTH' };
}

/** The chunks of a text that has ended, as one. @throws AppError when it broke off. */
export function joined(chunks: readonly GenerationChunk[]): WholeText {
  const last = chunks.at(-1);
  if (!isWhole(last)) throw brokenOff(last);
  return { text: chunks.map(({ text }) => text).join(''), last };
}

/** Whether the text ended with this chunk, and did not break off. */
export function isWhole(last: GenerationChunk | undefined): last is WholeText['last'] {
  return last?.finishReason === 'STOP' || last?.finishReason === 'LENGTH';
}

/** The same pieces, once the first one is there. @throws whatever kept it from coming. */
export async function beginning<T>(pieces: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const piece = first;
        first = undefined;
        return piece ? Promise.resolve(piece) : iterator.next();
      },
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** The same chunks. @throws the reason of the signal as soon as there is one. */
export async function* until<T>(signal: CancelSignal, chunks: AsyncIterable<T>): AsyncGenerator<T, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: one that waits for its next chunk only returns after it.
    void iterator.return?.();
  }
}

/** A text that breaks off after its first chunk ends with one that says so: a face has no other way to tell. */
export async function* toldOfTheEnd(
  chunks: AsyncIterable<GenerationChunk>,
): AsyncGenerator<GenerationChunk, void> {
  let last: GenerationChunk | undefined;
  try {
    for await (const chunk of chunks) {
      yield chunk;
      last = chunk;
    }
  } catch (error) {
    if (!last) throw error;
    const brokenBy = error instanceof AppError ? error : databaseFailure(error);
    yield { number: last.number + 1, text: '', finishReason: 'ERROR', versionId: last.versionId, brokenBy };
  }
}

/** A text that breaks off, in words for whoever reads it. */
export function brokenOff(last?: GenerationChunk): AppError {
  if (last?.brokenBy) return last.brokenBy;
  const message =
    'The text broke off: its engine ended. No more than was delivered is billed; ask for the text again.';
  return new AppError('ENGINE_UNAVAILABLE', message);
}
