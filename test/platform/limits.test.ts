/** What is refused before anything runs, and in which words. */
import { getIntrospectionQuery } from 'graphql';
import { startWorld, type Person, type World } from '../support/world';

let world: World;
let staff: Person;
beforeAll(async () => {
  world = await startWorld({ rateLimits: true, trustedProxies: 1 });
  staff = await world.staff();
});
afterAll(() => world.close());

let networks = 0;
/** Each calls from a network of its own. */
const stranger = () => world.client(undefined, { 'x-forwarded-for': `2001:db8:1:${++networks}::1` });
const code = (errors?: readonly { extensions: { code: string } }[]): string | undefined =>
  errors?.[0]?.extensions.code;

test('an operation tells what it cost and what is left', async () => {
  const { extensions } = await staff.client.send('{ customers(first: 10) { nodes { id } } }');
  expect(extensions).toMatchObject({
    cost: {
      requestedQueryCost: 11,
      actualQueryCost: 11,
      throttleStatus: { maximumAvailable: 100_000, restoreRate: 10_000 },
    },
  });
});

test('a query that is too costly is refused with the limit and the number, and nothing runs', async () => {
  const query =
    '{ customers(first: 100) { nodes { members(first: 100) { nodes { id } } apiKeys(first: 100) { nodes { id } } } } }';
  const { status, data, errors } = await staff.client.send(query);
  expect({ status, data, code: code(errors) }).toEqual({ status: 400, data: undefined, code: 'TOO_COSTLY' });
  expect(errors![0]!.message).toMatch(/cost of the operation is 20301; at most 10000/);
});

test('a prediction costs its rows before it runs', async () => {
  const owner = await world.customer();
  const { extensions } = await owner.client.send(
    'mutation { predict(input: {deployment: "none", rows: [{}, {}, {}]}) { errors { code } } }',
  );
  expect(extensions).toMatchObject({ cost: { requestedQueryCost: 5 } });
});

test('a query that nests without end is refused by a limit, whether its tokens or the stack end first', async () => {
  const levels = 1990;
  const { status, errors } = await stranger().send('{viewer'.repeat(levels) + '}'.repeat(levels));
  expect(status).toBe(400);
  expect(errors).toMatchObject([
    { extensions: { code: 'TOO_COSTLY' }, message: expect.stringMatching(/at most (15|4000) is allowed/) },
  ]);
});

test('a query that is too deep is refused, through fragments too, and the schema may be asked for', async () => {
  const level = (i: number): string =>
    `fragment F${i} on Customer { inferences(first: 1) { nodes { customer { ${i ? `...F${i - 1}` : 'id'} } } } }`;
  const nested = (levels: number): string =>
    `${Array.from({ length: levels }, (_, i) => level(i)).join(' ')} { customer { ...F${levels - 1} } }`;
  expect((await staff.client.send(nested(4))).errors).toBeUndefined();
  const { status, errors } = await staff.client.send(nested(5));
  expect({ status, code: code(errors) }).toEqual({ status: 400, code: 'TOO_COSTLY' });
  expect(errors![0]!.message).toMatch(/depth of the operation is 17; at most 15/);
  expect((await staff.client.send(getIntrospectionQuery())).errors).toBeUndefined();
});

test('many names for one field are refused', async () => {
  const query = `{ ${Array.from({ length: 61 }, (_, i) => `a${i}: __typename`).join(' ')} }`;
  const { errors } = await staff.client.send(query);
  expect(errors).toMatchObject([
    { message: expect.stringMatching(/aliases of the operation is 61; at most 60/) as string },
  ]);
});

test('a document of too many tokens is not even read', async () => {
  const { status, errors } = await stranger().send(`{ ${'__typename '.repeat(5000)} }`);
  expect({ status, code: code(errors) }).toEqual({ status: 400, code: 'TOO_COSTLY' });
  expect(errors![0]!.message).toMatch(/tokens/);
});

test('a document made to keep the validator busy is answered in a moment', async () => {
  const before = process.cpuUsage();
  await stranger().send(`{ ${'viewer{kind}'.repeat(990)} }`);
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
});

test('fragments that spread each other twice are answered, however many they are: two to the 24th would never be', async () => {
  const levels = Array.from(
    { length: 24 },
    (_, i) => `fragment F${i} on Customer { ...F${i + 1} ...F${i + 1} }`,
  );
  const last = (fields: string): string => `${levels.join(' ')} fragment F24 on Customer { ${fields} }`;
  const all = await staff.client.send(`${last('id')} { customers(first: 1) { nodes { ...F0 } } }`);
  expect(all.errors).toBeUndefined();
  const some = await staff.client.send(
    `${last('members(first: $n) { nodes { id } }')} query ($n: Int!) { customers(first: 1) { nodes { ...F0 } } }`,
    { n: 1 },
  );
  expect(code(some.errors)).toBe('TOO_COSTLY');
});

