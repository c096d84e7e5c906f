/** Server-sent events (WHATWG HTML, "Server-sent events") as the REST faces send them. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Proxies commonly close what is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** A comment, which clients skip. */
const HEARTBEAT = ':\n\n';

/** As fast as the reader takes them. A reader that leaves ends the iteration. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<string>): FastifyReply {
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(events, { highWaterMark: 1 }));
}

/** The same events, and a sign of life wherever none came for a while. */
export async function* withHeartbeats(
  events: AsyncIterable<string>,
  everyMs = HEARTBEAT_MS,
): AsyncGenerator<string, void> {
  const iterator = events[Symbol.asyncIterator]();
  try {
    for (;;) {
      const coming = iterator.next();
      let next = await orSilence(coming, everyMs);
      for (; !next; next = await orSilence(coming, everyMs)) yield HEARTBEAT;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: one that waits for its next event only returns after it.
    void iterator.return?.();
  }
}

/** What is coming, or undefined after so long. */
function orSilence<T>(coming: Promise<T>, mostMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const silence = setTimeout(resolve, mostMs, undefined);
    void coming.then(resolve, reject).finally(() => clearTimeout(silence));
  });
}
