/**
 * The way to a collector: OpenTelemetry's own exporter (OTLP over HTTP, JSON), which retries, compresses and verifies as its
 * variables say. It is loaded only where traces are configured: 15 MB and 0.2 seconds that nobody else pays.
 */
import { randomUUID } from 'node:crypto';
import type { HrTime, Link, SpanContext } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { OtlpConfig } from '../config';
import type { Span, SpanKind } from './span';
import type { SendSpans } from './span-queue';
import type { TracePlace } from './trace-context';

const KINDS: Readonly<Record<SpanKind, number>> = { INTERNAL: 0, SERVER: 1, CLIENT: 2, CONSUMER: 4 };
const SAMPLED = 1;
const [UNSET, ERROR] = [0, 2];

/** @param version of the product. */
export function sendByOtlp(config: OtlpConfig, version: string): SendSpans {
  const exporter = new OTLPTraceExporter({
    url: config.url,
    headers: { ...config.headers },
    timeoutMillis: config.timeoutMs,
  });
  const common = {
    resource: resourceFromAttributes({
      ...config.resource,
      'service.name': config.serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
    instrumentationScope: { name: 'flywheel', version },
  };
  return (spans) =>
    new Promise((resolve, reject) =>
      exporter.export(
        spans.map((span) => readable(span, common)),
        ({ code, error }) =>
          code === 0
            ? resolve()
            : reject(new Error(`the collector at ${config.host} did not take traces: ${reasonOf(error)}`)),
      ),
    );
}

function reasonOf(error: (Error & { code?: unknown }) | undefined): string {
  const { code, message = 'no reason was given' } = error ?? {};
  return typeof code === 'number' ? `status ${code}` : message;
}

function readable(span: Span, common: Pick<ReadableSpan, 'resource' | 'instrumentationScope'>): ReadableSpan {
  const { trace, startedAt, endedAt = startedAt, parent } = span;
  return {
    ...common,
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => contextOf(span, trace.state),
    parentSpanContext: parent && {
      traceId: trace.id,
      spanId: parent.spanId,
      traceFlags: SAMPLED,
      isRemote: parent.isRemote,
    },
    startTime: instant(startedAt + trace.wallMs),
    endTime: instant(endedAt + trace.wallMs),
    duration: instant(endedAt - startedAt),
    status: { code: span.isFailed ? ERROR : UNSET },
    attributes: span.attributes as ReadableSpan['attributes'],
    links: span.links.map((place): Link => ({ context: contextOf(place) })),
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ traceId, spanId }: TracePlace, state?: string): SpanContext {
  const traceState =
    state === undefined ? undefined : ({ serialize: () => state } as SpanContext['traceState']);
  return { traceId, spanId, traceFlags: SAMPLED, traceState };
}

/** Seconds and nanoseconds. */
function instant(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
