/** The Open Inference Protocol face: what its specification says, and that it is the same one path as GraphQL. */
import { putOnTerms } from '../billing/support';
import { submit } from '../feedback/support';
import { billed, count, predict, served, type Served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { OpenInferenceClient } from './open-inference-client';
import { openInferenceEdges } from './open-inference-edges';

let world: World;
let house: Served;
let customer: CustomerPerson;
let key: Person;
let client: OpenInferenceClient;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  customer = await world.customer();
  key = await world.apiKey(customer);
  client = new OpenInferenceClient(world.url, key.credential);
});

afterAll(() => world?.close());

const column = (name: string, data: readonly number[]) => ({
  name,
  datatype: 'FP32',
  shape: [data.length, 1],
  data,
});
const ROWS = { inputs: [column('age', [40, 20]), column('income', [1.5, 2])] };

const floats = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes;
};

test('a probe needs no key: live, ready, and what the server is', async () => {
  const stranger = new OpenInferenceClient(world.url);
  expect(await stranger.get('/health/live')).toEqual({ status: 200, body: { live: true } });
  expect(await stranger.get('/health/ready')).toEqual({ status: 200, body: { ready: true } });
  expect(await stranger.get('')).toMatchObject({ status: 200, body: { name: 'flywheel', version: '0.1.0' } });
});

test('a model tells what it takes and answers, by name and by version', async () => {
  const { body } = await client.get('/models/wages');
  expect(body).toEqual({
    name: 'wages',
    versions: ['1'],
    platform: 'flywheel_onnx',
    inputs: [
      { name: 'age', datatype: 'FP32', shape: [-1, 1] },
      { name: 'income', datatype: 'FP32', shape: [-1, 1] },
    ],
    outputs: [
      { name: 'probability', datatype: 'FP32', shape: [-1, 1] },
      { name: 'label', datatype: 'BYTES', shape: [-1, 1] },
    ],
  });
  expect((await client.get('/models/wages/versions/1')).body).toEqual(body);
  expect((await client.get('/models/wages/ready')).status).toBe(200);
  expect((await client.get('/models/wages/versions/7')).status).toBe(404);
  expect(await client.get('/models/other/ready')).toEqual({
    status: 404,
    body: { error: expect.stringMatching(/^model: There is no such model/) as string },
  });
});

test('the repository lists what the caller may use', async () => {
  const response = await client.post('/repository/index', {});
  expect(await response.json()).toContainEqual({ name: 'wages', version: '1', state: 'READY', reason: '' });
});

test('columns in JSON are answered in columns, flat or nested as they came', async () => {
  const answer = await client.infer('wages', { id: 'mine', ...ROWS });
  expect(answer).toMatchObject({
    id: 'mine',
    model_name: 'wages',
    model_version: '1',
    outputs: [
      {
        name: 'probability',
        datatype: 'FP32',
        shape: [2, 1],
        data: [expect.closeTo(0.75, 5), expect.closeTo(0.75, 5)],
      },
      { name: 'label', datatype: 'BYTES', shape: [2, 1], data: ['yes', 'yes'] },
    ],
  });
  const nested = {
    inputs: [
      { name: 'age', datatype: 'INT64', shape: [2, 1], data: [[40], [20]] },
      { name: 'income', datatype: 'FP64', shape: [2], data: [1.5, 2] },
    ],
    outputs: [{ name: 'label' }],
  };
  expect((await client.infer('wages/versions/1', nested)).outputs).toEqual([
    { name: 'label', datatype: 'BYTES', shape: [2, 1], data: ['yes', 'yes'] },
  ]);
});

test('a version by name is a prediction like any other: it needs no plan that explains', async () => {
  const plain = await world.customer();
  await putOnTerms(world, plain.customerId, { features: [] });
  const named = new OpenInferenceClient(world.url, (await world.apiKey(plain)).credential);
  expect((await named.infer('wages/versions/1', ROWS)).model_version).toBe('1');
});

test('binary tensors go in and come out as bytes', async () => {
  const { outputs } = await client.inferBinary('wages', [
    { name: 'age', datatype: 'FP32', shape: [2], bytes: floats(40, 20) },
    { name: 'income', datatype: 'FP32', shape: [2], bytes: floats(1.5, 2) },
  ]);
  expect(outputs[0]!.bytes!.readFloatLE(4)).toBeCloseTo(0.75, 5);
  expect(outputs[1]!.bytes).toEqual(Buffer.from('\x03\0\0\0yes\x03\0\0\0yes'));
});

test('a client that names no content type, as the one of Triton, is read by its header’s length', async () => {
  const post = (path: string, body?: Buffer, headers = {}): Promise<Response> => {
    const authorization = `Bearer ${key.credential}`;
    return fetch(`${world.url}/v2${path}`, { method: 'POST', headers: { authorization, ...headers }, body });
  };
  const whole = await post('/models/wages/infer', Buffer.from(JSON.stringify(ROWS)));
  expect(await whole.json()).toMatchObject({ model_name: 'wages', outputs: [{ shape: [2, 1] }, {}] });
  const inputs = ['age', 'income'].map((name) => ({
    name,
    datatype: 'FP32',
    shape: [1, 1],
    parameters: { binary_data_size: 4 },
  }));
  const head = Buffer.from(JSON.stringify({ inputs }));
  const length = { 'inference-header-content-length': String(head.length) };
  const binary = await post('/models/wages/infer', Buffer.concat([head, floats(20, 2)]), length);
  expect(binary.status).toBe(200);
  expect((await post('/repository/index')).status).toBe(200);
  const text = Buffer.from(JSON.stringify({ text_input: 'Once', parameters: { max_tokens: 4 } }));
  expect((await post('/models/tiny-language-model/generate', text)).status).toBe(200);
});

