export { activeIds, activeSpan, enterSpan, inSpan, underSpan } from './active-span';
export { openTracer, traceReport } from './open-tracer';
export type { Attributes, Span } from './span';
export { toldPlace } from './trace-context';
export { NO_TRACES, type Tracer } from './tracer';
