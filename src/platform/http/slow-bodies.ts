/**
 * A body that comes a byte now and then would hold a connection, and what was read of it, for as long as its sender likes
 * (slowloris): Fastify lets requests take for ever, and one limit of Node's for all of them would break long uploads off. So a body
 * has some seconds, and more with whatever of it has come, as Apache's mod_reqtimeout counts. For headers Node has a minute.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** A mebibyte, the most of what is gathered in memory, may so take less than five minutes. */
const SLOWEST_BYTES_PER_SECOND = 4096;
const GRACE_MS = 20_000;
const EVERY_MS = 5000;

export interface SlowBodySettings {
  /** Milliseconds that never go back. */
  readonly now?: () => number;
  readonly everyMs?: number;
}

interface Coming {
  readonly since: number;
  readonly bytesBefore: number;
}

export function endSlowBodies(
  http: FastifyInstance,
  { now = () => performance.now(), everyMs = EVERY_MS }: SlowBodySettings = {},
): void {
  const coming = new Map<IncomingMessage, Coming>();
  http.addHook('onRequest', (request, _reply, done) => {
    const { raw } = request;
    if (hasBody(raw)) coming.set(raw, { since: now(), bytesBefore: raw.socket.bytesRead });
    done();
  });
  // What is taken as it comes, or was refused before it was read, is still coming.
  http.addHook('preValidation', ({ raw }, _reply, done) => {
    if (raw.complete) coming.delete(raw);
    done();
  });
  const look = setInterval(() => {
    for (const [raw, { since, bytesBefore }] of coming) {
      if (raw.complete || raw.socket.destroyed) {
        coming.delete(raw);
        continue;
      }
      const earnedMs = ((raw.socket.bytesRead - bytesBefore) / SLOWEST_BYTES_PER_SECOND) * 1000;
      if (now() - since > GRACE_MS + earnedMs) http.server.emit('clientError', tooSlow(), raw.socket);
    }
  }, everyMs);
  look.unref();
  http.addHook('onClose', async () => clearInterval(look));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** As Node has it: answered with 408, and the connection is ended. */
function tooSlow(): Error {
  return Object.assign(new Error('the body comes too slowly'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
}
