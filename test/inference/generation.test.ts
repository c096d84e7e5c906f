/** Texts as a stream: written by the model that ships with the product, resumed, left, broken, and billed. */
import { limitTo } from '../billing/support';
import { usageSettled } from '../support/settled-usage';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, count, served, untrue } from './support';
import { readText } from './text-stream';

let world: World;
let owner: CustomerPerson;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  owner = await world.customer();
  key = await world.apiKey(owner);
});
afterAll(() => world?.close());

const PROMPT = 'In the beginning God ';
const likeliest = { prompt: PROMPT, temperature: 0 };

interface Usage {
  readonly requests: number;
  readonly prompt: number;
  readonly completion: number;
  readonly deviceMs: number;
  readonly inferenceId: string;
}
const usageOf = async (customerId: string): Promise<Usage[]> => {
  await usageSettled(world.app);
  const { rows } = await world.app.platform.database.servicePool.query<Usage>(
    `select u.requests / cardinality(u.inference_ids) as requests, i.prompt_tokens as prompt, i.completion_tokens as completion,
      i.device_ms::float8 as "deviceMs", i.id as "inferenceId"
     from usage_records u join inferences i on i.customer_id = u.customer_id and i.id = any(u.inference_ids)
     where u.customer_id = $1 order by i.id`,
    [customerId],
  );
  return rows;
};

test('after the first start a text is written without further steps, in numbered chunks, and its tokens are billed', async () => {
  const { chunks, text, isComplete, codes } = await readText(world, key, { ...likeliest, maxTokens: 60 });
  expect(codes).toEqual([]);
  expect(isComplete).toBe(true);
  expect(text).toMatch(/^of the LORD thy God/);
  expect(chunks.map(({ number }) => number)).toEqual(chunks.map((_, index) => index + 1));
  const last = chunks.at(-1)!;
  expect(chunks.slice(0, -1).every(({ finishReason }) => finishReason === null)).toBe(true);
  expect(last).toMatchObject({
    finishReason: 'LENGTH',
    usage: { promptTokens: 21, completionTokens: 60 },
    feedbackToken: expect.any(String),
    inference: { status: 'SUCCEEDED', outputs: { text }, promptTokens: 21, completionTokens: 60 },
  });
  expect(await usageOf(owner.customerId)).toEqual([
    {
      requests: 1,
      prompt: 21,
      completion: 60,
      deviceMs: expect.any(Number),
      inferenceId: last.inference!.id,
    },
  ]);
});

test('a plan that prices tokens charges what was read and what was written', async () => {
  const customer = await world.customer();
  await world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE');
  await world.settle();
  const { chunks } = await readText(world, await world.apiKey(customer), { ...likeliest, maxTokens: 100 });
  // 0.2 for the request, 21 × 0.00005 and 100 × 0.0002.
  expect(Number(chunks.at(-1)!.inference!.priceExact)).toBeCloseTo(0.22105, 8);
});

test('the same seed writes the same text, and a stop string ends it', async () => {
  const warm = { prompt: PROMPT, temperature: 0.9, topP: 0.9, seed: 7, maxTokens: 40 };
  const [one, again] = await Promise.all([readText(world, key, warm), readText(world, key, warm)]);
  expect(again.text).toBe(one.text);
  const stopped = await readText(world, key, { ...likeliest, stop: ['thy'] });
  expect(stopped.text).toBe('of the LORD ');
  expect(stopped.chunks.at(-1)!.finishReason).toBe('STOP');
});

test('a reader whose connection broke goes on where it was: nothing is missing, written twice or billed twice', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const whole = await readText(world, server, { ...likeliest, maxTokens: 400 });
  const first = await readText(world, server, { ...likeliest, maxTokens: 400 }, ({ number }) => number === 3);
  const { streamId } = first.chunks[0]!;
  const rest = await readText(world, server, { prompt: '-', streamId, resumeFrom: 4 });
  expect(rest.isComplete).toBe(true);
  expect(rest.chunks[0]!.number).toBe(4);
  const joined = [...first.chunks.slice(0, 3), ...rest.chunks];
  expect(joined.map(({ text }) => text).join('')).toBe(whole.text);
  const afterwards = await readText(world, server, { prompt: '-', streamId, resumeFrom: 1 });
  expect(afterwards.text).toBe(whole.text);
  expect((await usageOf(customer.customerId)).map(({ completion }) => completion)).toEqual([400, 400]);
});

