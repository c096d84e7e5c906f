/**
 * One stretch of work in a trace. A span exists only where it is recorded, so whoever finds none has nothing to do. It carries
 * names, ids and figures, never what people wrote: attributes are named here, one by one, by whoever makes them.
 */
import { newSpanId } from './sampling';
import { type TracePlace, traceparentOf } from './trace-context';

export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'CONSUMER';
export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue | null | undefined>>;

export interface SpanOptions {
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  /** Other traces that have to do with it. */
  readonly links?: readonly TracePlace[];
  /** By the clock of `performance`; now unless told otherwise. */
  readonly startedAt?: number;
}

/** What all spans of a trace have in common. */
export interface Trace {
  readonly id: string;
  /** What other vendors want to be passed on. */
  readonly state: string | undefined;
  /** Milliseconds from the clock of `performance` to that of the wall, as both stood when the trace began. */
  readonly wallMs: number;
  /** Takes spans that have ended. */
  readonly take: (span: Span) => void;
}

export class Span implements TracePlace {
  readonly spanId = newSpanId();
  readonly kind: SpanKind;
  readonly links: readonly TracePlace[];
  readonly startedAt: number;
  readonly attributes: Record<string, AttributeValue> = {};
  endedAt: number | undefined;
  isFailed = false;

  constructor(
    readonly trace: Trace,
    public name: string,
    /** Undefined where the trace begins. */
    readonly parent: { readonly spanId: string; readonly isRemote: boolean } | undefined,
    options: SpanOptions = {},
  ) {
    const { kind = 'INTERNAL', links = [], startedAt = performance.now(), attributes } = options;
    this.kind = kind;
    this.links = links;
    this.startedAt = startedAt;
    if (attributes) this.set(attributes);
  }

  get traceId(): string {
    return this.trace.id;
  }

  get isOpen(): boolean {
    return this.endedAt === undefined;
  }

  get traceparent(): string {
    return traceparentOf(this, true);
  }

  set(attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes))
      if (value !== undefined && value !== null) this.attributes[name] = value;
  }

  /** By the kind of the error alone: its words may repeat what somebody sent. */
  fail(error: unknown): void {
    this.isFailed = true;
    this.attributes['error.type'] = errorType(error);
  }

  child(name: string, options?: SpanOptions): Span {
    return new Span(this.trace, name, { spanId: this.spanId, isRemote: false }, options);
  }

  end(at = performance.now()): void {
    if (this.endedAt !== undefined) return;
    this.endedAt = Math.max(at, this.startedAt);
    this.trace.take(this);
  }
}

/** A code of ours, of PostgreSQL or of the system; else the name of its class. */
function errorType(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && /^\w{1,64}$/.test(code)) return code;
  return error instanceof Error ? error.constructor.name : '_OTHER';
}
