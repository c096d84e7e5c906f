/** Models on servers that somebody else runs: brought in by staff, asked with consent, billed by what can be true. */
import OpenAI from 'openai';
import { deployed } from '../deployments/support';
import { FakeRemote, type Misbehaviour } from '../support/fake-remote';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { openTextStreams } from './many-text-streams';
import { textsBecomeVectors } from './remote-embeddings';
import { attempt, billed, predict } from './support';
import { textsHaveBounds } from './text-bounds';
import { othersWriteInstead } from './text-stand-ins';

let world: World;
let remote: FakeRemote;
let staff: Person;
let customer: CustomerPerson;
let key: Person;
let client: OpenAI;

const SECRET = 'sk-theirs-and-nobody-elses';
const FIELDS = 'modelVersion { id engine signature { inputs { name } outputs { name } } }';

interface Imported {
  readonly modelVersion: { readonly id: string; readonly engine: string; readonly signature: object };
}

beforeAll(async () => {
  world = await startWorld();
  remote = await FakeRemote.start();
  staff = await world.staff();
  customer = await world.customer();
  key = await world.apiKey(customer);
  client = new OpenAI({ apiKey: key.credential, baseURL: `${world.url}/v1`, maxRetries: 0 });
  const prices = { request: '0.5', promptToken: '0.01', completionToken: '0.1' };
  await bring('far', {
    protocol: 'OPENAI',
    url: `${remote.url}/v1`,
    model: 'far-model',
    secret: SECRET,
    prices,
  });
  await bring('far-vectors', {
    protocol: 'OPENAI',
    task: 'EMBEDDING',
    url: `${remote.url}/v1`,
    model: 'far-embeddings',
    secret: SECRET,
    prices: { request: '0.5', row: '0.25', promptToken: '0.01' },
  });
  await bring('add', { protocol: 'OPEN_INFERENCE', url: remote.url, model: 'add', prices: { row: '0.25' } });
});

afterAll(async () => {
  await world?.close();
  await remote?.stop();
});

beforeEach(() => {
  remote.misbehaviour = 'NONE';
  remote.seen.length = 0;
  // Whatever failed before is forgotten as soon as one request tries.
  world.clock.advance(15_000);
});

async function importModel(modelName: string, reference: object): Promise<Imported> {
  const input = { modelName, remote: reference };
  return staff.client.mutate<Imported>('modelImport', 'ModelImportInput!', input, FIELDS);
}

/** Imports it and serves it under the same name. */
async function bring(name: string, reference: object): Promise<Imported> {
  const imported = await importModel(name, reference);
  await deployed(world, staff, name, [{ versionId: imported.modelVersion.id }]);
  return imported;
}

const ask = {
  model: 'far',
  max_tokens: 64,
  messages: [
    { role: 'system' as const, content: 'Be brief.' },
    { role: 'user' as const, content: 'Hello?' },
  ],
};
const usage = (): Promise<number> => billed(world);

test('turns arrive as turns, with our credential, and the text comes back with what it cost', async () => {
  const { data, response } = await client.chat.completions.create(ask).withResponse();
  expect(data.choices[0]).toMatchObject({
    message: { content: 'Hello from far away' },
    finish_reason: 'stop',
  });
  expect(data.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5 });
  expect(remote.seen).toMatchObject([
    {
      path: '/v1/chat/completions',
      authorization: `Bearer ${SECRET}`,
      body: { model: 'far-model', messages: ask.messages, max_tokens: 64, stream: true },
    },
  ]);
  const query = `query ($id: ID!) { inference(id: $id) { engine { kind device } cost { exact upstream { amountMinor } device { amountMinor } } } }`;
  const { inference } = await staff.client.ask<{ inference: object }>(query, {
    id: response.headers.get('flywheel-inference-id'),
  });
  // 0.5 a request, 3 tokens at 0.01 and 5 at 0.1
  expect(inference).toMatchObject({
    engine: { kind: 'REMOTE', device: new URL(remote.url).host },
    cost: { exact: '1.03', upstream: { amountMinor: '1' }, device: { amountMinor: '0' } },
  });
});

test('a plain prompt is sent as one', async () => {
  const { choices } = await client.completions.create({ model: 'far', prompt: 'Hello', max_tokens: 9 });
  expect(choices[0]!.text).toBe('Hello from far away');
  expect(remote.seen[0]).toMatchObject({ path: '/v1/completions', body: { prompt: 'Hello', max_tokens: 9 } });
});