test('a reader who resumes beyond the end of a text is told how many chunks it has, and one who has them all that it is whole', async () => {
  const server = await world.apiKey(await world.customer());
  const passing = { ...likeliest, maxTokens: 40 };
  for (const input of [passing, { ...passing, idempotencyKey: 'kept' }]) {
    const { chunks } = await readText(world, server, input);
    const resumed = { ...input, streamId: chunks[0]!.streamId };
    const whole = await readText(world, server, { ...resumed, resumeFrom: chunks.length + 1 });
    expect(whole).toMatchObject({ chunks: [], codes: [], isComplete: true });
    for (const resumeFrom of [chunks.length + 2, 2_000_000_000]) {
      const beyond = await readText(world, server, { ...resumed, resumeFrom });
      expect(beyond).toMatchObject({ chunks: [], codes: ['INVALID_INPUT'] });
      expect(beyond.messages).toEqual([expect.stringContaining(`has ${chunks.length} chunks`)]);
    }
  }
});

test('a repeated key is the same text, whoever stopped reading and however it is asked, and is billed once', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const keyed = { prompt: PROMPT, temperature: 1, maxTokens: 60, idempotencyKey: 'a text' };
  const [left, at] = await Promise.all([
    readText(world, server, keyed, ({ number }) => number === 2),
    readText(world, server, keyed),
  ]);
  const again = await readText(world, server, { ...keyed, resumeFrom: 3 });
  expect(again).toMatchObject({ codes: [], isComplete: true });
  expect([...at.chunks.slice(0, 2), ...again.chunks]).toEqual(at.chunks);
  expect(left.chunks[0]).toEqual(at.chunks[0]);
  await served(world, 'rows-of-keys');
  const { errors } = await attempt(server, { deployment: 'rows-of-keys', idempotencyKey: 'a text' });
  expect(errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  expect((await readText(world, server, { ...keyed, temperature: 0.9 })).codes).toEqual([
    'IDEMPOTENCY_KEY_REUSED',
  ]);
  const other = await world.apiKey(customer);
  expect((await readText(world, other, keyed)).chunks[0]!.streamId).not.toBe(at.chunks[0]!.streamId);
  expect((await usageOf(customer.customerId)).map(({ completion }) => completion)).toEqual([60, 60]);
});

test('a text under a key whose engine is killed is billed to nobody, and written anew under the key', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const keyed = { ...likeliest, maxTokens: 1000, idempotencyKey: 'killed' };
  const pid = (await world.app.modules.compute.texts.pid())!;
  const { codes } = await readText(world, server, keyed, ({ number }) => {
    if (number === 3) process.kill(pid, 'SIGKILL');
    return false;
  });
  expect(codes).toEqual(['ENGINE_FAULT']);
  expect(await usageOf(customer.customerId)).toEqual([]);
  expect(await readText(world, server, keyed)).toMatchObject({ codes: [], isComplete: true });
  expect(await usageOf(customer.customerId)).toHaveLength(1);
});

test('nobody else can read a text, and one that is not kept is not found', async () => {
  const { chunks } = await readText(world, key, { ...likeliest, maxTokens: 5 });
  const { streamId } = chunks[0]!;
  const stranger = await world.apiKey(await world.customer());
  const resume = { prompt: '-', streamId };
  expect(await readText(world, stranger, resume)).toMatchObject({ chunks: [], codes: ['NOT_FOUND'] });
  expect(await readText(world, await world.endUser(owner), resume)).toMatchObject({ codes: ['NOT_FOUND'] });
  const unknown = { prompt: '-', streamId: 'gen_00000000000000000000000000' };
  expect(await readText(world, key, unknown)).toMatchObject({ codes: ['NOT_FOUND'] });
});

test('when the engine is killed in the middle the stream ends with an error event, and what was delivered is billed', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const pid = (await world.app.modules.compute.texts.pid())!;
  let killed = false;
  const { chunks, codes } = await readText(world, server, { ...likeliest, maxTokens: 2000 }, ({ number }) => {
    if (number === 3) killed = process.kill(pid, 'SIGKILL');
    return false;
  });
  expect(killed).toBe(true);
  expect(codes).toEqual(['ENGINE_UNAVAILABLE']);
  const last = chunks.at(-1)!;
  expect(last).toMatchObject({ finishReason: 'ERROR', inference: { status: 'PARTIAL' } });
  const [usage] = await usageOf(customer.customerId);
  expect(usage).toMatchObject({ completion: last.usage!.completionTokens, inferenceId: last.inference!.id });
  expect(usage!.completion).toBeGreaterThan(0);
  expect((await readText(world, server, { ...likeliest, maxTokens: 5 })).isComplete).toBe(true);
});

