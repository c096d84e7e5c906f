/**
 * A stop that fails nobody who comes through a proxy. A proxy learns only by its next probe that a process leaves, and may send a
 * request on a kept connection in the moment in which it is closed, which it must not repeat if it changes something. So for a while
 * the process takes requests as before, says at /readyz that none should be sent, and ends each connection with an answer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** For so long. `close` comes after it. */
    drain(forMs: number): Promise<void>;
  }
}

/** Answers what keeps requests away, in words. */
export function drains(http: FastifyInstance): () => readonly string[] {
  let isLeaving = false;
  http.decorate('drain', async (forMs) => {
    isLeaving = true;
    if (forMs > 0) await delay(forMs);
  });
  http.addHook('onRequest', (_request, reply, done) => {
    if (isLeaving) reply.header('connection', 'close');
    done();
  });
  return () => (isLeaving ? ['the process is stopping'] : []);
}