test.each<[string, Misbehaviour, object]>([
  ['leaves usage out', 'NO_USAGE', { completion_tokens: 4 }],
  ['lies about usage', 'LYING_USAGE', { completion_tokens: 4 }],
])('a server that %s is billed by what was seen', async (_what, misbehaviour, counted) => {
  remote.misbehaviour = misbehaviour;
  expect((await client.chat.completions.create(ask)).usage).toMatchObject(counted);
});

test('a text that is cut off ends with an error, and what was delivered is on record', async () => {
  remote.misbehaviour = 'CUT_OFF';
  const before = await usage();
  const stream = await client.chat.completions.create({ ...ask, stream: true });
  let text = '';
  const read = async (): Promise<void> => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  };
  await expect(read()).rejects.toThrow('broke off');
  expect('Hello from far away').toContain(text);
  expect(await usage()).toBe(before + 1);
});

test('who leaves takes the remote engine’s work with them, and is billed for what was delivered', async () => {
  remote.misbehaviour = 'STALLS';
  const before = await usage();
  const leaving = new AbortController();
  const stream = await client.chat.completions.create({ ...ask, stream: true }, { signal: leaving.signal });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
  leaving.abort();
  await world.until(async () => remote.left === 1 && (await usage()) === before + 1, 'the end of both');
});

test('a server that does not come on keeps nobody waiting for another one, however many wait for it', async () => {
  const other = await FakeRemote.start();
  await bring('elsewhere', { protocol: 'OPENAI', url: `${other.url}/v1`, model: 'elsewhere' });
  remote.misbehaviour = 'STALLS';
  // One each: the client never takes its listener off a signal again.
  const leaving = Array.from({ length: 40 }, () => new AbortController());
  const before = remote.left;
  const many = leaving.map(({ signal }) => client.chat.completions.create(ask, { signal }));
  await world.until(() => Promise.resolve(remote.seen.length === many.length), 'all to be asked');
  const { choices } = await client.chat.completions.create({ ...ask, model: 'elsewhere' });
  expect(choices[0]!.message.content).toBe('Hello from far away');
  for (const one of leaving) one.abort();
  await Promise.allSettled(many);
  await world.until(() => Promise.resolve(remote.left === before + many.length), 'all to have left');
  await other.stop();
});

test('a connection serves one text after the other', async () => {
  await client.chat.completions.create(ask);
  const { connections } = remote;
  for (let time = 0; time < 5; time++) await client.chat.completions.create(ask);
  expect(remote.connections).toBe(connections);
});

test.each<[string, Misbehaviour, number]>([
  ['is at its limit', 429, 503],
  ['does not know our credential', 401, 502],
  ['redirects', 'REDIRECT', 502],
  ['does not stream', 'NO_STREAM', 502],
])(
  'a server that %s is one clear error, tells nothing of theirs, and bills nobody',
  async (_what, misbehaviour, status) => {
    remote.misbehaviour = misbehaviour;
    const before = await usage();
    const error = await client.chat.completions.create(ask).then(
      () => undefined,
      (failure: unknown) => failure as InstanceType<typeof OpenAI.APIError>,
    );
    expect(error?.status).toBe(status);
    expect(error?.message).not.toMatch(/secret|sk-/);
    if (misbehaviour === 429) expect(error?.headers?.get('retry-after-ms')).toBe('7000');
    expect(await usage()).toBe(before);
    expect(remote.seen).toHaveLength(1);
  },
);

test.each<Misbehaviour>(['TOO_MUCH', 'NOT_JSON', 'ERROR_EVENT'])(
  'a stream with %s is broken off in our words, and billed to nobody who asked for it whole',
  async (misbehaviour) => {
    remote.misbehaviour = misbehaviour;
    const before = await usage();
    await expect(client.chat.completions.create(ask)).rejects.toThrow('broke off');
    expect(await usage()).toBe(before);
  },
);