test('what cannot be asked is refused in words before anything is reserved', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  expect((await readText(world, server, { prompt: '' })).codes).toEqual(['INVALID_INPUT']);
  expect((await readText(world, server, { ...likeliest, temperature: 3 })).codes).toEqual(['INVALID_INPUT']);
  expect((await readText(world, server, { ...likeliest, deployment: 'no-such' })).codes).toEqual([
    'NOT_FOUND',
  ]);
  await served(world, 'rows-only');
  expect((await readText(world, server, { ...likeliest, deployment: 'rows-only' })).codes).toEqual([
    'INVALID_INPUT',
  ]);
  const { errors } = await attempt(server, { deployment: 'tiny-language-model', rows: { prompt: 'x' } });
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', message: expect.stringContaining('generation') }]);
  // A credential that is none is refused before the stream begins.
  const stranger = await readText(world, { credential: 'none' }, likeliest);
  expect(stranger).toMatchObject({ chunks: [], isComplete: false });
  const reader = await world.apiKey(customer, { scopes: ['inference:read'] });
  expect((await readText(world, reader, likeliest)).codes).toEqual(['FORBIDDEN']);
  expect(await usageOf(customer.customerId)).toEqual([]);
});

test('a NUL character is refused where it would be kept as it is, before anything is written, and is like any other in a prompt', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const asked = { ...likeliest, maxTokens: 3 };
  for (const name of [{ idempotencyKey: 'a\0' }, { endUserExternalId: 'a\0' }])
    expect(await readText(world, server, { ...asked, ...name })).toMatchObject({
      chunks: [],
      codes: ['INVALID_INPUT'],
    });
  const body = JSON.stringify({ model: 'tiny-language-model', prompt: PROMPT, user: 'a\0' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${server.credential}` };
  const answer = await fetch(`${world.url}/v1/completions`, { method: 'POST', headers, body });
  expect(answer.status).toBe(400);
  expect(await usageOf(customer.customerId)).toEqual([]);
  const sealed = { ...asked, prompt: 'a\0b', idempotencyKey: 'sealed' };
  expect(await readText(world, server, sealed)).toMatchObject({ codes: [], isComplete: true });
  expect(await usageOf(customer.customerId)).toHaveLength(1);
});

test('a text counts against the quota like any request', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  await limitTo(world, customer.customerId, 1);
  expect((await readText(world, server, { ...likeliest, maxTokens: 3 })).codes).toEqual([]);
  const beyond = await readText(world, server, { ...likeliest, maxTokens: 3 });
  expect(beyond).toMatchObject({ codes: ['QUOTA_EXCEEDED'], resetsAt: [expect.stringMatching(/^20/)] });
  expect(beyond.messages[0]).toContain(beyond.resetsAt[0]);
});

test('many texts at a time are all written, each its own, and the costs add up to the device time', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const texts = await Promise.all(
    Array.from({ length: 12 }, (_, seed) =>
      readText(world, server, {
        prompt: PROMPT,
        temperature: 0.8,
        seed: seed % 6,
        maxTokens: 40,
        deadlineMs: 60_000,
      }),
    ),
  );
  texts.forEach(({ text }, index) => expect(text).toBe(texts[index % 6]!.text));
  expect(new Set(texts.map(({ text }) => text)).size).toBe(6);
  expect(await usageOf(customer.customerId)).toHaveLength(12);
});

test('the text is kept only with the consent of the person, like any answer', async () => {
  const { chunks } = await readText(world, key, { ...likeliest, maxTokens: 5, endUserExternalId: 'ada' });
  const id = chunks.at(-1)!.inference!.id;
  expect(
    await count(world, 'select count(*)::int as count from inferences where id = $1 and payload is null', [
      id,
    ]),
  ).toBe(1);
});

test('a caller who leaves for good is billed for what was delivered, and no more is written', async () => {
  const customer = await world.customer();
  const text = world.app.modules.inference.generations.generate({
    principal: { kind: 'SYSTEM', name: 'test' },
    requestId: 'req_test',
    customerId: customer.customerId,
    deployment: 'tiny-language-model',
    prompt: PROMPT,
    parameters: { maxTokens: 2048, temperature: 0, topP: 1, seed: null, stop: [] },
    deadlineMs: 60_000,
    signal: new AbortController().signal,
  });
  let written = '';
  for await (const chunk of text) {
    written += chunk.text;
    if (chunk.number === 3) break;
  }
  const [usage, more] = await usageOf(customer.customerId);
  expect(more).toBeUndefined();
  expect(usage!.completion).toBeGreaterThanOrEqual(Buffer.byteLength(written));
  expect(usage!.completion).toBeLessThan(1000);
  const partial = `select count(*)::int as count from inferences where id = $1 and status = 'PARTIAL'`;
  expect(await count(world, partial, [usage!.inferenceId])).toBe(1);
});

test('what every text says happened has the hash that the audit log holds of it', async () => {
  expect(await untrue(world)).toEqual([]);
});
