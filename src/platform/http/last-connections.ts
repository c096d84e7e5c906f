/**
 * The connections of a server that stops. Clients open some ahead of their requests, which Node does not count as idle, so that it
 * would wait a minute for each: they are ended at once. One that carries a request is waited for, but not for ever: whoever
 * reads no more of an answer that is on its way would keep the process from ending.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Enough for a prediction; what must be done after it fits into the minute that a process has before it is killed. */
const LAST_ANSWERS_MS = 40_000;

export function endLastConnections(http: FastifyInstance, lastAnswersMs = LAST_ANSWERS_MS): void {
  const unused = new Set<Socket>();
  const known = new WeakSet<Socket>();
  http.server.on('connection', (socket: Socket) => {
    // One that is put back (`upgrades.ts`) comes again, with a request, and for each one that it carries.
    if (known.has(socket)) return;
    known.add(socket);
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  for (const event of ['request', 'upgrade'])
    http.server.on(event, ({ socket }: { socket: Socket }) => unused.delete(socket));
  http.addHook('preClose', async () => {
    for (const socket of unused) socket.destroy();
    const late = setTimeout(() => http.server.closeAllConnections(), lastAnswersMs);
    http.server.once('close', () => clearTimeout(late));
  });
}
