/** How the REST faces stream texts: what is refused keeps its status, because the stream begins with the first piece. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../kernel/errors';

/** The same pieces, once the first one is there. @throws whatever kept it from coming. */
export async function beginning<T>(pieces: AsyncIterable<T>): Promise<AsyncIterable<T>> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first: IteratorResult<T> | undefined = await iterator.next();
  if (first.done)
    throw new AppError('ENGINE_UNAVAILABLE', 'The engine wrote nothing. Send the request again.');
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

/** Server-sent events, as fast as the reader takes them. A reader that leaves ends the iteration. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<string>): FastifyReply {
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(events, { highWaterMark: 1 }));
}

/** A text that breaks off, in words for whoever reads it. */
export function brokenOff(): AppError {
  const message =
    'The text broke off: its engine ended. No more than was delivered is billed; ask for the text again.';
  return new AppError('ENGINE_UNAVAILABLE', message);
}
