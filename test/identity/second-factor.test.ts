/** A second factor: who has only the password, an old code, a mail or a stolen session stays out, and whoever lost the phone gets in. */
import { linkTo, mailsTo } from '../support/mails';
import { startWorld, type World } from '../support/world';
import { PASSWORD, type Client, type Phones, phonesOf, type Session, statusOf, TOKENS } from './phones';

const NEXT = 'another battery horse';
const WRONG = { code: 'INVALID_INPUT', path: ['input', 'code'] };

let world: World;
let phones: Phones;
beforeAll(async () => {
  world = await startWorld();
  phones = phonesOf(world);
});
afterAll(() => world.close());

test('once it is set up, the password alone opens nothing, and every session of before has ended', async () => {
  const owner = await world.customer();
  const { secret, recoveryCodes, client } = await phones.setUp(owner.client);
  await world.until(async () => (await statusOf(owner.client)) === 401, 'the session of before to end');
  expect(await phones.viewerOf(client)).toMatchObject({
    mustSetUpSecondFactor: false,
    secondFactor: { since: expect.any(String), recoveryCodesLeft: 10, isRequired: false },
  });
  expect(new Set(recoveryCodes).size).toBe(10);
  const alone = await phones.signIn(owner.email);
  expect(alone.errors).toMatchObject([{ code: 'SECOND_FACTOR_REQUIRED', path: ['input', 'code'] }]);
  expect(alone.payload.session).toBeNull();
  expect((await phones.signIn(owner.email, phones.nextCodeOf(secret))).errors).toEqual([]);
  const [mail] = (await mailsTo(world, owner.email)).slice(-1);
  expect(mail).toContain('Your login asks for a second factor');
});

test('who has a code and not the password hears nothing of either', async () => {
  const owner = await world.customer();
  const { secret } = await phones.setUp(owner.client);
  const wrong = await phones.signIn(owner.email, phones.nextCodeOf(secret), 'not the password');
  const unknown = await phones.signIn('nobody@customer.test', '123456', 'not the password');
  expect(wrong.errors).toEqual(unknown.errors);
});

