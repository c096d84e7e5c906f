/** Server-sent events (WHATWG HTML, "Server-sent events") as the REST faces send them. */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** As fast as the reader takes them. A reader that leaves ends the iteration. */
export function sendEvents(reply: FastifyReply, events: AsyncIterable<string>): FastifyReply {
  return reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(events, { highWaterMark: 1 }));
}
