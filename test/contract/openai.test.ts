/** The OpenAI face with the clients that people have, unchanged: openai and huggingface. */
import { InferenceClient } from '@huggingface/inference';
import type { APIError } from 'openai';
import OpenAI, { AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { billed, count, served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { openAiEdges } from './openai-edges';

const MODEL = 'tiny-language-model';
const EMBEDS = 'sentence-embeddings';

let world: World;
let customer: CustomerPerson;
let key: Person;
let client: OpenAI;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  customer = await world.customer();
  key = await world.apiKey(customer);
  client = clientOf(key.credential);
});

afterAll(() => world?.close());

function clientOf(apiKey: string): OpenAI {
  return new OpenAI({ apiKey, baseURL: `${world.url}/v1`, maxRetries: 0 });
}

const ask = {
  model: MODEL,
  max_tokens: 24,
  temperature: 0,
  messages: [{ role: 'user' as const, content: 'Once upon' }],
};

test('models are the deployments that the caller may use', async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['wages', MODEL]));
  expect(await client.models.retrieve(MODEL)).toMatchObject({
    id: MODEL,
    object: 'model',
    owned_by: 'flywheel',
  });
  await expect(client.models.retrieve('nothing')).rejects.toBeInstanceOf(NotFoundError);
});

test('a conversation is answered, counted and on record like any other text', async () => {
  const { data, response, request_id: requestId } = await client.chat.completions.create(ask).withResponse();
  const [choice] = data.choices;
  expect(data.object).toBe('chat.completion');
  expect(choice).toMatchObject({ index: 0, finish_reason: 'length', message: { role: 'assistant' } });
  expect(choice!.message.content!.length).toBeGreaterThan(0);
  expect(data.usage).toMatchObject({ completion_tokens: 24, total_tokens: data.usage!.prompt_tokens + 24 });
  expect(requestId).toMatch(/^req_/);
  const id = response.headers.get('flywheel-inference-id');
  const query = `query ($id: ID!) { inference(id: $id) { principal usage { unit quantity } } }`;
  const { inference } = await key.client.ask<{ inference: { principal: string; usage: object[] } }>(query, {
    id,
  });
  expect(inference.principal).toBe(key.id);
  expect(inference.usage).toContainEqual({ unit: 'COMPLETION_TOKEN', quantity: '24' });
  expect(await billed(world, [id!])).toBe(1);
});

