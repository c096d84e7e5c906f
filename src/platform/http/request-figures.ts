/**
 * Rate, failures and duration of requests by route, for whoever promises them. A route is the pattern that was registered, and of
 * statuses the hundred: what a client writes into an address makes no new line. Streams last as long as their readers like and say
 * nothing of speed; what becomes a WebSocket has no answer that could end.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Metrics } from '../metrics';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const NO_ROUTE = 'none';

export function countRequests(http: FastifyInstance, metrics: Metrics): void {
  const duration = metrics.histogram(
    'http_request_seconds',
    'From the first header of a request to the last byte of its answer, streams apart.',
    SECONDS,
    ['route', 'status'],
  );
  const left = metrics.counter('http_requests_left', 'Requests whose client left before their answer.', [
    'route',
  ]);
  http.addHook('onRequest', (request, reply, done) => {
    if (request.headers.upgrade !== undefined) return done();
    const { raw } = reply;
    const route = request.routeOptions.url ?? NO_ROUTE;
    const began = performance.now();
    raw.once('close', () => {
      if (isStream(reply)) return;
      if (!raw.writableFinished) return left.inc({ route });
      duration.observe(
        { route, status: `${Math.floor(raw.statusCode / 100)}xx` },
        (performance.now() - began) / 1000,
      );
    });
    done();
  });
}

function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('text/event-stream');
}