test('it is the same one path: same log, same counter, same feedback, same idempotency', async () => {
  const headers = { 'idempotency-key': 'face-1', 'flywheel-end-user': 'person-1' };
  const first = await client.infer('wages', ROWS, headers);
  const again = await client.infer('wages', ROWS, headers);
  const id = first.parameters!['inference_id'];
  expect(again.parameters!['inference_id']).toBe(id);
  const query = `query ($id: ID!) { inference(id: $id) { rows principal status deployment { id } endUser { externalId } } }`;
  const { inference } = await key.client.ask<{ inference: object }>(query, { id });
  expect(inference).toEqual({
    rows: 2,
    principal: key.id,
    status: 'SUCCEEDED',
    deployment: { id: house.deploymentId },
    endUser: { externalId: 'person-1' },
  });
  expect(await billed(world, [String(id)])).toBe(1);
  const token = first.parameters!['feedback_token'];
  const rated = await submit(key, { kind: 'THUMBS', score: 1, feedbackToken: token }, 'inference { id }');
  expect(rated).toMatchObject({ inference: { id } });
  expect(await predict(key)).toMatchObject({ inference: { status: 'SUCCEEDED' } });
});

describe('at its edges', () =>
  openInferenceEdges({
    world: () => world,
    house: () => house,
    customer: () => customer,
    key: () => key,
    client: () => client,
    rows: ROWS,
  }));

const one = { name: 'age', datatype: 'FP32', shape: [1], data: [40] };
const income = { ...one, name: 'income' };

test.each<[string, unknown, number, string]>([
  ['no JSON', '{', 400, 'JSON'],
  ['a list', [], 400, 'object'],
  ['no inputs', {}, 400, 'inputs'],
  ['an unknown field', { ...ROWS, extra: 1 }, 400, 'extra'],
  ['an unknown type of element', { inputs: [{ ...one, datatype: 'FP13' }] }, 400, 'inputs.0.datatype'],
  ['a shape that the data does not have', { inputs: [{ ...one, shape: [2] }] }, 400, 'inputs.0.data'],
  ['a shape beyond all memory', { inputs: [{ ...one, shape: [1e15] }] }, 400, 'rows'],
  ['a text among numbers', { inputs: [{ ...one, data: ['x'] }] }, 400, 'inputs.0.data.0'],
  ['different rows', { inputs: [one, { ...income, shape: [2], data: [1, 2] }] }, 400, 'rows'],
  ['a missing input', { inputs: [one] }, 400, 'rows.0.income'],
  ['a value out of range', { inputs: [{ ...one, data: [500] }, income] }, 400, 'rows.0.age'],
  ['an unknown output', { inputs: [one, income], outputs: [{ name: 'nothing' }] }, 400, 'probability, label'],
  [
    'bytes that are not there',
    { inputs: [{ ...one, data: undefined, parameters: { binary_data_size: 4 } }] },
    400,
    '4 bytes',
  ],
])('%s is one sentence in the protocol’s own shape, and costs nothing', async (_what, body, status, says) => {
  const before = await billed(world);
  const response = await client.post('/models/wages/infer', body);
  const { error } = (await response.json()) as { error: string };
  expect({ status: response.status, error }).toEqual({
    status,
    error: expect.stringContaining(says) as string,
  });
  expect(await billed(world)).toBe(before);
});

test('who may not and what is not there are told in the same shape', async () => {
  const stranger = new OpenInferenceClient(world.url);
  const statuses = await Promise.all(
    [
      stranger.post('/models/wages/infer', ROWS),
      new OpenInferenceClient(world.url, 'nonsense').post('/models/wages/infer', ROWS),
      stranger.post('/models/wages/infer', '{'),
      client.post('/models/other/infer', ROWS),
      client.post('/nothing/here', ROWS),
      client.post('/models/wages/infer', 'x=1', { 'content-type': 'application/x-www-form-urlencoded' }),
      client.post('/models/wages/infer', { ...ROWS, id: 'x'.repeat(9 * 1024 * 1024) }),
    ].map(async (answer) => {
      const response = await answer;
      const { error } = (await response.json()) as { error: unknown };
      return [response.status, typeof error];
    }),
  );
  expect(statuses).toEqual([
    [401, 'string'],
    [401, 'string'],
    [401, 'string'],
    [404, 'string'],
    [404, 'string'],
    [415, 'string'],
    [413, 'string'],
  ]);
});

test('an end user’s token predicts for its own person', async () => {
  const user = await world.endUser(key, 'person-2');
  const { parameters } = await new OpenInferenceClient(world.url, user.credential).infer('wages', ROWS);
  const sql = 'select count(*)::int as count from inferences where id = $1 and end_user_id = $2';
  expect(await count(world, sql, [parameters!['inference_id'], user.id])).toBe(1);
});

test('text is written whole, and the same as events', async () => {
  const ask = { id: 'mine', text_input: 'Once upon', parameters: { max_tokens: 16, temperature: 0 } };
  const whole = (await (await client.post('/models/tiny-language-model/generate', ask)).json()) as {
    text_output: string;
  };
  expect(whole).toMatchObject({
    id: 'mine',
    model_name: 'tiny-language-model',
    model_version: '1',
    details: { finish_reason: 'length', completion_tokens: 16, inference_id: expect.stringMatching(/^inf_/) },
  });
  const stream = await client.post('/models/tiny-language-model/versions/1/generate_stream', ask);
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  const events = (await stream.text())
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice('data: '.length)) as { text_output: string });
  expect(events.map(({ text_output: text }) => text).join('')).toBe(whole.text_output);
  const refused = await client.post('/models/wages/generate', ask);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toEqual({ error: expect.any(String) });
});
