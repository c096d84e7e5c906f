import fastify, { type FastifyInstance } from 'fastify';
import { readConfig } from '../config';
import { activeSpan, type Span, underSpan } from '../trace';
import { RecordingTracer } from '../trace/tracer';
import { serverSpans } from './server-span';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const PROXY = { 'x-forwarded-for': '203.0.113.7' };
const ended: Span[] = [];
const DONE = Promise.resolve();
const sink = { add: (span: Span) => void ended.push(span), flush: () => DONE, stop: () => DONE };

/** A server that traces, of which only what its environment says is trusted. */
function server(env: Record<string, string>): FastifyInstance {
  const { trace } = readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', ...env });
  if (trace.kind === 'OFF') throw new Error('nothing is traced');
  const tracer = new RecordingTracer(trace.sampling, { millis: () => 0 }, sink);
  const http = fastify({ trustProxy: ['127.0.0.1'] });
  const begin = serverSpans(tracer, trace);
  http.addHook('onRequest', async (request, reply) => {
    request.acting = { requestId: 'req_1', principal: { kind: 'ANONYMOUS' } };
    request.span = begin(request, reply);
  });
  http.get('/', ({ span }) =>
    underSpan(span, async () => ({
      sent: tracer.outgoing('GET', 'example').headers,
      isActive: activeSpan() === span,
    })),
  );
  return http;
}

async function ask(env: Record<string, string>, headers: Record<string, string>) {
  const http = server(env);
  ended.length = 0;
  const { sent } = (await http.inject({ url: '/', headers })).json<{ sent: Record<string, string> }>();
  await http.close();
  return { sent, span: ended.find(({ kind }) => kind === 'SERVER') };
}

const told = (flag: string) => ({ traceparent: `00-${TRACE}-${SPAN}-${flag}`, tracestate: 'vendor=1' });
const ALL = { FLYWHEEL_TRACE_PARENTS: 'all' };
const PROXIES = { FLYWHEEL_TRACE_PARENTS: 'proxies', FLYWHEEL_TRUSTED_PROXIES: '127.0.0.1' };

test('a trusted caller’s trace goes on, with what other vendors want to be passed on', async () => {
  const { span, sent } = await ask(ALL, told('01'));
  expect(span).toMatchObject({ traceId: TRACE, parent: { spanId: SPAN, isRemote: true }, links: [] });
  expect(sent['traceparent']).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  expect(sent['tracestate']).toBe('vendor=1');
});

test('what a trusted caller does not record is not recorded, and whoever is asked next is told so', async () => {
  const { span, sent } = await ask(ALL, told('00'));
  expect(span).toBeUndefined();
  expect(sent['traceparent']).toMatch(/-00$/);
});

test('a proxy is trusted where it says for whom it asks; without one the caller is a stranger', async () => {
  expect((await ask(PROXIES, { ...told('01'), ...PROXY })).span?.traceId).toBe(TRACE);
  expect((await ask(PROXIES, told('01'))).span?.traceId).not.toBe(TRACE);
});

test('a stranger can neither have a request recorded nor keep it from that', async () => {
  const never = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
  expect((await ask(never, told('01'))).span).toBeUndefined();
  const { span } = await ask({}, told('00'));
  expect(span).toMatchObject({ parent: undefined, links: [{ traceId: TRACE, spanId: SPAN }] });
  expect(span?.traceId).not.toBe(TRACE);
});
