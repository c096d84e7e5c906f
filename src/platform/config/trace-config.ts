/**
 * Where traces go: nowhere, or to a collector by the variables that OpenTelemetry gives all services. What else its exporter knows
 * (compression, certificates) it reads itself.
 * Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
import { z } from 'zod';
import { ConfigError } from './config-error';

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const url = z.url({ protocol: /^https?$/, error: 'must be a URL like http://collector.example:4318' });
const PAIRS = 'must be like name=value,other=value';
const RATIO = 'must be a number from 0 to 1';

/** Values are written as in URLs. */
const pairs = z.string().transform((text, context) => {
  const entries = text
    .split(',')
    .map((pair) => pair.trim())
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, Math.max(0, at)).trim(), decoded(pair.slice(at + 1).trim())] as const;
    });
  if (entries.some(([name, value]) => name === '' || value === undefined)) {
    context.addIssue({ code: 'custom', message: PAIRS });
    return z.NEVER;
  }
  return Object.fromEntries(entries) as Readonly<Record<string, string>>;
});

export const traceVariables = {
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false').describe('true switches traces off.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: url
    .optional()
    .describe('Collector of OpenTelemetry, to which traces go at /v1/traces; default: none.'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url
    .optional()
    .describe('The whole address for traces, where it is another.'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs.optional().describe('What the collector wants to be shown: name=value,…'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/json', {
      error: 'must be http/json, which every collector takes where it takes http/protobuf',
    })
    .default('http/json')
    .describe('How traces are written.'),
  OTEL_EXPORTER_OTLP_TIMEOUT: z.coerce
    .number('must be milliseconds above zero')
    .positive('must be milliseconds above zero')
    .default(10_000)
    .describe('Milliseconds until a batch of traces is given up.'),
  OTEL_SERVICE_NAME: z.string().min(1).default('flywheel').describe('Name of the service in traces.'),
  OTEL_RESOURCE_ATTRIBUTES: pairs.optional().describe('What else is said of the service: name=value,…'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS)
    .default('parentbased_always_on')
    .describe('Which traces are recorded.'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number(RATIO)
    .min(0, RATIO)
    .max(1, RATIO)
    .optional()
    .describe('The ratio of a sampler by ratio, from 0 to 1; default: 1.'),
  FLYWHEEL_TRACE_PARENTS: z
    .enum(['none', 'proxies', 'all'])
    .default('none')
    .describe('Whose traceparent goes on: that of requests through FLYWHEEL_TRUSTED_PROXIES, or of all.'),
};

type TraceValues = z.infer<z.ZodObject<typeof traceVariables>>;

export interface OtlpConfig {
  readonly kind: 'OTLP';
  readonly url: string;
  /** Name and port, for words. */
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly serviceName: string;
  readonly resource: Readonly<Record<string, string>>;
  readonly sampling: { readonly sampler: (typeof SAMPLERS)[number]; readonly ratio: number };
  /** Whose traces go on here; those of others are linked. */
  readonly trustedParents: 'NONE' | 'PROXIES' | 'ALL';
}

export type TraceConfig = { readonly kind: 'OFF' } | OtlpConfig;

/** @throws ConfigError that names what is missing. */
export function traceConfig(
  values: TraceValues & { readonly FLYWHEEL_TRUSTED_PROXIES?: unknown },
): TraceConfig {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_TRACES_SAMPLER: sampler } = values;
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: whole, FLYWHEEL_TRACE_PARENTS: parents } = values;
  const address = whole ?? (base && `${base.replace(/\/+$/, '')}/v1/traces`);
  if (!address || values.OTEL_SDK_DISABLED === 'true') return { kind: 'OFF' };
  if (parents === 'proxies' && values.FLYWHEEL_TRUSTED_PROXIES === undefined)
    throw new ConfigError('FLYWHEEL_TRACE_PARENTS is proxies, so FLYWHEEL_TRUSTED_PROXIES must be set too.');
  return {
    kind: 'OTLP',
    url: address,
    host: new URL(address).host,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    timeoutMs: values.OTEL_EXPORTER_OTLP_TIMEOUT,
    serviceName: values.OTEL_SERVICE_NAME,
    resource: values.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampling: { sampler, ratio: values.OTEL_TRACES_SAMPLER_ARG ?? 1 },
    trustedParents: ({ none: 'NONE', proxies: 'PROXIES', all: 'ALL' } as const)[parents],
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
