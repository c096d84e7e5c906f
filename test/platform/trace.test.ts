/** Traces, as a collector of OpenTelemetry gets them. */
import { Writable } from 'node:stream';
import { createLog } from '../../src/platform/log';
import { deployed } from '../deployments/support';
import { FakeCollector, type SeenSpan } from '../support/fake-collector';
import { FakeRemote } from '../support/fake-remote';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';

const CALLERS = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const PREDICT = `mutation Guess($input: PredictInput!) {
  predict(input: $input) { inference { id } errors { code } }
}`;

let collector: FakeCollector;
let remote: FakeRemote;
let world: World;
let staff: Person;
let key: Person;
let customerId: string;
const logged: string[] = [];
const stream = new Writable({ write: (chunk, _encoding, done) => (logged.push(String(chunk)), done()) });

beforeAll(async () => {
  collector = await FakeCollector.start();
  remote = await FakeRemote.start();
  const trace = collector.config({ OTEL_EXPORTER_OTLP_HEADERS: 'x-team=ours' });
  world = await startWorld({ trace }, createLog({ logLevel: 'error' }, stream));
  staff = await world.staff();
  const customer = await world.customer();
  ({ customerId } = customer);
  key = await world.apiKey(customer);
  const { versionId } = await handMadeVersion(world, 0.75);
  await deployed(world, staff, 'wages', [{ versionId }]);
  for (const [name, reference] of [
    ['add', { protocol: 'OPEN_INFERENCE', url: remote.url, model: 'add' }],
    ['far', { protocol: 'OPENAI', url: `${remote.url}/v1`, model: 'far-model' }],
  ] as const) {
    const { modelVersion } = await staff.client.mutate<{ modelVersion: { id: string } }>(
      'modelImport',
      'ModelImportInput!',
      { modelName: name, remote: reference },
      'modelVersion { id }',
    );
    await deployed(world, staff, name, [{ versionId: modelVersion.id }]);
  }
  await world.settle();
});

afterAll(async () => {
  await world?.close();
  await remote?.stop();
  await collector?.stop();
});

beforeEach(async () => {
  await world.app.platform.tracer.flush();
  collector.bodies.length = 0;
  collector.misbehaviour = 'NONE';
});

/** What came of it: the spans that ended, by name. */
async function spansOf(act: () => Promise<unknown>): Promise<readonly SeenSpan[]> {
  await act();
  await world.app.platform.tracer.flush();
  return collector.spans;
}

const named = (spans: readonly SeenSpan[], name: string): SeenSpan => {
  const span = spans.find((one) => one.name === name);
  if (!span) throw new Error(`no span ${name} among ${spans.map((one) => one.name).join(', ')}`);
  return span;
};

async function ask(deployment: string, rows: object, headers: Record<string, string> = {}): Promise<string> {
  const { data } = await world
    .client(key.credential, headers)
    .send<{ predict: { inference: { id: string } | null; errors: unknown } }>(PREDICT, {
      input: { deployment, rows },
    });
  if (!data?.predict.inference) throw new Error(JSON.stringify(data));
  return data.predict.inference.id;
}

test('a prediction is one trace, from the request to its stages, and names the record that it made', async () => {
  let inferenceId = '';
  const spans = await spansOf(async () => (inferenceId = await ask('wages', ROW)));
  const server = named(spans, 'POST /graphql');
  const operation = named(spans, 'mutation');
  const predict = named(spans, 'predict');
  expect(server.parentSpanId ?? '').toBe('');
  expect(server).toMatchObject({
    kind: 2,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'flywheel.request.id': expect.stringMatching(/^req_/),
      'flywheel.customer.id': customerId,
    },
  });
  expect(operation).toMatchObject({
    traceId: server.traceId,
    parentSpanId: server.spanId,
    attributes: { 'graphql.operation.type': 'mutation', 'graphql.operation.name': 'Guess' },
  });
  expect(predict).toMatchObject({
    traceId: server.traceId,
    parentSpanId: operation.spanId,
    attributes: { 'flywheel.inference.id': inferenceId, 'flywheel.customer.id': customerId },
  });
  const stages = ['queue', 'compute', 'commit'].map((name) => named(spans, name));
  for (const stage of stages)
    expect(stage).toMatchObject({ traceId: server.traceId, parentSpanId: predict.spanId });
  // One stage begins where the one before it ends, and all lie in the prediction.
  const ends = stages.flatMap(({ startTimeUnixNano: from, endTimeUnixNano: to }) => [
    BigInt(from),
    BigInt(to),
  ]);
  expect(ends).toEqual([...ends].sort((a, b) => (a < b ? -1 : 1)));
  expect(ends[0]! >= BigInt(predict.startTimeUnixNano)).toBe(true);
  expect(ends[5]! <= BigInt(predict.endTimeUnixNano)).toBe(true);
  expect(collector.resources[0]).toMatchObject({ 'service.name': 'flywheel' });
  expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-team': 'ours' } });
});

