/** Signing up, in and out, keys and tokens, as the three kinds of people meet them. */
import { linkTo } from '../support/mails';
import { type CustomerPerson, startWorld, type World } from '../support/world';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const VIEWER = '{ viewer { kind permissions customer { id name } member { email role } } }';

test('a new customer signs up, is its own tenant, and sees itself', async () => {
  const owner = await world.customer('Acme');
  const { viewer } = await owner.client.ask<{ viewer: { kind: string; customer: object; member: object } }>(
    VIEWER,
  );
  expect(viewer).toMatchObject({
    kind: 'MEMBER',
    customer: { id: owner.customerId, name: 'Acme' },
    member: { role: 'OWNER' },
  });
});

test('an e-mail address has one account', async () => {
  const owner = await world.customer();
  const again = { organisation: 'Other', email: owner.email.toUpperCase(), password: owner.password };
  const { errors } = await world.client().attempt('signUp', 'SignUpInput!', again);
  expect(errors).toMatchObject([{ __typename: 'Conflict', code: 'CONFLICT', path: ['input', 'email'] }]);
});

test.each(['a@b', 'nobody'])(
  'all faults of an input are told at once, each with its path: %s',
  async (email) => {
    const { errors } = await world
      .client()
      .attempt('signUp', 'SignUpInput!', { organisation: '', email, password: 'short' });
    expect(errors.map(({ path }) => path?.join('.')).sort()).toEqual([
      'input.email',
      'input.organisation',
      'input.password',
    ]);
  },
);

test('a wrong password and an unknown e-mail get the very same answer', async () => {
  const owner = await world.customer();
  const wrong = await world
    .client()
    .attempt('signIn', 'SignInInput!', { email: owner.email, password: 'not the password' });
  const unknown = await world
    .client()
    .attempt('signIn', 'SignInInput!', { email: 'nobody@customer.test', password: 'not the password' });
  expect(wrong.errors).toEqual(unknown.errors);
});

