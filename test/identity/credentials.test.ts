/** Keys and sessions over their life: one takes the place of another, each may have a rate of its own, and each is ended by its owner. */
import { member } from '../journeys/isolation/two-customers';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { isOut } from './administering';

let world: World;
let owner: CustomerPerson;
beforeAll(async () => {
  world = await startWorld();
  owner = await world.customer();
});
afterAll(() => world.close());

interface Key {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  readonly scopes: readonly string[];
  readonly expiresAt: string | null;
  readonly requestsPerMinute: number | null;
  readonly replacedBy: { readonly id: string } | null;
}
interface Rotated {
  readonly apiKey: Key | null;
  readonly replaced: Key | null;
  readonly secret: string | null;
}

const FIELDS = 'id name mode scopes expiresAt requestsPerMinute replacedBy { id }';
const HOUR = 3_600_000;

const rotate = ({ client }: Pick<Person, 'client'>, id: string, more: object = {}) =>
  client.attempt<Rotated>(
    'apiKeyRotate',
    'ApiKeyRotateInput!',
    { id, ...more },
    `apiKey { ${FIELDS} } replaced { ${FIELDS} } secret`,
  );
const update = async ({ client }: Pick<Person, 'client'>, id: string, input: object) => {
  const { data, errors } = await client.send<{ act: { apiKey: Key | null; errors: { code: string }[] } }>(
    `mutation ($id: ID!, $input: ApiKeyUpdateInput!) { act: apiKeyUpdate(id: $id, input: $input) {
       apiKey { ${FIELDS} } errors { code } } }`,
    { id, input },
  );
  return data?.act ?? { apiKey: null, errors: errors!.map(({ extensions: { code } }) => ({ code })) };
};
const statusOf = async (secret: string): Promise<number> =>
  (await world.client(secret).send('{ viewer { kind } }')).status;

test('a rotated key works until the overlap ends, beside one that may do the same', async () => {
  const input = { name: 'backend', mode: 'TEST', scopes: ['inference:run'], requestsPerMinute: 5000 };
  const old = await world.apiKey(owner, input);
  const { payload, errors } = await rotate(owner, old.id, { overlapHours: 2 });
  expect(errors).toEqual([]);
  const { apiKey, replaced, secret } = payload;
  expect(apiKey).toMatchObject({ ...input, expiresAt: null, replacedBy: null });
  expect(replaced).toMatchObject({ id: old.id, replacedBy: { id: apiKey!.id } });
  for (const one of [old.credential, secret!]) expect(await statusOf(one)).toBe(200);
  expect((await rotate(owner, old.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  world.clock.advance(2 * HOUR);
  owner = await again(owner);
  const ended = await old.client.send('{ viewer { kind } }');
  expect(ended).toMatchObject({
    status: 401,
    errors: [{ message: expect.stringContaining('ended at') as string }],
  });
  expect(await statusOf(secret!)).toBe(200);
});

test('without an overlap the old key ends at once, in spite of what is held of it', async () => {
  const old = await world.apiKey(owner);
  expect(await statusOf(old.credential)).toBe(200);
  const { payload } = await rotate(owner, old.id, { overlapHours: 0 });
  await world.until(async () => (await statusOf(old.credential)) === 401, 'the old key to end');
  expect(await statusOf(payload.secret!)).toBe(200);
});

test('a key that ends is followed by one that lasts as long, and its own end is not put off', async () => {
  const expiresAt = new Date(world.clock.millis() + 10 * HOUR).toISOString();
  const old = await world.apiKey(owner, { expiresAt });
  world.clock.advance(9 * HOUR);
  owner = await again(owner);
  const { payload } = await rotate(owner, old.id, { overlapHours: 168 });
  expect(payload.replaced!.expiresAt).toBe(expiresAt);
  const lasts = Date.parse(payload.apiKey!.expiresAt!) - world.clock.millis();
  expect(lasts).toBeGreaterThan(9 * HOUR);
  expect(lasts).toBeLessThanOrEqual(10 * HOUR);
});

test('a repeated rotation answers the same secret, and many at once make one key', async () => {
  const old = await world.apiKey(owner);
  const idempotencyKey = 'rotate it once';
  const all = await Promise.all([1, 2, 3].map(() => rotate(owner, old.id, { idempotencyKey })));
  expect(new Set(all.map(({ payload }) => payload.secret)).size).toBe(1);
  const other = await world.apiKey(owner);
  const unkeyed = await Promise.all([1, 2, 3].map(() => rotate(owner, other.id)));
  const [made, ...more] = unkeyed.filter(({ errors }) => errors.length === 0);
  expect(more).toEqual([]);
  // What to do about the old one depends on what becomes of the one in its place.
  const said = async (): Promise<unknown> => (await rotate(owner, other.id)).errors[0];
  expect(await said()).toMatchObject({ message: expect.stringContaining('Rotate the one') as string });
  const { id } = made!.payload.apiKey!;
  await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id }, '__typename');
  expect(await said()).toMatchObject({ message: expect.stringContaining('Make a new one') as string });
});

test('a key that is revoked twice at the same moment is revoked once', async () => {
  const { id } = await world.apiKey(owner);
  const { servicePool } = world.app.platform.database;
  const rowsOf = async (text: string, values?: string[]) => (await servicePool.query(text, values)).rows;
  const other = await servicePool.connect();
  await other.query('begin');
  await other.query('select from api_keys where id = $1 for update', [id]);
  const revoke = () => owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id }, 'apiKey { id }');
  const revoked = [revoke(), revoke()];
  const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await world.until(async () => (await rowsOf(waits)).length === 2, 'both to wait for the key');
  await other.query('commit');
  other.release();
  await Promise.all(revoked);
  const told = `select from outbox_events where type = 'api-key.revoked' and subject = $1`;
  expect(await rowsOf(told, [id])).toHaveLength(1);
});

