/** Predictions through HTTP: the answer, its record, who may see it, and every way in which it is refused. */
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, billed, predict, served, type Served, untrue } from './support';

let world: World;
let house: Served;
let customer: CustomerPerson;
let key: Person;
let user: Person;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  customer = await world.customer();
  key = await world.apiKey(customer);
  user = await world.endUser(key, 'user-1');
});

afterAll(() => world?.close());

test('an answer comes with its record, its price and a token for feedback', async () => {
  const { inference, feedbackToken } = await predict(key);
  expect(inference).toMatchObject({
    status: 'SUCCEEDED',
    outputs: { probability: expect.closeTo(0.75, 5), label: 'yes' },
    rows: 1,
    principal: key.id,
    endUser: null,
    consent: [],
  });
  expect(feedbackToken).toMatch(/^fb1\.inf_/);
  expect(await billed(world, [inference!.id])).toBe(1);
  const query =
    'query ($id: ID!) { inference(id: $id) { id status deployment { name } modelVersion { id number } customer { id } engine { kind device } } }';
  const read = await key.client.ask<{ inference: object }>(query, { id: inference!.id });
  expect(read.inference).toMatchObject({
    id: inference!.id,
    deployment: { name: 'wages' },
    modelVersion: { id: house.versionId },
    customer: { id: customer.customerId },
  });
});

test('a list is answered as a list, in its order, and counts as one request', async () => {
  const { inference } = await predict(key, { rows: [ROW, { ...ROW, age: 20 }, ROW] });
  expect(inference!.outputs).toHaveLength(3);
  expect(inference).toMatchObject({ rows: 3 });
});

test('an answer that is billed is told, though nobody else can be told of it', async () => {
  const observe = jest.spyOn(world.app.modules.deployments.canaries, 'observe').mockImplementation(() => {
    throw new Error('no canary listens');
  });
  try {
    const { inference } = await predict(key);
    expect(inference).toMatchObject({ status: 'SUCCEEDED' });
    expect(observe).toHaveBeenCalledTimes(1);
    expect(await billed(world, [inference!.id])).toBe(1);
  } finally {
    observe.mockRestore();
  }
});

test('a deployment answers to its id as to its name', async () => {
  expect((await predict(key, { deployment: house.deploymentId })).inference).not.toBeNull();
});

test('the faults of all rows come at once, by row and field, and nothing is billed', async () => {
  const before = await billed(world);
  const rows = [ROW, { age: 'old', income: 1 }, { age: 130, income: 1, extra: 1 }, { income: 2 }, 7];
  const { payload, errors } = await attempt(key, { rows });
  expect(payload.inference).toBeNull();
  expect(errors.map(({ code, path }) => `${code} ${path?.join('.')}`)).toEqual([
    'INVALID_INPUT input.rows.1.age',
    'INVALID_INPUT input.rows.2.age',
    'INVALID_INPUT input.rows.2.extra',
    'INVALID_INPUT input.rows.3.age',
    'INVALID_INPUT input.rows.4',
  ]);
  expect(await billed(world)).toBe(before);
});

test.each([
  ['no rows', []],
  ['1025 rows', Array.from({ length: 1025 }, () => ROW)],
])('%s are refused', async (_what, rows) => {
  expect((await attempt(key, { rows })).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'rows'] },
  ]);
});

test('an unknown deployment, an unknown end user and another customer’s get the same answer', async () => {
  const other = await world.customer();
  const stranger = await world.endUser(await world.apiKey(other), 'stranger');
  const cases = [
    await attempt(key, { deployment: 'nowhere' }),
    await attempt(key, { endUserId: 'eus_00000000000000000000000000' }),
    await attempt(key, { endUserId: stranger.id }),
  ];
  const [deployment, unknown, foreign] = cases.map(({ errors }) => errors[0]!);
  expect(deployment).toMatchObject({ code: 'NOT_FOUND', path: ['input', 'deployment'] });
  expect(foreign).toEqual(unknown);
  expect(foreign!.message).toBe(deployment!.message);
});

test('a person mentioned by the customer’s own id is made known once', async () => {
  const first = await predict(key, { endUserExternalId: 'someone-new' });
  const second = await predict(key, { endUserExternalId: 'someone-new' });
  expect(first.inference!.endUser!.id).toBe(second.inference!.endUser!.id);
});

