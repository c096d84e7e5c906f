/**
 * Which traces are recorded: OpenTelemetry's samplers by its own names. The decision falls once, where a trace begins; what is not
 * recorded has no span at all, and so costs nothing on its way.
 */
import { randomFillSync } from 'node:crypto';
import type { OtlpConfig } from '../config';

export type Sampling = OtlpConfig['sampling'];

/** The digits of an id that are drawn by lot, whoever made it; a double holds them exactly. */
const DIGITS = 13;
const DRAWN = 16 ** DIGITS;

/** Whether a trace is recorded; `parent` is what whoever is trusted has decided. */
export function isRecorded({ sampler, ratio }: Sampling, traceId: string, parent?: boolean): boolean {
  if (parent !== undefined && sampler.startsWith('parentbased_')) return parent;
  if (sampler.endsWith('always_on')) return true;
  if (sampler.endsWith('always_off')) return false;
  // A larger ratio records all that a smaller one does.
  return parseInt(traceId.slice(-DIGITS), 16) >= (1 - ratio) * DRAWN;
}

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
/** A question for every id would cost more than all else of a span. */
const pool = Buffer.allocUnsafeSlow(4096);
let used = pool.length;

export function newTraceId(): string {
  return drawn(TRACE_BYTES);
}

export function newSpanId(): string {
  return drawn(SPAN_BYTES);
}

function drawn(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.toString('hex', used, (used += bytes));
}