test('a code is good once, also when two use it at the same moment', async () => {
  const owner = await world.customer();
  const { secret } = await phones.setUp(owner.client);
  expect((await phones.signIn(owner.email, phones.codeOf(secret))).errors).toMatchObject([WRONG]);
  const code = phones.nextCodeOf(secret);
  const both = await Promise.all([phones.signIn(owner.email, code), phones.signIn(owner.email, code)]);
  expect(both.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
});

test('guessing codes is stopped after five, for whoever asks with whatever it is for', async () => {
  const owner = await world.customer();
  const { secret, client } = await phones.setUp(owner.client);
  const wrong = phones.codeOf(secret) === '000000' ? '000001' : '000000';
  for (let guess = 0; guess < 5; guess++)
    expect((await phones.signIn(owner.email, wrong)).errors).toMatchObject([WRONG]);
  await expect(phones.signIn(owner.email, phones.nextCodeOf(secret))).rejects.toThrow(
    'Too many failed attempts',
  );
  await expect(phones.remove(client, phones.codeOf(secret))).rejects.toThrow('Too many failed attempts');
  world.clock.advance(16 * 60_000);
  expect((await phones.signIn(owner.email, phones.codeOf(secret))).errors).toEqual([]);
});

test('a recovery code opens the login once, and its owner is told how many are left', async () => {
  const owner = await world.customer();
  const { recoveryCodes } = await phones.setUp(owner.client);
  const [first] = recoveryCodes;
  const typed = ` ${first!.toUpperCase().replace('-', ' ')} `;
  const opened = await phones.signIn(owner.email, typed);
  expect(opened.errors).toEqual([]);
  expect((await phones.signIn(owner.email, first)).errors).toMatchObject([WRONG]);
  const { secondFactor } = await phones.viewerOf(world.client(opened.payload.session!.accessToken));
  expect(secondFactor!.recoveryCodesLeft).toBe(9);
  expect((await mailsTo(world, owner.email)).at(-1)).toContain('9 of them are left');
});

test('new recovery codes end the old ones', async () => {
  const owner = await world.customer();
  const { secret, recoveryCodes, client } = await phones.setUp(owner.client);
  const renewed = await client.mutate<{ recoveryCodes: string[]; viewer: object }>(
    'recoveryCodesRenew',
    'SecondFactorInput!',
    { password: PASSWORD, code: phones.nextCodeOf(secret) },
    'recoveryCodes viewer { secondFactor { recoveryCodesLeft } }',
  );
  expect(renewed.viewer).toEqual({ secondFactor: { recoveryCodesLeft: 10 } });
  expect((await phones.signIn(owner.email, recoveryCodes[3])).errors).toMatchObject([WRONG]);
  expect((await phones.signIn(owner.email, renewed.recoveryCodes[3])).errors).toEqual([]);
});

test('a link to a new password, which whoever reads the mail has, asks for a code too', async () => {
  const owner = await world.customer();
  const { secret } = await phones.setUp(owner.client);
  await world
    .client()
    .mutate('passwordResetRequest', 'PasswordResetRequestInput!', { email: owner.email }, 'accepted');
  const token = await linkTo(world, owner.email, 'reset');
  const reset = (code?: string) =>
    world
      .client()
      .attempt<Session>('passwordReset', 'PasswordResetInput!', { token, password: NEXT, code }, TOKENS);
  expect((await reset()).errors).toMatchObject([{ code: 'SECOND_FACTOR_REQUIRED' }]);
  expect((await reset('000000')).errors).toMatchObject([WRONG]);
  expect((await reset(phones.nextCodeOf(secret))).errors).toEqual([]);
  expect((await phones.signIn(owner.email, phones.nextCodeOf(secret), NEXT)).errors).toEqual([]);
});

test('nothing is asked for before the app has shown a code, and an offer that was replaced confirms nothing', async () => {
  const owner = await world.customer();
  const first = (await phones.begin(owner.client)).payload;
  expect(first.uri).toMatch(/^otpauth:\/\/totp\/Flywheel:/);
  expect(first.uri).toContain(first.secret);
  expect(Buffer.from(first.picture.split(',')[1]!, 'base64').toString()).toMatch(/^<svg.*<\/svg>$/s);
  expect((await phones.signIn(owner.email)).errors).toEqual([]);
  const second = (await phones.begin(owner.client)).payload;
  expect((await phones.confirm(owner.client, phones.codeOf(first.secret))).errors).toMatchObject([WRONG]);
  expect((await phones.confirm(owner.client, phones.codeOf(second.secret))).errors).toEqual([]);
});

test('who stole a session, without the password and without the phone, neither sets one up nor takes one away', async () => {
  const owner = await world.customer();
  const foreign = await phones.begin(owner.client, { password: 'not the password' });
  expect(foreign.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input'] }]);
  expect((await phones.confirm(owner.client, '123456')).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const { client, secret } = await phones.setUp(owner.client);
  expect((await phones.begin(client)).errors).toMatchObject([{ code: 'SECOND_FACTOR_REQUIRED' }]);
  expect((await phones.remove(client, '000000')).errors).toMatchObject([WRONG]);
  const another = await phones.begin(client, { password: PASSWORD, code: phones.nextCodeOf(secret) });
  expect(another.errors).toEqual([]);
  // Until the new phone has shown a code, the old one is asked for.
  expect((await phones.signIn(owner.email, phones.nextCodeOf(secret))).errors).toEqual([]);
  expect((await phones.confirm(client, phones.codeOf(another.payload.secret))).errors).toEqual([]);
  expect((await phones.signIn(owner.email, phones.nextCodeOf(secret))).errors).toMatchObject([WRONG]);
  expect((await phones.signIn(owner.email, phones.codeOf(another.payload.secret))).errors).toEqual([]);
});

test('it is taken away by password and code, and its owner is told', async () => {
  const owner = await world.customer();
  const { secret, client } = await phones.setUp(owner.client);
  expect((await phones.remove(client, phones.nextCodeOf(secret))).errors).toEqual([]);
  expect((await phones.signIn(owner.email)).errors).toEqual([]);
  expect((await phones.remove(client, phones.codeOf(secret))).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await mailsTo(world, owner.email)).at(-1)).toContain('asks for no second factor any more');
});

test('where everybody needs one, who has none is signed out, sets one up before anything else, and keeps it', async () => {
  const owner = await world.customer();
  const other = await phones.colleague(owner, 'DEVELOPER');
  const key = await world.apiKey(owner);
  expect((await phones.setPolicy(owner.client, true)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const own = await phones.setUp(owner.client);
  expect((await phones.setPolicy(own.client, true)).payload.customer.requiresSecondFactor).toBe(true);
  await world.until(async () => (await statusOf(other.client)) === 401, 'who has none to be signed out');
  expect(await statusOf(own.client)).toBe(200);
  expect(await statusOf(key.client)).toBe(200);
  const again = await phones.signIn(other.email);
  const client = world.client(again.payload.session!.accessToken);
  expect(await phones.viewerOf(client)).toMatchObject({
    permissions: [],
    mustSetUpSecondFactor: true,
    secondFactor: { since: null, isRequired: true },
  });
  const refused = await client.send('{ models(first: 1) { nodes { id } } }');
  expect(refused.errors).toMatchObject([{ extensions: { code: 'SECOND_FACTOR_SETUP_REQUIRED' } }]);
  const theirs = await phones.setUp(client);
  expect((await theirs.client.send('{ models(first: 1) { nodes { id } } }')).errors).toBeUndefined();
  expect((await phones.remove(theirs.client, phones.nextCodeOf(theirs.secret))).errors).toMatchObject([
    { code: 'CONFLICT' },
  ]);
  expect((await phones.setPolicy(own.client, false)).payload.customer.requiresSecondFactor).toBe(false);
  expect((await phones.remove(theirs.client, phones.nextCodeOf(theirs.secret))).errors).toEqual([]);
});

test('who lost phone and codes is let in by whoever administers the account, admins leave owners alone, and the log says why', async () => {
  const owner = await world.customer();
  const admin = await phones.colleague(owner, 'ADMIN');
  const [own, theirs] = [await phones.setUp(owner.client), await phones.setUp(admin.client)];
  const [ownerId, adminId] = [await phones.viewerOf(own.client), await phones.viewerOf(theirs.client)].map(
    ({ member }) => member!.id,
  );
  const reset = (client: Client, id: string | undefined) =>
    client.attempt<{ member: { secondFactorAt: string | null } }>(
      'memberSecondFactorReset',
      'SecondFactorResetInput!',
      { id, reason: 'Lost the phone; I know the voice.' },
      'member { secondFactorAt }',
    );
  expect((await reset(theirs.client, ownerId)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  expect((await reset(own.client, ownerId)).errors).toMatchObject([{ code: 'CONFLICT' }]);
  const stranger = await world.customer();
  expect((await reset(stranger.client, adminId)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await reset(own.client, adminId)).payload.member.secondFactorAt).toBeNull();
  await world.until(async () => (await statusOf(theirs.client)) === 401, 'their sessions to end');
  expect((await phones.signIn(admin.email)).errors).toEqual([]);
  const staff = await world.staff('ADMIN');
  expect((await reset(staff.client, ownerId)).errors).toEqual([]);
  expect((await phones.signIn(owner.email)).errors).toEqual([]);
  await world.settle();
  const query = `query { auditRecords(filter: { action: "member.second-factor-removed" }, first: 100) { nodes { object reason actor } } }`;
  const { auditRecords } = await staff.client.ask<{
    auditRecords: { nodes: { object: string; reason: string; actor: string }[] };
  }>(query);
  expect(auditRecords.nodes).toContainEqual({
    object: ownerId,
    reason: 'Lost the phone; I know the voice.',
    actor: staff.id,
  });
});

test('staff has it too; another admin resets it, and no member’s door reaches a login of the staff', async () => {
  const [first, second] = [await world.staff('ADMIN'), await world.staff('ANALYST')];
  const { client } = await phones.setUp(second.client);
  const input = { id: second.id, reason: 'Lost the phone.' };
  const wrongDoor = await first.client.attempt(
    'memberSecondFactorReset',
    'SecondFactorResetInput!',
    input,
    '__typename',
  );
  expect(wrongDoor.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  await first.client.mutate('staffSecondFactorReset', 'SecondFactorResetInput!', input, '__typename');
  await world.until(async () => (await statusOf(client)) === 401, 'their session to end');
});

test('secrets lie sealed and codes hashed, and both go with a member who is removed', async () => {
  const owner = await world.customer();
  const other = await phones.colleague(owner, 'VIEWER');
  const { secret, recoveryCodes, client } = await phones.setUp(other.client);
  const id = (await phones.viewerOf(client)).member!.id;
  const { servicePool } = world.app.platform.database;
  const held = async () =>
    (await servicePool.query('select * from second_factors where login_id = $1', [id])).rows as object[];
  const text = JSON.stringify(await held());
  for (const open of [secret, ...recoveryCodes, ...recoveryCodes.map((code) => code.replace('-', ''))])
    expect(text).not.toContain(open);
  await owner.client.mutate('memberRemove', 'MemberRemoveInput!', { id }, '__typename');
  expect(await held()).toEqual([]);
});
