/**
 * Nobody gets at what is another's: by no query, no `node`, no mutation, no stream and no way down from their own things.
 * What is foreign and what was never there get the very same answer. New prefixes and arguments are tried by themselves.
 */
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { type IdPrefix, newId } from '../../src/kernel/id';
import { expectNone } from '../support/expect-none';
import { type Person, startWorld, type World } from '../support/world';
import { argumentsWith, asking, idPlaces, type Place, type RootField } from './isolation/id-places';
import { house, type House, operator, type Operator, type Things } from './isolation/two-customers';
import { PRIVATE_DEPLOYMENT } from './isolation/copies';

let world: World;
let schema: GraphQLSchema;
let house1: House;
let house2: House;
let ours: Operator;

beforeAll(async () => {
  world = await startWorld();
  schema = buildSchema(world.app.platform, world.app.modules);
  ours = await operator(world);
  house1 = await house(world, ours);
  house2 = await house(world, ours);
}, 120_000);
afterAll(() => world.close());

/** Ann again, who has as little business with what is Ben's, of her own customer. */
const ANOTHER_PERSON = 'an end user, of another one of the same customer,';
/** Everyone who has no business in the second customer's account. */
const outsiders = (): Record<string, Person> => ({
  stranger: { id: '', credential: '', client: world.client() },
  'an end user': house1.ann,
  'another end user': house1.ben,
  [ANOTHER_PERSON]: house1.ann,
  'a viewer': house1.viewer,
  'an owner': house1.owner,
  'a key with one scope': house1.narrow,
  'a key with all': house1.server,
});
const NAMES = [
  'stranger',
  'an end user',
  'another end user',
  ANOTHER_PERSON,
  'a viewer',
  'an owner',
  'a key with one scope',
  'a key with all',
];
/** The operator's offer to all. */
const PUBLIC = new Set(['pln', 'cst']);

const invented = (prefix: string): string => newId(prefix as IdPrefix, world.clock.now());
const foreign = (name: string): ReadonlyMap<string, string> =>
  name === ANOTHER_PERSON
    ? house1.bens
    : new Map([...house2.things].filter(([prefix]) => !PUBLIC.has(prefix)));

/** The answer without what differs from request to request. */
async function answerOf(person: Person, query: string, variables: Record<string, unknown> = {}) {
  const { status, data, errors } = await person.client.send<Record<string, unknown>>(query, variables);
  const told = errors?.map(({ message, path, extensions: { code } }) => ({ message, path, code }));
  return { status, data, errors: told };
}

test('the world holds an object of each kind that node knows', () => {
  const known = world.app.modules.manifests.flatMap(({ nodes = [] }) => nodes.map(({ prefix }) => prefix));
  const things = [...house2.things.keys()];
  expectNone(
    [...known, 'job'].filter((prefix) => !things.includes(prefix)),
    'Make one for each customer in test/journeys/isolation/two-customers.ts.',
  );
  expect(things.sort()).toEqual([...known, 'job'].sort());
});

test('whoever may see it finds each of them by node', async () => {
  const everything = [...ours.things, ...house2.things, ...house2.bens].map(([, id]) => id);
  const { nodes } = await ours.staff.client.ask<{ nodes: ({ id: string } | null)[] }>(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    { ids: everything },
  );
  expect(nodes.map((node) => node?.id)).toEqual(everything);
});

describe.each(NAMES)('%s', (name) => {
  const person = (): Person => outsiders()[name]!;

  test('finds a foreign object by node as little as an invented one', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const theirs = [...foreign(name)].map(([, id]) => id);
    const none = { status: 200, data: { nodes: theirs.map(() => null) }, errors: undefined };
    expect(await answerOf(person(), query, { ids: theirs })).toEqual(none);
    const nothing = [...foreign(name)].map(([prefix]) => invented(prefix));
    expect(await answerOf(person(), query, { ids: nothing })).toEqual(none);
    for (const id of theirs) {
      const one = await answerOf(person(), 'query ($id: ID!) { node(id: $id) { __typename } }', { id });
      expect(one).toEqual({ status: 200, data: { node: null }, errors: undefined });
    }
  });

  test('gets one answer for foreign and invented ids from every root field that takes one', async () => {
    for (const field of Object.values(schema.getQueryType()!.getFields())) {
      for (const place of idPlaces(field)) {
        const ask = (ids: string[]) => {
          const calls = ids.map((id) => argumentsWith(field, place, id));
          const { query, variables } = asking('query', field, calls);
          return answerOf(person(), query, variables);
        };
        const theirs = await ask([...foreign(name)].map(([, id]) => id));
        const nothing = await ask([...foreign(name)].map(([prefix]) => invented(prefix)));
        expect({ field: field.name, place, ...theirs }).toEqual({ field: field.name, place, ...nothing });
        expect(theirs.status).not.toBe(400);
        expect(JSON.stringify(theirs)).not.toContain('INTERNAL');
      }
    }
  });

  test('gets one answer for foreign and invented ids from every mutation that takes one', async () => {
    for (const field of Object.values(schema.getMutationType()!.getFields())) {
      for (const place of idPlaces(field)) {
        const attempt = (id: string) => {
          const { query, variables } = asking('mutation', field, [argumentsWith(field, place, id)]);
          return answerOf(person(), query, variables);
        };
        const prefix = prefixAt(field, place);
        const theirs = await attempt(foreign(name).get(prefix) ?? invented(prefix));
        expect({ field: field.name, place, ...theirs }).toEqual({
          field: field.name,
          place,
          ...(await attempt(invented(prefix))),
        });
        expect(theirs.status).not.toBe(400);
        expect(JSON.stringify(theirs)).not.toContain('INTERNAL');
      }
    }
  });
});

