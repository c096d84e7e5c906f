/**
 * A body that is refused before all of it came. Fastify ends the connection then, and a client that is still sending hears that its
 * connection broke, and by chance not why. So what is on its way is let come and thrown away, up to a bound, and the connection goes on.
 */
import type { FastifyInstance } from 'fastify';

/** Eight times the most that a face takes in memory. Whoever announces more is cut off. */
const MOST_BYTES = 64 * 1024 * 1024;

export function readUnreadBodies(http: FastifyInstance): void {
  http.addHook('onSend', ({ raw, headers }, reply, _payload, done) => {
    if (!raw.complete && reply.statusCode >= 400 && Number(headers['content-length']) <= MOST_BYTES)
      reply.removeHeader('connection');
    done();
  });
}
