/**
 * Who may little gets at little, by whatever way: from an answer in a browser no way leads to the customer, its money or its
 * other people; a key reaches no further than its scopes; a key of idempotency is its principal's own.
 */
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { newId, prefixOf } from '../../src/kernel/id';
import { JOB_CHANNEL } from '../../src/platform/jobs';
import { submit } from '../feedback/support';
import { predict } from '../inference/support';
import { type Person, startWorld, type World } from '../support/world';
import { listen } from './isolation/listen';
import { type Reach, reach } from './isolation/reach';
import { ANN, BEN, house, type House, member, operator, type Operator } from './isolation/two-customers';

let world: World;
let schema: GraphQLSchema;
let one: House;
let two: House;
let ours: Operator;

beforeAll(async () => {
  world = await startWorld();
  schema = buildSchema(world.app.platform, world.app.modules);
  ours = await operator(world);
  [one, two] = [await house(world, ours), await house(world, ours)];
  await onPrivateDeployment();
}, 120_000);
afterAll(() => world.close());

/** Ann's answer came from the customer's own model: the way on leads through what is the customer's. */
async function onPrivateDeployment(): Promise<void> {
  const { things } = one;
  await world.app.platform.database.servicePool.query(
    'update inferences set deployment_id = $2, model_id = $3, model_version_id = $4 where id = $1',
    [things.get('inf'), things.get('dep'), things.get('mdl'), things.get('mdv')],
  );
}

const from = (person: Person, things: ReadonlyMap<string, string>): Promise<Reach> =>
  reach(person.client, schema, {
    viewer: 'Viewer',
    [`inference(id: "${things.get('inf')}")`]: 'Inference',
    inferences: 'InferenceConnection',
    feedback: 'FeedbackConnection',
    customer: 'Customer',
    customers: 'CustomerConnection',
    deployments: 'DeploymentConnection',
    models: 'ModelConnection',
  });

