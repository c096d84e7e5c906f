/** Durable predictions: accepted, answered later, fetched, watched, told by webhooks. */
import { limitTo, putOnTerms } from '../billing/support';
import { listen } from '../journeys/isolation/listen';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, billed, count, served } from './support';
import { readText } from './text-stream';
import { webhooksTell } from './webhooks';
import { whatMayWait } from './what-may-wait';

let world: World;
let owner: CustomerPerson;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  owner = await world.customer();
  key = await world.apiKey(owner);
});
afterAll(() => world?.close());

const FIELDS = `prediction { id status outputs answerUntil inference { id outputs priceExact } feedbackToken error { code message }
  job { status } finishedAt }`;

interface Prediction {
  readonly id: string;
  readonly status: string;
  readonly outputs: unknown;
  readonly answerUntil: string | null;
  readonly inference: { readonly id: string; readonly outputs: unknown } | null;
  readonly feedbackToken: string | null;
  readonly error: { readonly code: string } | null;
  readonly job: { readonly status: string } | null;
}

const create = async (person: Person, input: object = {}): Promise<Prediction> =>
  (
    await person.client.mutate<{ prediction: Prediction }>(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, ...input },
      FIELDS,
    )
  ).prediction;

const poll = async (person: Person, id: string): Promise<Prediction | null> =>
  (
    await person.client.ask<{ prediction: Prediction | null }>(
      `query($id: ID!) { prediction(id: $id) { ${FIELDS.slice('prediction { '.length)} }`,
      { id },
    )
  ).prediction;

async function ended(person: Person, id: string): Promise<Prediction> {
  let prediction: Prediction | null = null;
  await world.until(async () => {
    prediction = await poll(person, id);
    return prediction !== null && !['QUEUED', 'RUNNING'].includes(prediction.status);
  }, `prediction ${id}`);
  return prediction!;
}

test('what is accepted is answered later, billed once, and fetched', async () => {
  const accepted = await create(key);
  expect(accepted).toMatchObject({ status: 'QUEUED', outputs: null, inference: null });
  const answered = await ended(key, accepted.id);
  expect(answered).toMatchObject({
    status: 'SUCCEEDED',
    outputs: { probability: expect.any(Number), label: 'yes' },
    inference: { outputs: null },
    feedbackToken: expect.any(String),
    error: null,
  });
  expect(await billed(world, [answered.inference!.id])).toBe(1);
  const stored = `select count(*)::int as count from predictions where id = $1 and asked is null and answer not like '%probability%'`;
  expect(await count(world, stored, [accepted.id])).toBe(1);
});

const TEXT = { deployment: 'tiny-language-model', prompt: 'In the beginning God ', maxTokens: 40 };
const createText = async (input: object = {}): Promise<Prediction> =>
  (
    await key.client.mutate<{ prediction: Prediction }>(
      'generationCreate',
      'GenerationCreateInput!',
      { ...TEXT, ...input },
      FIELDS,
    )
  ).prediction;

test('a text that is accepted is written later, billed once, and read in the chunks in which it was written', async () => {
  const accepted = await createText({ temperature: 0, idempotencyKey: 'a text' });
  expect((await createText({ temperature: 0, idempotencyKey: 'a text' })).id).toBe(accepted.id);
  const written = await ended(key, accepted.id);
  expect(written).toMatchObject({
    status: 'SUCCEEDED',
    outputs: { text: expect.stringMatching(/^of the LORD/), finishReason: 'LENGTH' },
    inference: { outputs: null },
    feedbackToken: expect.any(String),
  });
  const resume = { prompt: '-', streamId: accepted.id };
  const { text, chunks } = await readText(world, key, resume);
  expect(text).toBe((written.outputs as { text: string }).text);
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.at(-1)).toMatchObject({
    finishReason: 'LENGTH',
    usage: { promptTokens: 21, completionTokens: 40 },
    inference: { id: written.inference!.id },
  });
  expect((await readText(world, key, { ...resume, resumeFrom: 3 })).chunks).toEqual(chunks.slice(2));
  const beyond = await readText(world, key, { ...resume, resumeFrom: chunks.length + 2 });
  expect(beyond).toMatchObject({ chunks: [], codes: ['INVALID_INPUT'] });
  expect((await readText(world, await world.apiKey(owner), resume)).codes).toEqual(['NOT_FOUND']);
  const bills = 'select count(*)::int as count from usage_records where completion_tokens = 40';
  expect([await count(world, bills), await billed(world, [written.inference!.id])]).toEqual([1, 1]);
});

test('a text of a deployment that answers rows is refused at once, and rows of one that writes', async () => {
  const text = await key.client.attempt(
    'generationCreate',
    'GenerationCreateInput!',
    { ...TEXT, deployment: 'wages' },
    FIELDS,
  );
  expect(text.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'deployment'] }]);
  const rows = { deployment: TEXT.deployment, rows: ROW };
  const { errors } = await key.client.attempt('predictionCreate', 'PredictionCreateInput!', rows, FIELDS);
  expect(errors).toMatchObject([
    { code: 'INVALID_INPUT', message: expect.stringContaining('generationCreate') },
  ]);
});

