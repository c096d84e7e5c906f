/** A collector of OpenTelemetry on loopback: it keeps what it is sent, as it stands on the wire, and misbehaves when told. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig, type TraceConfig } from '../../src/platform/config';

interface WireAttribute {
  readonly key: string;
  readonly value: { readonly [type: string]: unknown };
}

interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly WireAttribute[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status: { readonly code?: number };
}

interface WireRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

export interface SeenSpan extends Omit<WireSpan, 'attributes'> {
  readonly attributes: Readonly<Record<string, unknown>>;
}

export class FakeCollector {
  /** HANGS: it takes the request and never answers; a number: it answers with that status. */
  misbehaviour: 'NONE' | 'HANGS' | number = 'NONE';
  readonly bodies: string[] = [];
  readonly requests: { readonly path: string; readonly headers: http.IncomingHttpHeaders }[] = [];

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<FakeCollector> {
    const server = http.createServer((request, response) => void collector.answer(request, response));
    const collector = new FakeCollector(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return collector;
  }

  /** The configuration that sends everything here. */
  config(more: Record<string, string> = {}): TraceConfig {
    const { port } = this.server.address() as AddressInfo;
    return readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, ...more }).trace;
  }

  get resources(): Readonly<Record<string, unknown>>[] {
    return this.parsed().flatMap(({ resourceSpans }) =>
      resourceSpans.map(({ resource }) => valuesOf(resource.attributes)),
    );
  }

  get spans(): SeenSpan[] {
    return this.parsed().flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map((span) => ({ ...span, attributes: valuesOf(span.attributes) })),
        ),
      ),
    );
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private parsed(): WireRequest[] {
    return this.bodies.map((body) => JSON.parse(body) as WireRequest);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    this.requests.push({ path: request.url ?? '', headers: request.headers });
    if (this.misbehaviour === 'HANGS') return;
    if (typeof this.misbehaviour === 'number') return void response.writeHead(this.misbehaviour).end();
    this.bodies.push(Buffer.concat(pieces).toString('utf8'));
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"partialSuccess":{}}');
  }
}

function valuesOf(attributes: readonly WireAttribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
