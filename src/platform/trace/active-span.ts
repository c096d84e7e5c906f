/**
 * Under which span work is done. It travels with the work (AsyncScope), and only where a span is recorded: everything else carries
 * nothing and finds nothing, which is as good as free.
 */
import { AsyncScope } from '../async-scope';
import type { Span, SpanOptions } from './span';

interface Place {
  span: Span;
}

const scope = new AsyncScope<Place>();

/** Undefined where nothing is recorded; a span that has ended is nobody's parent, so work that outlives it finds none. */
export function activeSpan(): Span | undefined {
  const span = scope.current()?.span;
  return span?.isOpen ? span : undefined;
}

/** Does the work under a span, where there is one. */
export function underSpan<T>(span: Span | undefined, work: () => Promise<T>): Promise<T> {
  return span ? scope.run({ span }, work) : work();
}

/** Does the work in a span of its own, below the present one; without one it is just done. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const span = activeSpan()?.child(name, options);
  if (!span) return work(undefined);
  try {
    return await underSpan(span, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * From here on the work that is under way goes on below a span of its own, where it cannot be wrapped: others call it between
 * two calls of ours. Answers the span; `end` gives the place back.
 */
export function enterSpan(
  name: string,
  options: SpanOptions,
): { readonly span: Span; end(): void } | undefined {
  const place = scope.current();
  const outer = activeSpan();
  if (!place || !outer) return undefined;
  const span = outer.child(name, options);
  place.span = span;
  return {
    span,
    end: () => {
      span.end();
      place.span = outer;
    },
  };
}

/** For log lines. */
export function activeIds(span = activeSpan()): { traceId?: string; spanId?: string } {
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}