test('who asks too much is told when to come back, and others are not slowed down', async () => {
  const owner = await world.customer();
  const person = await world.endUser(owner);
  const costly = `{ nodes(ids: [${Array.from({ length: 99 }, () => '"x"').join()}]) { id } }`;
  let last = await person.client.send(costly);
  for (let i = 0; i < 60 && last.status === 200; i++) last = await person.client.send(costly);
  expect(last.status).toBe(429);
  expect(code(last.errors)).toBe('RATE_LIMITED');
  expect(Number(last.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(last.errors![0]!.extensions.retryAfterMs).toBeGreaterThan(0);
  expect((await owner.client.send(costly)).status).toBe(200);
});

test('documents that are read and not run use up what their sender may ask, and then are not even read', async () => {
  const owner = await world.customer();
  const person = await world.endUser(owner);
  const refused = (fault: string) => (i: number) => `{ ${fault} } # ${i} ${'x'.repeat(9000)}`;
  const faults = [refused('viewer {'), refused('nothing'), refused('viewer { kind } viewer: ping')];
  let last = await person.client.send(faults[0]!(0));
  for (let i = 1; i < 60 && last.status !== 429; i++) last = await person.client.send(faults[i % 3]!(i));
  expect({ status: last.status, code: code(last.errors) }).toEqual({ status: 429, code: 'RATE_LIMITED' });
  expect(last.errors![0]!.message).toMatch(/^You sent documents that could not be run/);
  expect(last.errors![0]!.extensions.retryAfterMs).toBeGreaterThan(0);
  expect((await person.client.send('{ viewer { kind } }')).status).toBe(429);
  expect((await owner.client.send('{ viewer { kind } }')).status).toBe(200);
  expect((await stranger().send(faults[1]!(61))).status).not.toBe(429);
});

test('whoever goes on to the next address of their network has asked as much as before', async () => {
  const costly = `{ ${Array.from({ length: 15 }, (_, i) => `n${i}: nodes(ids: [${'"x" '.repeat(100)}]) { id }`).join(' ')} }`;
  const from = async (address: string): Promise<number> =>
    (await world.client(undefined, { 'x-forwarded-for': address }).send(costly)).status;
  expect(await from('2001:db8:0:1::1')).toBe(200);
  expect(await from('2001:db8:0:1:ffff::2')).toBe(429);
  expect(await from('2001:db8:0:2::1')).toBe(200);
});

test('a text costs its tokens before it is written, through whichever face it is asked for', async () => {
  const asked = { model: 'none', prompt: 'Once', max_tokens: 4096 };
  const faces = [
    ['/v1/completions', asked],
    [
      '/v1/chat/completions',
      { model: 'none', messages: [{ role: 'user', content: 'Once' }], max_tokens: 4096 },
    ],
    ['/v2/models/none/generate', { text_input: 'Once', parameters: { max_tokens: 4096 } }],
  ] as const;
  const owner = await world.customer();
  for (const [address, body] of faces) {
    const person = await world.endUser(owner);
    const send = (): Promise<Response> =>
      fetch(world.url + address, {
        method: 'POST',
        headers: { authorization: `Bearer ${person.credential}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    let last = await send();
    for (let i = 0; i < 60 && last.status === 404; i++) last = await send();
    expect({ address, status: last.status }).toEqual({ address, status: 429 });
    expect(await last.text()).toContain('The operation costs 65,');
  }
});

const MANY_TEXTS = JSON.stringify({ model: 'none', input: Array(1000).fill('x'.repeat(3900)) });

test.each([
  ['malformed', '/v1/embeddings', 'application/json', 'x'.repeat(4e6), 400],
  ['too costly by now', '/v1/embeddings', 'application/json', MANY_TEXTS, 429],
  ['no tensors', '/v2/models/none/infer', 'application/octet-stream', 'x'.repeat(8e6), 400],
])(
  'a flood of bodies that are %s uses up what their sender may ask, and then they are not even read: %s',
  async (_what, address, type, body, refused) => {
    const owner = await world.customer();
    const person = await world.endUser(owner);
    const text = JSON.stringify({ model: 'none', prompt: 'Once', max_tokens: 4096 });
    const send = (to: string, sent: string, as: string, { credential } = person): Promise<Response> =>
      fetch(world.url + to, {
        method: 'POST',
        headers: { authorization: `Bearer ${credential}`, 'content-type': as },
        body: sent,
      });
    for (let status = 404; status === 404;)
      ({ status } = await send('/v1/completions', text, 'application/json'));
    let last = await send(address, body, type);
    expect(last.status).toBe(refused);
    for (let i = 0; i < 40 && !(await last.clone().text()).includes('could not be run'); i++)
      last = await send(address, body, type);
    expect(last.status).toBe(429);
    expect(await last.text()).toContain('could not be run');
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await send(address, '{', type, owner)).status).toBe(400);
  },
);

test('who asks for more at once than ever comes back is not told to wait for it', async () => {
  const person = await world.endUser(await world.customer());
  const { status, errors } = await person.client.send(
    '{ customers(first: 50) { nodes { members(first: 100) { nodes { id } } } } }',
  );
  expect({ status, code: code(errors) }).toEqual({ status: 400, code: 'TOO_COSTLY' });
  expect(errors![0]!.message).toBe(
    'The cost of the operation is 5101; at most 2000 is allowed to you at once. Ask for less, or in several requests.',
  );
});
