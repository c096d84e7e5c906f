/**
 * Where traces begin, and what calls of other servers are sent along. Who is on the way finds the span of its work by `activeSpan`
 * and needs no tracer.
 */
import type { Clock } from '../../kernel/clock';
import { activeSpan } from './active-span';
import { isRecorded, newSpanId, newTraceId, type Sampling } from './sampling';
import { Span, type SpanOptions } from './span';
import { type ToldPlace, type TracePlace, traceparentOf } from './trace-context';

export interface TraceStart extends SpanOptions {
  /** Of a caller that is trusted: its trace goes on, and its decision counts. */
  readonly from?: ToldPlace;
  /** What else has to do with it and was recorded: then this is, too, where the sampler heeds parents. */
  readonly because?: TracePlace;
}

/** A call of somebody else's server. */
export interface OutgoingCall {
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where nothing is recorded. */
  readonly span?: Span;
}

export interface Tracer {
  readonly isOn: boolean;
  /** The first span of a trace; undefined when the trace is not recorded. */
  begin(name: string, start?: TraceStart): Span | undefined;
  /** What to send along with a call, and its span. */
  outgoing(method: string, host: string, port?: string | number | null): OutgoingCall;
  /** Sends what has ended, and waits for that a while. */
  flush(): Promise<void>;
  /** The same, and for the last time. */
  stop(): Promise<void>;
}

const NOTHING: OutgoingCall = { headers: {} };
const DONE = Promise.resolve();

/** The embedded default. */
export const NO_TRACES: Tracer = {
  isOn: false,
  begin: () => undefined,
  outgoing: () => NOTHING,
  flush: () => DONE,
  stop: () => DONE,
};

export interface SpanSink {
  add(span: Span): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export class RecordingTracer implements Tracer {
  readonly isOn = true;
  private readonly take = (span: Span): void => this.sink.add(span);

  constructor(
    private readonly sampling: Sampling,
    private readonly clock: Pick<Clock, 'millis'>,
    private readonly sink: SpanSink,
  ) {}

  begin(name: string, { from, because, ...options }: TraceStart = {}): Span | undefined {
    const traceId = from?.traceId ?? newTraceId();
    if (!isRecorded(this.sampling, traceId, from?.isSampled ?? (because ? true : undefined)))
      return undefined;
    const wallMs = this.clock.millis() - performance.now();
    const trace = { id: traceId, state: from?.state, wallMs, take: this.take };
    const links = because ? [because, ...(options.links ?? [])] : options.links;
    return new Span(trace, name, from && { spanId: from.spanId, isRemote: true }, { ...options, links });
  }

  outgoing(method: string, host: string, port?: string | number | null): OutgoingCall {
    const outer = activeSpan();
    // Left without a word, a server that traces would decide anew, and record by its own ratio.
    if (!outer)
      return {
        headers: { traceparent: traceparentOf({ traceId: newTraceId(), spanId: newSpanId() }, false) },
      };
    const span = outer.child(method, {
      kind: 'CLIENT',
      attributes: {
        'http.request.method': method,
        'server.address': host,
        'server.port': port ? Number(port) : undefined,
      },
    });
    const { state } = span.trace;
    return {
      span,
      headers: { traceparent: span.traceparent, ...(state !== undefined && { tracestate: state }) },
    };
  }

  flush(): Promise<void> {
    return this.sink.flush();
  }

  stop(): Promise<void> {
    return this.sink.stop();
  }
}
