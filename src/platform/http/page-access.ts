/**
 * Pages of any origin may ask (CORS): what lets them in is a token that they send themselves, never a cookie, so no page can use
 * what a browser knows of its visitor. Preflights are answered before it is asked who asks: they carry no token.
 */
import type { FastifyInstance } from 'fastify';

const PREFLIGHT_SECONDS = 600;
/** Where the token of an end user is taken. */
const OPEN = /^\/(graphql|v1|v2|ofrep)(\/|\?|$)/;

export function allowPages(http: FastifyInstance): void {
  http.addHook('onRequest', async (request, reply) => {
    if (!OPEN.test(request.url)) return undefined;
    reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' });
    if (request.method !== 'OPTIONS') return undefined;
    return reply
      .headers({
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        // `*` leaves out the first, and browsers of before know it not at all.
        'access-control-allow-headers': 'authorization, content-type, if-none-match, idempotency-key, *',
        'access-control-max-age': PREFLIGHT_SECONDS,
      })
      .status(204)
      .send();
  });
}