test('the same key is the same prediction', async () => {
  const first = await create(key, { idempotencyKey: 'once' });
  const again = await create(key, { idempotencyKey: 'once' });
  expect(again.id).toBe(first.id);
});

test('faults are told at once, and nothing is stored', async () => {
  const before = await count(world, 'select count(*)::int as count from predictions');
  const bad = (input: object) =>
    key.client.attempt(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW, ...input },
      FIELDS,
    );
  expect((await bad({ rows: [ROW, { age: 'x', income: 1 }] })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'rows', '1', 'age'] },
  ]);
  expect((await bad({ deployment: 'no-such' })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await bad({ webhookEndpointId: 'whe_00000000000000000000000000' })).errors).toMatchObject([
    { code: 'NOT_FOUND' },
  ]);
  expect(await count(world, 'select count(*)::int as count from predictions')).toBe(before);
});

test('what the plan does not include or the quota does not leave is refused at once, as by predict, and nothing is stored', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  const stored = 'select count(*)::int as count from predictions where customer_id = $1';
  const asks: [string, string, object][] = [
    ['predictionCreate', 'PredictionCreateInput!', { deployment: 'wages', rows: ROW }],
    ['generationCreate', 'GenerationCreateInput!', TEXT],
  ];
  const refusals = async (): Promise<object[]> => {
    const all: object[] = [];
    for (const [mutation, type, input] of asks)
      all.push((await server.client.attempt(mutation, type, input, FIELDS)).errors[0]!);
    return all;
  };
  const { errors } = await attempt(server);
  expect(errors).toEqual([]);
  await limitTo(world, customer.customerId, 0);
  await world.until(async () => (await attempt(server)).errors.length === 1, 'the quota to be gone');
  const [gone] = (await attempt(server)).errors;
  expect(gone).toMatchObject({ code: 'QUOTA_EXCEEDED' });
  expect(await refusals()).toEqual([gone, gone]);
  await putOnTerms(world, customer.customerId, { models: [], features: [] });
  const notIncluded = async () => (await attempt(server)).errors[0]?.code === 'PAYMENT_REQUIRED';
  await world.until(notIncluded, 'the plan to include nothing');
  expect(await refusals()).toMatchObject([{ code: 'PAYMENT_REQUIRED' }, { code: 'PAYMENT_REQUIRED' }]);
  expect(await count(world, stored, [customer.customerId])).toBe(0);
});

test('another customer, and another person of this one, see nothing of it; an end user sees its own', async () => {
  const person = await world.endUser(owner);
  const own = await create(person);
  expect((await ended(person, own.id)).outputs).toMatchObject({ label: 'yes' });
  const stranger = await world.apiKey(await world.customer());
  expect(await poll(stranger, own.id)).toBeNull();
  expect(await poll(await world.endUser(owner), own.id)).toBeNull();
  expect(await poll(await world.staff(), own.id)).toMatchObject({ status: 'SUCCEEDED', outputs: null });
});

const WATCH = 'subscription ($id: ID!) { predictionUpdated(id: $id) { status } }';
const watch = async (person: Person, id: string): Promise<readonly unknown[]> => {
  const { heard, ended: end } = listen(world, person, WATCH, { id });
  await end;
  return heard;
};

test('who watches a prediction hears of its end, and the stream ends with it; at once when it ended before', async () => {
  const told = { data: { predictionUpdated: { status: 'SUCCEEDED' } } };
  const { id } = await create(key);
  expect((await watch(key, id)).at(-1)).toEqual(told);
  expect(await watch(key, id)).toEqual([told]);
});

test('who watches a prediction of somebody else is told what is told of one that nobody has, and the stream ends', async () => {
  const { id } = await create(key);
  const stranger = await world.apiKey(await world.customer());
  const answers = await Promise.all(
    [id, 'prd_00000000000000000000000000'].map((one) => watch(stranger, one)),
  );
  const extensions = expect.objectContaining({ code: 'NOT_FOUND' }) as object;
  const missing = { data: null, errors: [expect.objectContaining({ extensions })] };
  expect(answers).toEqual([[missing], [missing]]);
});

describe('webhooks', () => webhooksTell({ world: () => world, owner: () => owner, key: () => key, create }));

describe('what may wait', () =>
  whatMayWait({ world: () => world, owner: () => owner, key: () => key, ended, text: TEXT }));

test('an answer is forgotten after a day', async () => {
  const { id } = await create(key);
  await ended(key, id);
  world.clock.advance(25 * 3_600_000);
  const { platform } = world.app;
  await platform.database.unitOfWork.run({ service: true }, () =>
    platform.jobs.enqueue('inference.expire-predictions', {}),
  );
  await world.settle();
  const kept = 'select count(*)::int as count from predictions where id = $1 and answer is not null';
  expect(await count(world, kept, [id])).toBe(0);
});