test('nobody gets the secret of a key that may do more than they, nor of one that is another’s or works no more', async () => {
  const wide = await world.apiKey(owner);
  const developer = await member(world, owner, 'DEVELOPER');
  expect((await rotate(developer, wide.id)).errors).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'id'] },
  ]);
  const narrow = await world.apiKey(owner, { scopes: ['inference:run'] });
  expect((await rotate(developer, narrow.id)).errors).toEqual([]);
  const stranger = await world.customer();
  for (const id of [wide.id, `key_${'0'.repeat(26)}`]) {
    expect((await rotate(stranger, id)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await update(stranger, id, { name: 'mine' })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  }
  await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: wide.id }, 'apiKey { id }');
  expect((await rotate(owner, wide.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await update(owner, wide.id, { name: 'x' })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  for (const overlapHours of [-1, 169])
    expect((await rotate(owner, narrow.id, { overlapHours })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'overlapHours'] },
    ]);
});

test('the limit of a key holds through every face, and is felt at once when it changes', async () => {
  const key = await world.apiKey(owner, { requestsPerMinute: 1 });
  const other = await world.apiKey(owner);
  const inputs = [{ name: 'age', shape: [1], datatype: 'FP64', data: [40] }];
  const bodies = {
    '/v1/chat/completions': { model: 'nobody', messages: [{ role: 'user', content: 'Good day' }] },
    '/v2/models/nobody/infer': { inputs },
  };
  const post = (place: keyof typeof bodies, { credential }: Person): Promise<Response> =>
    fetch(`${world.url}${place}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${credential}` },
      body: JSON.stringify(bodies[place]),
    });
  expect(await statusOf(key.credential)).toBe(200);
  const refused = await world.client(key.credential).send('{ viewer { kind } }');
  expect(refused.errors).toMatchObject([
    { extensions: { code: 'RATE_LIMITED' }, message: expect.stringContaining('1 times a minute') },
  ]);
  for (const place of Object.keys(bodies) as (keyof typeof bodies)[]) {
    const answer = await post(place, key);
    expect([place, answer.status]).toEqual([place, 429]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await post(place, other)).status).not.toBe(429);
  }
  world.clock.advance(60_000);
  expect((await post('/v2/models/nobody/infer', key)).status).not.toBe(429);
  const { apiKey } = await update(owner, key.id, { requestsPerMinute: null, name: 'free' });
  expect(apiKey).toMatchObject({ name: 'free', requestsPerMinute: null });
  await world.until(async () => (await statusOf(key.credential)) === 200, 'the limit to be lifted');
  expect(await statusOf(key.credential)).toBe(200);
  expect((await update(owner, key.id, { requestsPerMinute: 0 })).errors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
});