describe('from what an end user may see', () => {
  let reached: Reach;
  beforeAll(async () => (reached = await from(one.ann, one.things)));

  test('the answer, its words, consents and requests are reached', () => {
    for (const prefix of ['inf', 'fbk', 'cns', 'drq', 'eus'])
      expect(reached.ids.has(one.things.get(prefix)!)).toBe(true);
  });

  test('no way leads to the customer, its members, keys, plan or bills, nor to staff', () => {
    for (const type of ['Customer', 'Member', 'ApiKey', 'PlanSubscription', 'Invoice', 'Staff', 'Job'])
      expect([...reached.types]).not.toContain(type);
    for (const prefix of ['cus', 'mem', 'sub', 'inv', 'stf'])
      expect([prefix, reached.ids.get(one.things.get(prefix)!)]).toEqual([prefix, undefined]);
    expect(reached.text).not.toContain(one.owner.email);
  });

  test('no amount of money is told, and no cost', () => {
    for (const type of ['Money', 'Cost', 'Margin', 'UsageLine', 'UsageReport', 'Priority', 'Entitlement'])
      expect([...reached.types]).not.toContain(type);
    expect(reached.text).not.toMatch(/"(price|cost|margin)Exact":"/);
  });

  test('no other person is met', () => {
    for (const id of one.bens.values()) expect(reached.ids.get(id)).toBeUndefined();
    expect(reached.text).toContain(ANN);
    expect(reached.text).not.toContain(BEN);
  });

  test('nor anything that is another customer’s', () => {
    for (const [prefix, id] of two.things)
      if (!['cst', 'pln'].includes(prefix) && one.things.get(prefix) !== id)
        expect(reached.ids.get(id)).toBeUndefined();
  });
});

test.each([
  // An answer knows whom it concerns and what gave it, and a deployment by which groups it is watched: who is answered may know.
  ['inference:read', 'cst dep eus fmn inf key mcd mdl mdv'],
  ['feedback:read', 'eus fbe fbk key'],
  // The history of a deployment names by id who of the house changed it; a version has a card for whoever may use it.
  ['deployment:read', 'dep dpe fmn key mcd mdl mdv stf'],
  ['billing:read', 'key'],
  ['end-user:read', 'key'],
  ['consent:read', 'key'],
])('a key with the scope %s reaches nothing else', async (scope, allowed) => {
  const key = await world.apiKey(one.owner, { name: scope, scopes: [scope] });
  const reached = await from(key, one.things);
  const beyond = [...reached.ids].filter(([id]) => !allowed.split(' ').includes(prefixOf(id)!));
  expect(
    beyond.filter(([id]) => id !== one.server.id && !reached.ids.get(id)!.endsWith('principal')),
  ).toEqual([]);
  expect([...reached.types]).not.toContain('Customer');
});

test('a viewer changes nothing', async () => {
  const input = { kind: 'TEXT', text: 'I only read.' };
  const { errors } = await one.viewer.client.send(
    'mutation ($input: FeedbackSubmitInput!) { feedbackSubmit(input: $input) { errors { code } } }',
    { input },
  );
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const { viewer } = await one.viewer.client.ask<{ viewer: { permissions: string[] } }>(
    '{ viewer { permissions } }',
  );
  expect(viewer.permissions.filter((permission) => !permission.endsWith(':read'))).toEqual([]);
});

test('staff with a one-time password finds nothing by node either', async () => {
  const email = 'fresh@flywheel.test';
  const { password } = await world.app.modules.identity.identity.createStaff(email, 'ADMIN');
  const { session } = await world
    .client()
    .mutate<{ session: { accessToken: string } }>(
      'signIn',
      'SignInInput!',
      { email, password },
      'session { accessToken }',
    );
  const ids = [...one.things].filter(([prefix]) => !['pln', 'cst'].includes(prefix)).map(([, id]) => id);
  const { nodes } = await world
    .client(session.accessToken)
    .ask<{ nodes: unknown[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
  expect(nodes.every((node) => node === null)).toBe(true);
});

test('what only staff sees is no order and no filter for others, and no change that they are told of', async () => {
  for (const person of [one.owner, one.server, one.ann]) {
    for (const args of [
      'orderBy: {field: PRIORITY, direction: DESC}',
      `filter: {assigneeId: "${ours.staff.id}"}`,
    ]) {
      const { errors } = await person.client.send(`{ feedback(${args}) { pageInfo { endCursor } } }`);
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    }
    const query = `{ node(id: "${one.things.get('fbk')}") { ... on Feedback { history { nodes { changes by note } } } } }`;
    expect(JSON.stringify(await person.client.ask(query))).not.toContain(ours.staff.id);
  }
});

test('the token of an answer opens the word about it, and not who the person is', async () => {
  const { feedbackToken } = await predict(one.server, { endUserExternalId: ANN });
  const item = await submit(
    { client: world.client() },
    { feedbackToken, kind: 'THUMBS', score: 1 },
    'id endUser { externalId } customer { id } inference { id }',
  );
  expect(item).toMatchObject({ endUser: null, customer: null, inference: null });
});

const NOTHING = {
  data: null,
  errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'NOT_FOUND' }) as object })],
};
async function heardOf(person: Person, field: string, id: string): Promise<readonly unknown[]> {
  const query = `subscription ($id: ID!) { ${field}(id: $id) { __typename } }`;
  const { heard, ended } = listen(world, person, query, { id });
  await ended;
  return heard;
}

