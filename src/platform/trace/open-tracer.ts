/** The tracer that the configuration asks for. */
import type { Clock } from '../../kernel/clock';
import type { TraceConfig } from '../config';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { SpanQueue } from './span-queue';
import { NO_TRACES, RecordingTracer, type Tracer } from './tracer';

export interface TracerSettings {
  readonly config: TraceConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Of the product. */
  readonly version: string;
}

export async function openTracer({ config, clock, log, metrics, version }: TracerSettings): Promise<Tracer> {
  if (config.kind === 'OFF') return NO_TRACES;
  const { sendByOtlp } = await import('./otlp');
  return new RecordingTracer(
    config.sampling,
    clock,
    new SpanQueue(sendByOtlp(config, version), metrics, log),
  );
}

/** What `doctor` says of the collector. @throws Error in words. */
export async function traceReport(config: TraceConfig, version: string): Promise<string[]> {
  if (config.kind === 'OFF')
    return ['off: set OTEL_EXPORTER_OTLP_ENDPOINT to send traces to a collector of OpenTelemetry'];
  const { sendByOtlp } = await import('./otlp');
  await sendByOtlp(config, version)([]);
  const { sampler, ratio } = config.sampling;
  const share = sampler.endsWith('ratio') ? `${sampler}, ${ratio}` : sampler;
  return [`the collector at ${config.host} takes them`, `recorded are: ${share}`];
}