/** What the id at this place of a mutation is an id of. @throws for a place that this test has not heard of. */
function prefixAt({ name }: RootField, place: Place): string {
  const last = place.at(-1)!;
  const byName: Readonly<Record<string, string>> = {
    customerId: 'cus',
    customerIds: 'cus',
    endUserId: 'eus',
    deploymentId: 'dep',
    fallbackIds: 'dep',
    versionId: 'mdv',
    expectedVersionId: 'mdv',
    modelId: 'mdl',
    datasetVersionId: 'dsv',
    baseVersionId: 'dsv',
    uploadId: 'upl',
    assigneeId: 'stf',
    subjectId: 'inf',
    ids: 'fbk',
    into: 'fbk',
    webhookEndpointId: 'whe',
    streamId: 'gen',
    modelVersionId: 'mdv',
    compareWithVersionId: 'mdv',
    transferId: 'ltr',
    invoiceId: 'inv',
    evidenceIds: 'tst',
    ownerId: 'stf',
    suiteId: 'tsu',
    baselineId: 'mdv',
    targetId: 'flg',
    flagId: 'flg',
    channelId: 'chn',
    competitorId: 'cmp',
  };
  const byMutation: readonly (readonly [string, string])[] = [
    ['apiKey', 'key'],
    ['breachNotice', 'bnt'],
    ['competitor', 'cmp'],
    ['dataRequest', 'drq'],
    ['deployment', 'dep'],
    ['featureFlag', 'flg'],
    ['flagChange', 'fcr'],
    ['flagClientKey', 'fck'],
    ['fairnessMonitor', 'fmn'],
    ['featureTest', 'tst'],
    ['feedbackTopic', 'ftp'],
    ['feedback', 'fbk'],
    ['impactAction', 'iac'],
    ['incident', 'inc'],
    ['invoice', 'inv'],
    ['job', 'job'],
    ['lead', 'led'],
    ['member', 'mem'],
    ['modelVersion', 'mdv'],
    ['moneyRequest', 'mrq'],
    ['session', 'ses'],
    ['staff', 'stf'],
    ['stripeEvent', 'sev'],
    ['trainingJob', 'trj'],
    ['testSuite', 'tsu'],
    ['trainingSearch', 'trs'],
    ['webhookDelivery', 'whd'],
    ['webhookEndpoint', 'whe'],
  ];
  const prefix = last === 'id' ? byMutation.find(([start]) => name.startsWith(start))?.[1] : byName[last];
  if (!prefix)
    throw new Error(`say in prefixAt of this test what ${name}(${place.join('.')}) takes the id of`);
  return prefix;
}

test('each sees of their own customer what is theirs to see, and nothing else', async () => {
  const seen = async (person: Person, things: Things): Promise<string> => {
    const ids = [...things.values()];
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    const { nodes } = await person.client.ask<{ nodes: (object | null)[] }>(query, { ids });
    return [...things.keys()]
      .filter((_, index) => nodes[index] !== null)
      .sort()
      .join(' ');
  };
  const { ann, ben, viewer, owner, narrow, server, things, bens } = house1;
  const offered = 'cst pln';
  const read =
    'alm cns cst cus dep dpe eus fbe fbk fck fmn grt inf inv job key ltr mcd mdl mdv mem pln prd sub whd whe';
  const all = [...read.split(' '), 'bnt', 'drq'].sort().join(' ');
  expect(await seen({ ...ann, client: world.client() }, things)).toBe(offered);
  expect(await seen(ann, things)).toBe('cns cst drq eus fbk inf pln prd');
  expect(await seen(ben, things)).toBe(offered);
  expect(await seen(ann, bens)).toBe('');
  expect(await seen(viewer, things)).toBe(read);
  expect(await seen(owner, things)).toBe(all);
  expect(await seen(server, things)).toBe(all);
  expect(await seen(narrow, things)).toBe('cst inf pln prd');
});

test('a private deployment of another customer answers as one that does not exist', async () => {
  const ask = async (person: Person, deployment: string) => {
    const input = { deployment, rows: { age: 40, income: 1.5 } };
    return (await person.client.attempt('predict', 'PredictInput!', input)).errors;
  };
  const theirs = house2.things.get('dep')!;
  for (const person of [house1.ann, house1.server]) {
    const nothing = await ask(person, invented('dep'));
    expect(nothing).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await ask(person, theirs)).toEqual(nothing);
  }
  const query = '{ deployment(by: { name: "' + PRIVATE_DEPLOYMENT + '" }) { id } }';
  const { deployment } = await house1.owner.client.ask<{ deployment: { id: string } }>(query);
  expect(deployment.id).toBe(house1.things.get('dep'));
});

test('what a mutation says of another customer’s things is that there are none', async () => {
  const { owner, server } = house1;
  const theirs = (prefix: string): string => house2.things.get(prefix)!;
  const refusals = [
    await owner.client.attempt('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: theirs('key') }),
    await server.client.attempt('consentRecord', 'ConsentRecordInput!', {
      endUserId: theirs('eus'),
      purpose: 'TRAINING',
      granted: false,
    }),
    await server.client.attempt('dataRequestCreate', 'DataRequestCreateInput!', {
      endUserId: theirs('eus'),
      kind: 'ERASURE',
    }),
    await server.client.attempt('feedbackWithdraw', 'FeedbackWithdrawInput!', { id: theirs('fbk') }),
    await server.client.attempt('predict', 'PredictInput!', {
      deployment: 'wages',
      rows: { age: 40, income: 1.5 },
      endUserId: theirs('eus'),
    }),
  ];
  expect(refusals.map(({ errors }) => errors.map(({ code }) => code))).toEqual(
    refusals.map(() => ['NOT_FOUND']),
  );
});