test('an end user’s token predicts for its own person and for nobody else', async () => {
  expect((await predict(user)).inference!.endUser).toEqual({ id: user.id });
  const other = await world.endUser(key, 'user-2');
  expect((await attempt(user, { endUserId: other.id })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
});

test('staff and strangers do not predict', async () => {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { feedbackToken } }';
  const variables = { input: { deployment: 'wages', rows: ROW } };
  expect((await house.staff.client.send(query, variables)).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
  expect((await world.client().send(query, variables)).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ]);
});

test('a repeated key answers the same prediction and token, and is billed once', async () => {
  const input = { endUserId: user.id, idempotencyKey: 'once' };
  const first = await predict(key, input);
  const again = await predict(key, input);
  expect(again.inference!.id).toBe(first.inference!.id);
  expect(again.feedbackToken).toBe(first.feedbackToken);
  expect(again.inference!.outputs).toEqual(first.inference!.outputs);
  expect(await billed(world, [first.inference!.id])).toBe(1);
  const changed = await attempt(key, { ...input, rows: { ...ROW, age: 41 } });
  expect(changed.errors).toMatchObject([
    { code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] },
  ]);
});

test('the same key twice at the same moment is one prediction', async () => {
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => predict(key, { idempotencyKey: 'at-once' })),
  );
  expect(new Set(answers.map(({ inference }) => inference!.id)).size).toBe(1);
});

test('fifty at once share batches, and each is recorded and billed once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => predict(key)));
  const ids = answers.map(({ inference }) => inference!.id);
  expect(new Set(ids).size).toBe(50);
  expect(answers.some(({ inference }) => inference!.batchRows > 1)).toBe(true);
  expect(await billed(world, ids)).toBe(50);
});

test('lists show a tenant its own predictions, and an end user’s token its own person’s', async () => {
  const query = '{ inferences(first: 100) { nodes { id endUser { id } customer { id } } } }';
  const list = async (person: Person) =>
    (
      await person.client.ask<{
        inferences: { nodes: { id: string; endUser: { id: string } | null; customer: object | null }[] };
      }>(query)
    ).inferences.nodes;
  const own = await list(user);
  expect(own.length).toBeGreaterThan(0);
  expect(new Set(own.map(({ endUser }) => endUser?.id))).toEqual(new Set([user.id]));
  expect(own.every(({ customer: seen }) => seen === null)).toBe(true);
  const other = await world.customer();
  expect(await list(other)).toEqual([]);
  const [mine] = await list(customer);
  const byId = 'query ($id: ID!) { inference(id: $id) { id } node(id: $id) { id } }';
  for (const person of [other, user]) {
    const { inference, node } = await person.client.ask<{ inference: unknown; node: unknown }>(byId, {
      id: mine!.id,
    });
    const isOwn = own.some(({ id }) => id === mine!.id) && person === user;
    expect([inference === null, node === null]).toEqual([!isOwn, !isOwn]);
  }
});

test('cost and margin are staff’s alone; the price is the payer’s too', async () => {
  const { inference } = await predict(key);
  const query =
    'query ($id: ID!) { inference(id: $id) { priceExact cost { exact deviceMs } margin { amountMinor } marginExact usage { unit quantity } } }';
  const ask = async (person: Person) =>
    (await person.client.ask<{ inference: Record<string, unknown> }>(query, { id: inference!.id })).inference;
  expect(await ask(customer)).toMatchObject({ cost: null, margin: null, marginExact: null });
  const seen = await ask(house.staff);
  expect(seen).toMatchObject({
    cost: { exact: expect.any(String) },
    margin: { amountMinor: expect.any(String) },
  });
  expect((seen['cost'] as { deviceMs: number }).deviceMs).toBeGreaterThan(0);
});

test('the record of an answer stands in the audit log, with a proof that anyone may have who may see the answer', async () => {
  const { inference } = await predict(user);
  await world.settle();
  const query = 'query ($id: ID!) { inference(id: $id) { auditProof { index treeSize rootHash path } } }';
  const proof = async (person: Person) =>
    (
      await person.client.ask<{ inference: { auditProof: { rootHash: string } | null } }>(query, {
        id: inference!.id,
      })
    ).inference.auditProof;
  expect((await proof(user))?.rootHash).toMatch(/^[0-9a-f]{64}$/);
  expect(await proof(user)).toEqual(await proof(house.staff));
});

test('what every answer says happened has the hash that the audit log holds of it; a record that is changed later has not', async () => {
  expect(await untrue(world)).toEqual([]);
  const { inference } = await predict(user);
  const change = (by: number) =>
    world.app.platform.database.servicePool.query(
      `update inferences set price_exact = price_exact + ${by} where id = $1`,
      [inference!.id],
    );
  await change(1);
  expect(await untrue(world)).toEqual([inference!.id]);
  await change(-1);
  expect(await untrue(world)).toEqual([]);
});

test('an end user’s token does not reach the operator’s reasons through its prediction', async () => {
  const { inference } = await predict(user);
  const query =
    'query ($id: ID!) { inference(id: $id) { deployment { name history { nodes { reason by } } } } }';
  const { errors } = await user.client.send(query, { id: inference!.id });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});