test('rows leave as binary columns, come back as rows, and cost what their owner asks', async () => {
  const rows = [
    { a: 1, 'b.0': 2, 'b.1': 3 },
    { a: 10, 'b.0': 20, 'b.1': 30 },
  ];
  const { inference } = await predict(key, { deployment: 'add', rows });
  expect(inference!.outputs).toEqual([{ sum: 6 }, { sum: 60 }]);
  const query = `query ($id: ID!) { inference(id: $id) { engine { kind } cost { exact deviceMs } } }`;
  expect(await staff.client.ask(query, { id: inference!.id })).toMatchObject({
    inference: { engine: { kind: 'REMOTE' }, cost: { exact: '0.5', deviceMs: 0 } },
  });
  remote.misbehaviour = 'NOT_JSON';
  const before = await usage();
  const { errors } = await attempt(key, { deployment: 'add', rows });
  expect(errors).toMatchObject([{ code: 'UPSTREAM_FAILED' }]);
  expect(await usage()).toBe(before);
});

const house = {
  world: () => world,
  client: () => client,
  remote: () => remote,
  key: () => key,
  staff: () => staff,
  usage,
};

describe('texts become vectors there', () => textsBecomeVectors({ ...house, secret: SECRET }));

describe('others write instead', () => othersWriteInstead(house));
describe('bounds', () => textsHaveBounds(house));
describe('many at a time', () => openTextStreams(house));

test('what concerns a person leaves the house with their consent alone', async () => {
  const user = await world.endUser(key, 'careful');
  const rows = { a: 1, 'b.0': 2, 'b.1': 3 };
  const asUser = { ...ask, user: 'careful' };
  const { errors } = await attempt(key, { deployment: 'add', rows, endUserExternalId: 'careful' });
  expect(errors).toMatchObject([{ code: 'CONSENT_REQUIRED' }]);
  const asPerson = { model: 'far-vectors', input: 'a text', user: 'careful' };
  await expect(client.embeddings.create(asPerson)).rejects.toMatchObject({ code: 'consent_required' });
  await expect(client.chat.completions.create(asUser)).rejects.toMatchObject({
    status: 403,
    code: 'consent_required',
  });
  expect(remote.seen).toHaveLength(0);
  const consent = { endUserId: user.id, purpose: 'REMOTE_PROCESSING', granted: true, method: 'FORM' };
  await key.client.mutate('consentRecord', 'ConsentRecordInput!', consent, 'record { id }');
  await client.chat.completions.create(asUser);
  await predict(key, { deployment: 'add', rows, endUserExternalId: 'careful' });
  await client.embeddings.create(asPerson);
  expect(remote.seen).toHaveLength(3);
});

test('a server that fails again and again is left alone, and tried again after a while', async () => {
  remote.misbehaviour = 500;
  const statuses: unknown[] = [];
  for (let time = 0; time < 7; time++)
    statuses.push(
      await client.chat.completions.create(ask).catch(({ status }: { status: number }) => status),
    );
  expect(statuses.slice(-2)).toEqual([503, 503]);
  const asked = remote.seen.length;
  expect(asked).toBeLessThan(7);
  remote.misbehaviour = 'NONE';
  world.clock.advance(61_000);
  expect((await client.chat.completions.create(ask)).choices[0]!.message.content).toBe('Hello from far away');
});

test('only staff may bring a model in, and only from an address that can be an engine’s', async () => {
  const reference = { protocol: 'OPENAI', url: 'http://169.254.169.254/v1', model: 'x' };
  const input = { modelName: 'x', remote: reference };
  const { errors } = await staff.client.attempt('modelImport', 'ModelImportInput!', input, FIELDS);
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'remote', 'url'] }]);
  for (const url of [
    'file:///etc/passwd',
    'http://user:pass@host/',
    'nonsense',
    'http://[::ffff:169.254.169.254]/',
  ]) {
    const wrong = { modelName: 'x', remote: { ...reference, url } };
    expect(
      (await staff.client.attempt('modelImport', 'ModelImportInput!', wrong, FIELDS)).errors,
    ).toMatchObject([{ code: 'INVALID_INPUT' }]);
  }
  await expect(key.client.attempt('modelImport', 'ModelImportInput!', input, FIELDS)).rejects.toThrow(
    'FORBIDDEN',
  );
});

test('the credential is kept sealed', async () => {
  const { rows } = await world.app.platform.database.servicePool.query<{ hash: string }>(
    `select artefacts->0->>'hash' as hash from model_versions where engine = 'REMOTE'`,
  );
  for (const { hash } of rows)
    expect((await world.app.platform.blobs.get(hash)).toString()).not.toContain(SECRET);
});
