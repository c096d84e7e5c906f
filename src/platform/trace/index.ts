export { activeIds, activeSpan, enterSpan, inSpan, underSpan } from './active-span';
export { openTracer, traceReport } from './open-tracer';
export type { Attributes, Span, SpanOptions } from './span';
export { toldPlace, type ToldPlace } from './trace-context';
export { NO_TRACES, type OutgoingCall, type Tracer } from './tracer';
