/**
 * Whatever is sent, at whatever place of whatever operation, is refused in words or done: nothing that a client can write is
 * a failure of ours. Places are read off the schema, so a new argument is tried as well.
 */
import type { GraphQLSchema } from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { argumentsWith, asking, type Place, placesOf, type RootField } from '../journeys/isolation/id-places';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let schema: GraphQLSchema;
let owner: CustomerPerson;
let people: readonly Person[];

beforeAll(async () => {
  world = await startWorld({ workers: 0, logLevel: 'silent' });
  schema = buildSchema(world.app.platform, world.app.modules);
  owner = await world.customer();
  const server = await world.apiKey(owner);
  people = [await world.staff(), owner, server, await world.endUser(server)];
});
afterAll(() => world.close());

interface Told {
  readonly f0: { readonly errors: readonly { readonly path: readonly string[] | null }[] } | null;
}

let deep: unknown = 1;
for (let i = 0; i < 500; i++) deep = [deep];

const HOSTILE: Readonly<Record<string, readonly unknown[]>> = {
  String: [
    '',
    'a\0b',
    'a\ud800',
    '\udfff',
    'x'.repeat(20_000),
    "'; drop table customers --",
    '%_\\',
    '{"a":1}',
    '-1',
    'ключ',
  ],
  EmailAddress: ['', 'a\0@b.example', 'a\ud800@b.example', `${'x'.repeat(20_000)}@b.example`],
  URL: ['', 'https://a\0.example', 'https://a.example/\ud800', `https://a.example/${'x'.repeat(20_000)}`],
  ID: [
    '',
    '\0',
    '\ud800',
    'x'.repeat(5000),
    `inf_${'z'.repeat(26)}`,
    `cus_${'0'.repeat(26)}`,
    '__proto__',
    '1',
  ],
  JSON: [
    null,
    '\0',
    { '\0': '\0' },
    { a: '\ud800' },
    deep,
    [],
    [[]],
    { constructor: 2, toString: 3 },
    1e308,
    '',
  ],
  DateTime: [
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '9999-12-31T23:59:59-14:00',
    '2026-02-30T00:00:00Z',
    'now',
  ],
  BigInt: ['9'.repeat(30), `-${'9'.repeat(30)}`, '1.5', '0x10'],
  Int: [-2147483648, 2147483647, 0, -1],
  Float: [1e308, -1e308, 5e-324, -0],
};

/** What would end the caller's own session or account is left out: the next call would say nothing any more. */
const LEFT_OUT = new Set(['sessionRevoke', 'passwordChange', 'customerClose']);

/** Values that the scalar itself refuses, which refuses the whole operation: they are sent one by one. */
const ONE_BY_ONE = new Set(['DateTime', 'BigInt', 'JSON']);

async function failuresOf(
  kind: 'query' | 'mutation',
  field: RootField,
  place: Place,
  values: readonly unknown[],
): Promise<string[]> {
  const calls = values.map((value) => argumentsWith(field, place, value));
  const { query, variables } = asking(kind, field, calls);
  const answers = await Promise.all(people.map(({ client }) => client.send(query, variables)));
  return answers.flatMap(({ status, errors = [] }) => {
    const internal = errors.filter(({ extensions }) => extensions.code === 'INTERNAL');
    const failed = internal.map(({ path }) => values[Number(String(path?.[0]).slice(1))]);
    if (status >= 500 && failed.length === 0) failed.push(...values);
    const where = `${field.name}(${place.join('.')})`;
    return failed.map((value) => `${where} of ${JSON.stringify(value)?.slice(0, 60)}`);
  });
}

test.each(Object.keys(HOSTILE))(
  'no %s at any place makes the service fail',
  async (scalar) => {
    const values = HOSTILE[scalar]!;
    const batches = ONE_BY_ONE.has(scalar) ? values.map((value) => [value]) : [values];
    const failures: string[] = [];
    for (const [kind, root] of [
      ['query', schema.getQueryType()!],
      ['mutation', schema.getMutationType()!],
    ] as const) {
      for (const field of Object.values(root.getFields())) {
        if (LEFT_OUT.has(field.name)) continue;
        for (const place of placesOf(field, scalar))
          for (const batch of batches) failures.push(...(await failuresOf(kind, field, place, batch)));
      }
    }
    expect(failures).toEqual([]);
  },
  120_000,
);

test('an address that is none is a fault of its field, not of the request', async () => {
  const untold: string[] = [];
  for (const scalar of ['EmailAddress', 'URL']) {
    const asked = Object.values(schema.getQueryType()!.getFields());
    expect(asked.flatMap((field) => placesOf(field, scalar))).toEqual([]);
    for (const field of Object.values(schema.getMutationType()!.getFields())) {
      for (const place of placesOf(field, scalar)) {
        const call = argumentsWith(field, place, 'no address');
        const { query, variables } = asking('mutation', field, [call]);
        const answers = await Promise.all(people.map(({ client }) => client.send<Told>(query, variables)));
        const errors = answers.flatMap(({ data }) => data?.f0?.errors ?? []);
        // The id of what is changed is looked for first, and nothing has the one that is sent here.
        const paths = call['id'] === undefined ? [place.join('.')] : [place.join('.'), 'id'];
        if (!errors.some(({ path }) => paths.includes(path?.join('.') ?? '')))
          untold.push(`${field.name}(${place.join('.')})`);
      }
    }
  }
  expect(untold).toEqual([]);
});

test('half a character makes no two people one', async () => {
  const mint = (externalId: string) =>
    owner.client.attempt('endUserTokenCreate', 'EndUserTokenCreateInput!', { externalId, ttlSeconds: 60 });
  for (const externalId of ['ann\ud800', 'ann\ud801', 'ann\udc00'])
    expect((await mint(externalId)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'externalId'] },
    ]);
  expect((await mint('ann\u{1f600}')).errors).toEqual([]);
});

test('text that cannot be kept is a fault of the input', async () => {
  const { errors } = await owner.client.attempt('endUserTokenCreate', 'EndUserTokenCreateInput!', {
    externalId: 'ann\0',
    ttlSeconds: 60,
  });
  expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input'] }]);
});

test('JSON nested without end is refused, wherever it goes', async () => {
  const rows = '['.repeat(100_000) + ']'.repeat(100_000);
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { errors { code path } } }';
  const variables = `{"input":{"deployment":"wages","idempotencyKey":"k","rows":${rows}}}`;
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${owner.credential}` },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  expect(await response.json()).toMatchObject({
    data: { predict: { errors: [{ code: 'INVALID_INPUT', path: ['input', 'rows', '0'] }] } },
  });
});