test('statements stand below the operation by what they do, without their values', async () => {
  const spans = await spansOf(() =>
    staff.client.ask('query Who { viewer { __typename } customers(first: 1) { edges { node { id } } } }'),
  );
  const operation = named(spans, 'query');
  const statement = spans.find(({ attributes }) => attributes['db.collection.name'] === 'customers')!;
  expect(statement).toMatchObject({ kind: 3, parentSpanId: operation.spanId, name: 'SELECT customers' });
  expect(Object.keys(statement.attributes).sort()).toEqual(
    ['db.collection.name', 'db.operation.name', 'db.query.summary', 'db.system.name'].sort(),
  );
});

test('a remote engine is told in which trace it is asked', async () => {
  remote.seen.length = 0;
  const spans = await spansOf(() => ask('add', { a: 1, 'b.0': 2, 'b.1': 3 }));
  const call = spans.find(
    ({ kind, attributes }) => kind === 3 && attributes['server.address'] === '127.0.0.1',
  )!;
  expect(remote.seen.at(-1)!.traceparent).toBe(`00-${call.traceId}-${call.spanId}-01`);
  expect(call.parentSpanId).toBe(spans.filter(({ name }) => name === 'predict').at(-1)!.spanId);
});

test('a text tells its tokens by the names that models have in traces, and nothing that was said', async () => {
  const prompt = 'nothing of this may be told';
  const spans = await spansOf(async () => {
    const response = await fetch(`${world.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'far', max_tokens: 8, messages: [{ role: 'user', content: prompt }] }),
    });
    expect(response.status).toBe(200);
    await response.text();
  });
  const server = named(spans, 'POST /v1/chat/completions');
  const text = spans.find(({ attributes }) => 'gen_ai.operation.name' in attributes)!;
  expect(text).toMatchObject({ traceId: server.traceId, parentSpanId: server.spanId });
  expect(text.attributes).toMatchObject({
    'gen_ai.usage.input_tokens': 3,
    'gen_ai.usage.output_tokens': 5,
    'gen_ai.request.max_tokens': 8,
    'flywheel.inference.id': expect.stringMatching(/^inf_/),
  });
  const call = spans.find(
    ({ kind, attributes }) => kind === 3 && attributes['http.response.status_code'] === 200,
  )!;
  expect(remote.seen.at(-1)!.traceparent).toBe(`00-${call.traceId}-${call.spanId}-01`);
  expect(collector.bodies.join()).not.toContain(prompt);
});

test('a job has a trace of its own, linked to the request that enqueued it', async () => {
  const spans = await spansOf(async () => {
    await key.client.mutate(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, idempotencyKey: 'later' },
      'prediction { id }',
    );
    await world.settle();
  });
  const job = spans.find(({ name, links }) => name.startsWith('process ') && links.length > 0)!;
  expect(job).toMatchObject({
    kind: 5,
    attributes: { 'messaging.message.id': expect.stringMatching(/^job_/) },
  });
  const [link] = job.links;
  const request = spans.filter(({ traceId }) => traceId === link!.traceId);
  expect(request.some(({ spanId }) => spanId === link!.spanId)).toBe(true);
  expect(request.map(({ name }) => name)).toContain('POST /graphql');
  expect(job.traceId).not.toBe(link!.traceId);
});

test('the trace of a stranger is linked and not gone on with, whatever its flag says', async () => {
  for (const flag of ['00', '01']) {
    const spans = await spansOf(() => ask('wages', ROW, { traceparent: `00-${CALLERS}-${CALLER}-${flag}` }));
    const server = named(spans, 'POST /graphql');
    expect(server.traceId).not.toBe(CALLERS);
    expect(server.links).toMatchObject([{ traceId: CALLERS, spanId: CALLER }]);
    collector.bodies.length = 0;
  }
  const spans = await spansOf(() => ask('wages', ROW, { traceparent: `00-${CALLERS}-nonsense-01` }));
  expect(named(spans, 'POST /graphql').links).toEqual([]);
});

test('what machines ask for all day is not traced', async () => {
  const spans = await spansOf(async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) await fetch(`${world.url}${path}`);
  });
  expect(spans).toEqual([]);
});

test('a log line says in whose trace it was written', async () => {
  const { servicePool } = world.app.platform.database;
  await servicePool.query('alter table customers rename to customers_gone');
  const spans = await spansOf(() =>
    staff.client.send('{ customers(first: 2) { totalCount edges { node { id } } } }'),
  );
  await servicePool.query('alter table customers_gone rename to customers');
  const server = named(spans, 'POST /graphql');
  expect(named(spans, 'query')).toMatchObject({ status: { code: 2 } });
  expect(logged.some((line) => line.includes(`"traceId":"${server.traceId}"`))).toBe(true);
});

test('a collector that refuses or hangs is nobody else’s matter, and what it does not take is counted', async () => {
  collector.misbehaviour = 400;
  await spansOf(() => ask('wages', ROW));
  expect(await (await fetch(`${world.url}/metrics`)).text()).toMatch(
    /flywheel_trace_spans_total\{outcome="lost"\} [1-9]/,
  );
  collector.misbehaviour = 'HANGS';
  await ask('wages', ROW);
  void world.app.platform.tracer.flush();
  await world.until(async () => collector.requests.length > 0, 'the collector to be asked');
  for (let i = 0; i < 5; i++) await ask('wages', ROW);
  expect(collector.spans).toEqual([]);
});
