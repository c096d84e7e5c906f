import { describeConfig, readConfig } from './config';

const COLLECTOR = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
const read = (env: Record<string, string>) => readConfig({ FLYWHEEL_DATA_DIR: '/data', ...env }).trace;

test('without a collector there are no traces, and none either where OpenTelemetry is disabled', () => {
  expect(read({})).toEqual({ kind: 'OFF' });
  expect(read({ ...COLLECTOR, OTEL_SDK_DISABLED: 'true' })).toEqual({ kind: 'OFF' });
});

test('a collector needs nothing but its address', () => {
  expect(read(COLLECTOR)).toEqual({
    kind: 'OTLP',
    url: 'http://collector:4318/v1/traces',
    host: 'collector:4318',
    headers: {},
    timeoutMs: 10_000,
    serviceName: 'flywheel',
    resource: {},
    sampling: { sampler: 'parentbased_always_on', ratio: 1 },
    trustedParents: 'NONE',
  });
});

test('all is set by the names that OpenTelemetry gave it', () => {
  expect(
    read({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc%3D, x-team = a=b',
      OTEL_SERVICE_NAME: 'house',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.01',
      FLYWHEEL_TRUSTED_PROXIES: '1',
      FLYWHEEL_TRACE_PARENTS: 'proxies',
    }),
  ).toMatchObject({
    url: 'https://traces.example/in',
    headers: { authorization: 'Basic abc=', 'x-team': 'a=b' },
    serviceName: 'house',
    resource: { 'deployment.environment.name': 'staging' },
    sampling: { sampler: 'parentbased_traceidratio', ratio: 0.01 },
    trustedParents: 'PROXIES',
  });
});

test.each([
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: must be a URL'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'secret' }, 'OTEL_EXPORTER_OTLP_HEADERS: must be like'],
  [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' }, 'OTEL_EXPORTER_OTLP_HEADERS: must be like'],
  [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL: must be http/json'],
  [{ OTEL_TRACES_SAMPLER_ARG: '1.5' }, 'OTEL_TRACES_SAMPLER_ARG: must be a number from 0 to 1'],
  [{ FLYWHEEL_TRACE_PARENTS: 'proxies' }, 'so FLYWHEEL_TRUSTED_PROXIES must be set too'],
])('what is wrong is named: %j', (env, words) => {
  expect(() => read({ ...COLLECTOR, ...env })).toThrow(words);
});

test('what the collector is shown is told to nobody', () => {
  const lines = describeConfig({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret' }).join('\n');
  expect(lines).toContain('OTEL_EXPORTER_OTLP_HEADERS = (set)');
});