describe('sessions', () => {
  interface Listed {
    readonly nodes: readonly {
      readonly id: string;
      readonly client: string | null;
      readonly isCurrent: boolean;
    }[];
    readonly totalCount: number;
  }
  const LIST =
    '{ viewer { sessions { totalCount nodes { id startedAt renewedAt expiresAt client isCurrent } } } }';
  const sessionsOf = async ({ client }: Pick<Person, 'client'>): Promise<Listed> =>
    (await client.ask<{ viewer: { sessions: Listed } }>(LIST)).viewer.sessions;
  const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
  const byFirefox = async ({
    email,
    password,
  }: CustomerPerson): Promise<Person & { refreshToken: string }> => {
    const { session } = await world
      .client(undefined, { 'user-agent': FIREFOX })
      .mutate<{ session: { accessToken: string; refreshToken: string } }>(
        'signIn',
        'SignInInput!',
        { email, password },
        'session { accessToken refreshToken }',
      );
    const { accessToken, refreshToken } = session;
    return { id: '', credential: accessToken, client: world.client(accessToken), refreshToken };
  };
  const revoke = ({ client }: Pick<Person, 'client'>, input: object) =>
    client.attempt('sessionRevoke', 'SessionRevokeInput!', input, 'revoked');

  test('are listed once each, also after their tokens were renewed, by the kind of client alone', async () => {
    const owner = await world.customer();
    const firefox = await byFirefox(owner);
    const { refreshToken } = firefox;
    const headers = { 'user-agent': FIREFOX };
    await world
      .client(undefined, headers)
      .mutate('sessionRefresh', 'SessionRefreshInput!', { refreshToken }, 'session { refreshToken }');
    const { nodes, totalCount } = await sessionsOf(firefox);
    expect(totalCount).toBe(2);
    expect(nodes.map(({ isCurrent }) => isCurrent)).toEqual([true, false]);
    expect(nodes[0]!.client).toBe('Firefox on Linux');
    const { rows } = await world.app.platform.database.servicePool.query<{ client: string | null }>(
      'select distinct client from sessions',
    );
    for (const { client } of rows) expect(client ?? '').not.toMatch(/140|x86/);
  });

  test('two tabs that refresh at once stay signed in, by the same next token', async () => {
    const owner = await world.customer();
    type Refreshed = { session: { accessToken: string; refreshToken: string } | null };
    const refresh = (refreshToken: string) =>
      world
        .client()
        .attempt<Refreshed>(
          'sessionRefresh',
          'SessionRefreshInput!',
          { refreshToken },
          'session { accessToken refreshToken }',
        );
    const tabs = await Promise.all([refresh(owner.refreshToken), refresh(owner.refreshToken)]);
    expect(tabs.map(({ errors }) => errors)).toEqual([[], []]);
    const [one, other] = tabs.map(({ payload }) => payload.session!);
    expect(other!.refreshToken).toBe(one!.refreshToken);
    for (const { accessToken } of [one!, other!]) await world.client(accessToken).ask('{ viewer { kind } }');
    expect((await refresh(one!.refreshToken)).errors).toEqual([]);
    // Somebody is a step ahead of whoever comes with the first token now.
    expect((await refresh(owner.refreshToken)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    await world.until(() => isOut(owner), 'the session to end');
  });

  test('one is ended by its id, or all others, and nobody’s else', async () => {
    const [owner, stranger] = [await world.customer(), await world.customer()];
    const [one, two] = [await byFirefox(owner), await byFirefox(owner)];
    const { nodes } = await sessionsOf(one);
    const foreign = (await sessionsOf(stranger)).nodes[0]!.id;
    for (const id of [foreign, `ses_${'0'.repeat(26)}`])
      expect((await revoke(one, { id })).errors).toMatchObject([
        { code: 'NOT_FOUND', path: ['input', 'id'] },
      ]);
    const { node } = await one.client.ask<{ node: null }>('query ($id: ID!) { node(id: $id) { id } }', {
      id: foreign,
    });
    expect(node).toBeNull();
    const another = (await sessionsOf(two)).nodes.find(({ isCurrent }) => isCurrent)!.id;
    expect((await revoke(one, { id: another, others: true })).errors).toMatchObject([
      { code: 'INVALID_INPUT' },
    ]);
    expect((await revoke(one, { id: another })).errors).toEqual([]);
    await world.until(() => isOut(two), 'the one to end');
    expect(nodes).toHaveLength(3);
    expect((await revoke(one, { others: true })).errors).toEqual([]);
    await world.until(() => isOut(owner), 'all others to end');
    expect((await sessionsOf(one)).nodes.map(({ isCurrent }) => isCurrent)).toEqual([true]);
    const key = await world.apiKey({ ...owner, client: one.client });
    expect((await key.client.ask<{ viewer: object }>(LIST)).viewer).toEqual({ sessions: null });
  });
});

/** The session of before has ended meanwhile. */
async function again(person: CustomerPerson): Promise<CustomerPerson> {
  const { email, password } = person;
  const { session } = await world
    .client()
    .mutate<{ session: { accessToken: string } }>(
      'signIn',
      'SignInInput!',
      { email, password },
      'session { accessToken }',
    );
  return { ...person, credential: session.accessToken, client: world.client(session.accessToken) };
}
