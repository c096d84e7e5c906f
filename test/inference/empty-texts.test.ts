/** A text may be empty: the model ends it at once, or thinks until nothing is left to say. Its prompt was read all the same. */
import { deployed } from '../deployments/support';
import { FakeRemote } from '../support/fake-remote';
import { usageSettled } from '../support/settled-usage';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { count } from './support';
import { readText } from './text-stream';

let world: World;
let remote: FakeRemote;
let customer: CustomerPerson;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  remote = await FakeRemote.start();
  remote.misbehaviour = 'SILENT';
  const staff = await world.staff();
  const { modelVersion } = await staff.client.mutate<{ modelVersion: { id: string } }>(
    'modelImport',
    'ModelImportInput!',
    { modelName: 'silent', remote: { protocol: 'OPENAI', url: `${remote.url}/v1`, model: 'silent' } },
    'modelVersion { id }',
  );
  await deployed(world, staff, 'silent', [{ versionId: modelVersion.id }]);
});
beforeEach(async () => {
  customer = await world.customer();
  key = await world.apiKey(customer);
});
afterAll(async () => {
  await world?.close();
  await remote?.stop();
});

/** Texts of this customer that were billed for what was read, and for nothing that was written. */
const billedForPrompt = async (): Promise<number> => {
  await usageSettled(world.app);
  const text = `select coalesce(sum(cardinality(inference_ids)), 0)::int as count from usage_records
    where customer_id = $1 and prompt_tokens > 0 and completion_tokens = 0`;
  return count(world, text, [customer.customerId]);
};

test.each([undefined, 'a key'])(
  'an empty text is streamed as one last chunk (key: %s)',
  async (idempotencyKey) => {
    const read = await readText(world, key, { deployment: 'silent', prompt: 'Well?', idempotencyKey });
    expect(read).toMatchObject({ codes: [], isComplete: true, text: '' });
    expect(read.chunks).toMatchObject([
      { number: 1, finishReason: 'STOP', usage: { completionTokens: 0 }, inference: { status: 'SUCCEEDED' } },
    ]);
    expect(await billedForPrompt()).toBe(1);
  },
);

test.each([
  [
    'v1/completions',
    { model: 'silent', prompt: 'Well?' },
    { choices: [{ text: '', finish_reason: 'stop' }] },
  ],
  ['v2/models/silent/generate', { text_input: 'Well?' }, { text_output: '' }],
])('an empty text is an answer of %s', async (path, body, answer) => {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.credential}` };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${world.url}/${path}`, request);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject(answer);
  expect(await billedForPrompt()).toBe(1);
});

test('an empty text that was accepted for later is written at the first attempt', async () => {
  const before = remote.seen.length;
  await key.client.mutate(
    'generationCreate',
    'GenerationCreateInput!',
    { deployment: 'silent', prompt: 'Well?' },
    'prediction { id }',
  );
  await world.settle();
  const written = `select count(*)::int as count from predictions where customer_id = $1 and status = 'SUCCEEDED'`;
  expect(await count(world, written, [customer.customerId])).toBe(1);
  expect(remote.seen).toHaveLength(before + 1);
  expect(await billedForPrompt()).toBe(1);
});
