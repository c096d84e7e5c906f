/**
 * The span of a request: from its first header to the last byte of its answer. A caller's `traceparent` is taken at its word only
 * where the operator trusts it; anyone else's is linked, and whether it is recorded is decided by our own lot: else a client
 * could have everything recorded, by its flag or by an id of its choice. Nothing of the address, the client or the body is told.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tenantOf } from '../../kernel/principal';
import type { TraceConfig } from '../config';
import { type Span, toldPlace, type Tracer } from '../trace';

declare module 'fastify' {
  interface FastifyRequest {
    /** Undefined where its trace is not recorded. */
    span: Span | undefined;
  }
}

/** Asked by machines every few seconds, of which nobody wants a trace. */
const UNTRACED = new Set(['/healthz', '/readyz', '/metrics']);

/** Answers what begins the span of a request; it ends by itself. */
export function serverSpans(
  tracer: Tracer,
  config: TraceConfig,
): (request: FastifyRequest, reply: FastifyReply) => Span | undefined {
  if (config.kind === 'OFF') return () => undefined;
  const { trustedParents: trusted } = config;
  return (request, reply) => {
    const { headers, method, routeOptions } = request;
    const { url: route } = routeOptions;
    // What becomes a WebSocket has no answer that could end.
    if ((route !== undefined && UNTRACED.has(route)) || headers.upgrade !== undefined) return undefined;
    const told =
      headers.traceparent === undefined ? undefined : toldPlace(one(headers.traceparent), headers.tracestate);
    const isTrusted = trusted === 'ALL' || (trusted === 'PROXIES' && cameByProxy(request));
    const span = tracer.begin(route === undefined ? method : `${method} ${route}`, {
      kind: 'SERVER',
      from: isTrusted ? told : undefined,
      links: told && !isTrusted ? [told] : undefined,
      attributes: { 'http.request.method': method, 'http.route': route },
    });
    if (span) reply.raw.once('close', () => endOf(span, request, reply));
    return span;
  };
}

function endOf(span: Span, { acting }: FastifyRequest, { raw }: FastifyReply): void {
  span.set({
    'http.response.status_code': raw.statusCode,
    'flywheel.request.id': acting.requestId,
    'flywheel.customer.id': tenantOf(acting.principal),
  });
  if (raw.statusCode >= 500) span.fail({ code: String(raw.statusCode) });
  else if (!raw.writableFinished) span.fail({ code: 'CLIENT_LEFT' });
  span.end();
}

/** Whoever connects is trusted to say who called, and did. */
function cameByProxy({ ips = [] }: FastifyRequest): boolean {
  return ips.length > 1;
}

function one(header: string | readonly string[]): string {
  return typeof header === 'string' ? header : header.join(',');
}