describe('an idempotency key is its principal’s own', () => {
  const idempotencyKey = 'the same key';

  test('two people who use the same one are answered for themselves', async () => {
    const input = { purpose: 'ANALYTICS', granted: true, idempotencyKey };
    for (const person of [one.ann, one.ben, one.ann]) {
      const { record, endUser } = await person.client.mutate<{
        record: { by: string };
        endUser: { id: string };
      }>('consentRecord', 'ConsentRecordInput!', input, 'record { by } endUser { id }');
      expect([record.by, endUser.id]).toEqual([person.id, person.id]);
    }
    const query = '{ viewer { endUser { consents { purpose granted } } } }';
    for (const person of [one.ann, one.ben])
      expect(JSON.stringify(await person.client.ask(query))).toContain(
        '{"purpose":"ANALYTICS","granted":true}',
      );
  });

  test('a prediction is not another’s for its key', async () => {
    const ids = [];
    for (const person of [one.ann, one.ben, one.server, one.ann])
      ids.push((await predict(person, { idempotencyKey })).inference!.id);
    expect(new Set(ids).size).toBe(3);
    expect(ids[3]).toBe(ids[0]);
  });

  test('who may not make a key is not told the secret of one by repeating the call', async () => {
    const input = { name: 'precious', idempotencyKey };
    const make = (person: Person) =>
      person.client.send<{ act: { secret: string } }>(
        'mutation ($input: ApiKeyCreateInput!) { act: apiKeyCreate(input: $input) { secret } }',
        { input },
      );
    const first = (await make(one.owner)).data!.act.secret;
    expect((await make(one.owner)).data!.act.secret).toBe(first);
    expect((await make(one.viewer)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    const developer = await member(world, one.owner, 'DEVELOPER');
    expect((await make(developer)).data!.act.secret).not.toBe(first);
  });

  test('nobody makes a key that may do more than they', async () => {
    const developer = await member(world, two.owner, 'DEVELOPER');
    const make = ({ client }: Person, scopes: string[]) =>
      client.attempt<{ apiKey: { scopes: string[] } | null }>(
        'apiKeyCreate',
        'ApiKeyCreateInput!',
        { name: 'wide', scopes },
        'apiKey { scopes }',
      );
    expect((await make(two.owner, ['*'])).payload.apiKey!.scopes).toEqual(['*']);
    expect((await make(two.owner, ['data-request:create'])).errors).toEqual([]);
    expect((await make(developer, ['data-request:create'])).errors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    const { scopes } = (await make(developer, ['*'])).payload.apiKey!;
    expect(scopes).toContain('inference:run');
    expect(scopes.filter((scope) => scope.startsWith('data-request:') || scope === '*')).toEqual([]);
  });
});

test.each([
  ['jobUpdated', 'job'],
  ['deploymentUpdated', 'dep'],
] as const)(
  'who watches a foreign object by %s is told what is told of one that nobody has, and the stream ends',
  async (field, prefix) => {
    for (const id of [two.things.get(prefix)!, newId(prefix, world.clock.now())])
      expect(await heardOf(one.owner, field, id)).toEqual([NOTHING]);
  },
);

test.each([
  ['trainingProgress', 'trj'],
  ['trainingSearchProgress', 'trs'],
] as const)('who watches by %s what nobody has is told so, and the stream ends', async (field, prefix) => {
  const id = newId(prefix, world.clock.now());
  expect(await heardOf(await world.staff(), field, id)).toEqual([NOTHING]);
});

test('the stream of a job ends with the job, and at once when it ended before', async () => {
  const id = one.things.get('job')!;
  const { servicePool } = world.app.platform.database;
  const setStatus = (status: string) =>
    servicePool.query('update jobs set status = $2 where id = $1', [id, status]);
  const query = 'subscription ($id: ID!) { jobUpdated(id: $id) { status } }';
  const told = (status: string) => ({ data: { jobUpdated: { status } } });
  await setStatus('RUNNING');
  const watched = listen(world, one.owner, query, { id });
  await world.until(async () => watched.heard.length > 0, 'the first answer');
  await setStatus('SUCCEEDED');
  await world.app.platform.signals.publish(JOB_CHANNEL, { id });
  await watched.ended;
  expect(watched.heard).toEqual([told('RUNNING'), told('SUCCEEDED')]);
  const late = listen(world, one.owner, query, { id });
  await late.ended;
  expect(late.heard).toEqual([told('SUCCEEDED')]);
});