test('a stream says the same in pieces, ends with the usage when asked, and is on record', async () => {
  const whole = await client.chat.completions.create(ask);
  const stream = await client.chat.completions.create({
    ...ask,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let usage: OpenAI.CompletionUsage | null | undefined;
  const reasons: (string | null)[] = [];
  const records: unknown[] = [];
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    if (chunk.choices[0]) reasons.push(chunk.choices[0].finish_reason);
    usage = chunk.usage ?? usage;
    if ('flywheel' in chunk) records.push(chunk.flywheel);
  }
  expect(text).toBe(whole.choices[0]!.message.content);
  expect(usage).toEqual(whole.usage);
  expect(reasons.at(-1)).toBe('length');
  expect(reasons.slice(0, -1).every((reason) => reason === null)).toBe(true);
  expect(records).toEqual([
    { inference_id: expect.stringMatching(/^inf_/), feedback_token: expect.any(String) },
  ]);
});

test('the wire ends with [DONE]', async () => {
  const response = await fetch(`${world.url}/v1/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: MODEL, prompt: 'Once', max_tokens: 4, stream: true }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect((await response.text()).endsWith('data: [DONE]\n\n')).toBe(true);
});

test('plain completions stop before a stop string, and the same seed writes the same text', async () => {
  const plain = { model: MODEL, prompt: 'Once upon a time', max_tokens: 40, temperature: 1, seed: 7 };
  const first = await client.completions.create(plain);
  const second = await client.completions.create(plain);
  expect(second.choices[0]!.text).toBe(first.choices[0]!.text);
  const stop = first.choices[0]!.text.slice(10, 12);
  const stopped = await client.completions.create({ ...plain, stop });
  expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop' });
  expect(stopped.choices[0]!.text).not.toContain(stop);
});

/** A busy machine takes its time for a model of this size. */
const UNHURRIED = { headers: { 'flywheel-deadline-ms': '60000' } };

test('embeddings come as numbers and as bytes, one a text, and are on record', async () => {
  const input = ['a bird on a tree', 'a bird in a tree', 'the price of oil'];
  // The client asks for base64 by itself and reads the bytes.
  const { data, response } = await client.embeddings
    .create({ model: EMBEDS, input }, UNHURRIED)
    .withResponse();
  const floats = await client.embeddings.create(
    { model: EMBEDS, input, encoding_format: 'float' },
    UNHURRIED,
  );
  expect(data.data.map(({ index }) => index)).toEqual([0, 1, 2]);
  data.data.forEach(({ embedding }, row) =>
    embedding.forEach((value, at) => expect(value).toBeCloseTo(floats.data[row]!.embedding[at]!, 4)),
  );
  const [bird, twin, oil] = floats.data.map(({ embedding }) => embedding) as [number[], number[], number[]];
  expect(alike(bird, twin)).toBeGreaterThan(alike(bird, oil));
  const query = `query ($id: ID!) { inference(id: $id) { rows principal } }`;
  const { inference } = await key.client.ask<{ inference: object }>(query, {
    id: response.headers.get('flywheel-inference-id'),
  });
  expect(inference).toEqual({ rows: 3, principal: key.id });
});

test('null is what it is to leave a field out, what is usual is taken, and an answer is sent back as it came', async () => {
  const nothing = Object.fromEntries(
    'max_tokens max_completion_tokens temperature top_p n stop stream stream_options seed user logit_bias logprobs response_format metadata store service_tier tools'
      .split(' ')
      .map((field) => [field, null]),
  );
  const send = async (path: string, body: object): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${world.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        ...UNHURRIED.headers,
        authorization: `Bearer ${key.credential}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const embedded = await send('embeddings', {
    model: EMBEDS,
    input: 'a bird',
    user: null,
    dimensions: null,
    encoding_format: null,
  });
  expect(embedded).toEqual({ status: 200, text: expect.stringContaining('"embedding":[') });
  const { message } = (await client.chat.completions.create(ask)).choices[0]!;
  const messages = [...ask.messages, message, { role: 'user', content: 'Then', name: null }];
  const usual = { modalities: ['text'], prompt_cache_key: 'kitchen' };
  const asked = { ...nothing, ...usual, model: MODEL, max_completion_tokens: 2, messages };
  expect(await send('chat/completions', asked)).toMatchObject({ status: 200 });
  const options = { include_usage: null, include_obfuscation: null };
  expect(await send('chat/completions', { ...asked, stream: true, stream_options: options })).toMatchObject({
    status: 200,
  });
  const plain = { ...nothing, model: MODEL, prompt: 'Once', max_tokens: 2, suffix: null };
  expect(await send('completions', plain)).toMatchObject({ status: 200 });
  const none = await send('embeddings', { model: null, input: [null] });
  expect(none).toMatchObject({ status: 400, text: expect.stringContaining('"param":"model"') });
});

function alike(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, value, at) => sum + value * y[at]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test('what the clients meet as errors are the errors that they know', async () => {
  const elsewhere = await failure(clientOf('sk-of-another-service').models.list());
  expect(elsewhere).toBeInstanceOf(AuthenticationError);
  expect(elsewhere.message).toContain('keys begin with flw_');
  const unknown = await failure(client.chat.completions.create({ ...ask, model: 'nothing' }));
  expect(unknown).toMatchObject({
    status: 404,
    code: 'model_not_found',
    param: 'model',
    type: 'invalid_request_error',
    message: expect.stringContaining('no such model') as string,
  });
  const narrow = clientOf((await world.apiKey(customer, { scopes: ['deployment:read'] })).credential);
  const scoped = await failure(narrow.chat.completions.create(ask));
  expect(scoped).toMatchObject({
    status: 403,
    message: expect.stringContaining('scopes of this key') as string,
  });
  const ids = await failure(client.embeddings.create({ model: EMBEDS, input: [1, 2] }));
  expect(ids).toMatchObject({ status: 400, param: 'input' });
  const tools = [{ type: 'function' as const, function: { name: 'f' } }];
  const refused = await failure(client.chat.completions.create({ ...ask, tools }));
  expect(refused).toBeInstanceOf(BadRequestError);
  expect(refused.message).toContain('tools');
  expect(refused.headers!.get('x-should-retry')).toBe('false');
  const rows = await failure(client.chat.completions.create({ ...ask, model: 'wages' }));
  expect(rows.status).toBe(400);
  const embeds = await failure(client.embeddings.create({ model: 'wages', input: 'a text' }));
  expect(embeds).toMatchObject({ status: 400, param: 'model' });
});

async function failure(call: Promise<unknown>): Promise<APIError> {
  return call.then(
    () => Promise.reject(new Error('it was answered')),
    (error: unknown) => error as APIError,
  );
}

test.each<[string, unknown, number, string | null]>([
  ['no JSON', '{', 400, null],
  ['no messages', { model: MODEL }, 400, 'messages'],
  ['an empty message', { ...ask, messages: [{ role: 'user', content: '' }] }, 400, 'messages'],
  ['a person who cannot be kept', { ...ask, user: 'ann\0' }, 400, null],
  ['an unknown role', { model: MODEL, messages: [{ role: 'wizard', content: 'x' }] }, 400, 'messages.0.role'],
  [
    'an image',
    { model: MODEL, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
    400,
    'messages.0.content',
  ],
  ['several choices', { ...ask, n: 3 }, 400, 'n'],
  ['a voice', { ...ask, modalities: ['text', 'audio'] }, 400, 'modalities'],
  ['a temperature beyond all heat', { ...ask, temperature: 9 }, 400, 'temperature'],
  ['more tokens than anybody reads', { ...ask, max_tokens: 1e9 }, 400, 'max_tokens'],
  [
    'half a character',
    { ...ask, messages: [{ role: 'user', content: '\ud800' }] },
    400,
    'messages.0.content',
  ],
  [
    'a prompt beyond the limit',
    { ...ask, messages: [{ role: 'user', content: 'x'.repeat(100_001) }] },
    400,
    'messages',
  ],
  ['an unknown field', { ...ask, extra: 1 }, 400, 'extra'],
  ['five megabytes', { ...ask, messages: [{ role: 'user', content: 'x'.repeat(5e6) }] }, 413, null],
])('%s is told in the shape of the protocol and bills nobody', async (_what, body, status, param) => {
  const before = await billed(world);
  const response = await fetch(`${world.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { error } = (await response.json()) as {
    error: { message: string; param: string | null; type: string };
  };
  expect({ status: response.status, param: error.param ?? null }).toEqual({ status, param: param || null });
  expect(error).toMatchObject({ message: expect.any(String), type: 'invalid_request_error' });
  expect(await billed(world)).toBe(before);
});

test('an address that is none is told in the shape of the protocol', async () => {
  const response = await fetch(`${world.url}/v1/nothing`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { code: 'unknown_url', type: 'invalid_request_error' },
  });
});

test('who leaves in the middle of a stream is billed for what was delivered', async () => {
  const leaving = new AbortController();
  const body = { ...ask, max_tokens: 2000, stream: true as const };
  const stream = await client.chat.completions.create(body, { signal: leaving.signal });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
  leaving.abort();
  const partial = `select count(*)::int as count from inferences where status = 'PARTIAL' and customer_id = $1`;
  await world.until(
    async () => (await count(world, partial, [customer.customerId])) === 1,
    'the record of a part',
  );
});

describe('at its edges', () => openAiEdges({ world: () => world, customer: () => customer }));

test('the client of huggingface writes and streams', async () => {
  const hugging = new InferenceClient(key.credential).endpoint(world.url);
  const whole = await hugging.chatCompletion(ask);
  expect(whole.choices[0]!.message.content!.length).toBeGreaterThan(0);
  let text = '';
  for await (const chunk of hugging.chatCompletionStream(ask)) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe(whole.choices[0]!.message.content);
});