test('a refresh token that comes again later ends the whole sign-in', async () => {
  const owner = await world.customer();
  const refresh = (refreshToken: string) =>
    world
      .client()
      .attempt<{ session: { accessToken: string; refreshToken: string } | null }>(
        'sessionRefresh',
        'SessionRefreshInput!',
        { refreshToken },
        'session { accessToken refreshToken }',
      );
  const second = await refresh(owner.refreshToken);
  expect(second.errors).toEqual([]);
  world.clock.advance(31_000);
  const stolen = await refresh(owner.refreshToken);
  expect(stolen.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  const third = await refresh(second.payload.session!.refreshToken);
  expect(third.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  await world.until(async () => (await owner.client.send(VIEWER)).status === 401, 'the session to end');
});

test('an address of staff is no member’s too, nor the other way round: whoever signs in with it is one person', async () => {
  const { identity } = world.app.modules.identity;
  await identity.createStaff('both@flywheel.test', 'ANALYST');
  const owner = await world.customer();
  const signUp = { organisation: 'Twice', email: 'Both@flywheel.test', password: 'correct horse battery' };
  const invitation = { email: 'both@flywheel.test', role: 'VIEWER' };
  const attempts = [
    await world.client().attempt('signUp', 'SignUpInput!', signUp),
    await owner.client.attempt('memberInvite', 'MemberInviteInput!', invitation),
  ];
  for (const { errors } of attempts) expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
  await expect(identity.createStaff(owner.email, 'ANALYST')).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a sign-in that is refreshed while it ends, ends', async () => {
  for (let round = 0; round < 8; round++) {
    const owner = await world.customer();
    const input = { refreshToken: owner.refreshToken };
    const selection = 'session { refreshToken }';
    type Refreshed = { session: { refreshToken: string } | null };
    const [refreshed] = await Promise.all([
      world.client().attempt<Refreshed>('sessionRefresh', 'SessionRefreshInput!', input, selection),
      owner.client.mutate('sessionRevoke', 'SessionRevokeInput!', { everywhere: round % 2 === 1 }, 'revoked'),
    ]);
    const { refreshToken = owner.refreshToken } = refreshed.payload.session ?? {};
    const again = await world
      .client()
      .attempt('sessionRefresh', 'SessionRefreshInput!', { refreshToken }, selection);
    expect(again.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  }
});

test('an API key works until it is revoked, and not one request longer', async () => {
  const owner = await world.customer();
  const key = await world.apiKey(owner);
  expect((await key.client.ask<{ viewer: { kind: string } }>(VIEWER)).viewer.kind).toBe('API_KEY');
  await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: key.id }, 'apiKey { revokedAt }');
  await world.until(async () => (await key.client.send(VIEWER)).status === 401, 'the key to stop working');
});

test('a key with a typo is refused with words that help', async () => {
  const { status, errors } = await world.client('flw_live_000000000000000000000000000000000000').send(VIEWER);
  expect(status).toBe(401);
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('an end user’s token does what a browser may do and nothing else', async () => {
  const owner = await world.customer();
  const person = await world.endUser(owner);
  const { viewer } = await person.client.ask<{ viewer: { kind: string; customer: null } }>(VIEWER);
  expect(viewer).toMatchObject({ kind: 'END_USER', customer: null });
  const { errors } = await person.client.send('{ customer { id } }');
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('another customer’s things and invented ones cannot be told apart', async () => {
  const [a, b] = [await world.customer(), await world.customer()];
  const key = await world.apiKey(b);
  const foreign = await a.client.attempt('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: key.id });
  const invented = await a.client.attempt('apiKeyRevoke', 'ApiKeyRevokeInput!', {
    id: `key_${'0'.repeat(26)}`,
  });
  expect(foreign.errors).toEqual(invented.errors);
  expect(foreign.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  const query = 'query($id: ID!) { node(id: $id) { id } customer(by: {id: $id}) { id } }';
  expect(await a.client.ask(query, { id: b.customerId })).toEqual({ node: null, customer: null });
  expect((await key.client.send(VIEWER)).status).toBe(200);
});

test('staff must change the one-time password before anything else', async () => {
  const { password } = await world.app.modules.identity.identity.createStaff('fresh@flywheel.test', 'ADMIN');
  const { session } = await world
    .client()
    .mutate<{ session: { accessToken: string } }>(
      'signIn',
      'SignInInput!',
      { email: 'fresh@flywheel.test', password },
      'session { accessToken }',
    );
  const { errors } = await world.client(session.accessToken).send('{ customers { nodes { id } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'PASSWORD_CHANGE_REQUIRED' } }]);
});

test('staff lists customers page by page, each once', async () => {
  const staff = await world.staff('REVIEWER');
  for (let i = 0; i < 5; i++) await world.customer(`Paged ${i}`);
  const query = `query($after: String) { customers(first: 2, after: $after, filter: {nameContains: "paged"}, orderBy: {field: NAME, direction: ASC}) {
    totalCount pageInfo { hasNextPage endCursor } nodes { name members { nodes { role } } } } }`;
  const names: string[] = [];
  let after: string | null = null;
  do {
    const {
      customers,
    }: {
      customers: {
        totalCount: number;
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { name: string }[];
      };
    } = await staff.client.ask(query, { after });
    expect(customers.totalCount).toBe(5);
    names.push(...customers.nodes.map(({ name }) => name));
    after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
  } while (after);
  expect(names).toEqual(['Paged 0', 'Paged 1', 'Paged 2', 'Paged 3', 'Paged 4']);
});

describe('an invited member', () => {
  type Session = { session: { accessToken: string } | null };
  const invite = ({ client }: Pick<CustomerPerson, 'client'>, email: string, role = 'DEVELOPER') =>
    client.attempt<{ member: { id: string } | null }>(
      'memberInvite',
      'MemberInviteInput!',
      { email, role },
      'member { id role }',
    );
  /** Longer than invitations last, and sessions too. */
  const later = async ({ email, password }: CustomerPerson): Promise<Pick<CustomerPerson, 'client'>> => {
    world.clock.advance(8 * 86_400_000);
    const input = { email, password };
    const { payload } = await world
      .client()
      .attempt<Session>('signIn', 'SignInInput!', input, 'session { accessToken }');
    return { client: world.client(payload.session!.accessToken) };
  };
  const accept = (token: string) =>
    world
      .client()
      .attempt<Session>(
        'memberInvitationAccept',
        'MemberInvitationAcceptInput!',
        { token, password: 'a long password' },
        'session { accessToken }',
      );

  test('accepts once and signs in', async () => {
    const owner = await world.customer();
    const email = `dev-${owner.customerId}@customer.test`;
    expect((await invite(owner, email)).payload.member!.id).toMatch(/^mem_/);
    const token = (await linkTo(world, email, 'invitation'))!;
    const { accessToken } = (await accept(token)).payload.session!;
    expect((await world.client(accessToken).send(VIEWER)).status).toBe(200);
    expect((await accept(token)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await invite(owner, email)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const owned = await invite(owner, 'x@y.test', 'OWNER');
    expect(owned.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'role'] }]);
  });

  test('who did not come is invited again, as the same member', async () => {
    const owner = await world.customer();
    const email = `late-${owner.customerId}@customer.test`;
    const first = (await invite(owner, email)).payload.member!.id;
    const lapsed = (await linkTo(world, email, 'invitation'))!;
    const returned = await later(owner);
    expect((await accept(lapsed)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const again = await invite(returned, email, 'BILLING');
    expect(again).toMatchObject({ errors: [], payload: { member: { id: first, role: 'BILLING' } } });
    expect((await accept((await linkTo(world, email, 'invitation'))!)).errors).toEqual([]);
  });

  test('takes nobody’s address: who signs up, or is invited by others after it has lapsed, has it', async () => {
    const [one, other] = [await world.customer(), await world.customer()];
    const [mine, theirs] = [`own-${one.customerId}@customer.test`, `two-${one.customerId}@customer.test`];
    for (const email of [mine, theirs]) expect((await invite(one, email)).errors).toEqual([]);
    const token = (await linkTo(world, mine, 'invitation'))!;
    const input = { organisation: 'Own', email: mine, password: 'a long password' };
    expect((await world.client().attempt('signUp', 'SignUpInput!', input)).errors).toEqual([]);
    expect((await accept(token)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await invite(other, theirs)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await invite(await later(other), theirs)).errors).toEqual([]);
    expect((await accept((await linkTo(world, theirs, 'invitation'))!)).errors).toEqual([]);
  });
});

test('a call that is repeated under its idempotency key may ask for more than the first did', async () => {
  const owner = await world.customer();
  const input = { name: 'backend', idempotencyKey: 'the key of the back end' };
  const create = (fields: string): Promise<{ apiKey: object; secret: string }> =>
    owner.client.mutate('apiKeyCreate', 'ApiKeyCreateInput!', input, fields);
  const first = await create('apiKey { id } secret');
  const again = await create('apiKey { id name mode scopes expiresAt } secret');
  expect(again).toMatchObject({
    secret: first.secret,
    apiKey: { ...first.apiKey, name: 'backend', mode: 'LIVE', scopes: ['*'], expiresAt: null },
  });
});

test('guessing a password is slowed down', async () => {
  const owner = await world.customer();
  const guess = () =>
    world.client().send('mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }', {
      input: { email: owner.email, password: 'a wrong password' },
    });
  for (let i = 0; i < 10; i++) await guess();
  const { errors } = await guess();
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

test('guessing many passwords at once tells no more than guessing one after the other', async () => {
  const owner = await world.customer();
  const guess = async (password: string): Promise<string | undefined> => {
    const input = { email: owner.email, password };
    const { data, errors } = await world.client().send<{
      signIn: { errors: { code: string }[] } | null;
    }>('mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }', { input });
    return errors?.[0]?.extensions.code ?? data?.signIn?.errors[0]?.code;
  };
  const told = await Promise.all(Array.from({ length: 25 }, (_, i) => guess(`a wrong password ${i}`)));
  expect(told.filter((code) => code === 'INVALID_INPUT')).toHaveLength(10);
  expect(told.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15);
});

test('a query without a tenant sees no row of anybody, below the resolvers too', async () => {
  await world.customer();
  const { rows } = await (
    world.app.platform.database.tenantSource.query('select count(*)::int as count from customers') as Promise<
      { count: number }[]
    >
  ).then((result) => ({ rows: result }));
  expect(rows).toEqual([{ count: 0 }]);
});
