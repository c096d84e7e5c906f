/** The ways back into an account, and what mail proves: for its owner, and for nobody else who asks, guesses or finds an old link. */
import { linkTo, mailsTo, proveAddress } from '../support/mails';
import { type CustomerPerson, startWorld, type World } from '../support/world';

const NEXT = 'another battery horse';
const TOKENS = 'session { accessToken }';
const VIEWER = '{ viewer { kind member { email emailVerifiedAt } } }';

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

type Session = { session: { accessToken: string } | null };

const ask = (email: string) =>
  world
    .client()
    .attempt<{ accepted: boolean }>(
      'passwordResetRequest',
      'PasswordResetRequestInput!',
      { email },
      'accepted',
    );
const reset = (token: string | undefined, password = NEXT) =>
  world.client().attempt<Session>('passwordReset', 'PasswordResetInput!', { token, password }, TOKENS);
const signIn = (email: string, password: string) =>
  world.client().attempt<Session>('signIn', 'SignInInput!', { email, password }, TOKENS);
const verify = (token: string | undefined) =>
  world.client().attempt<{ verified: boolean }>('emailVerify', 'EmailVerifyInput!', { token }, 'verified');
const sendAgain = ({ client }: Pick<CustomerPerson, 'client'>, keepPresent = false) =>
  client.attempt<{ sent: boolean }>(
    'emailVerificationSend',
    'EmailVerificationSendInput!',
    { keepPresent },
    'sent',
  );
const move = ({ client, password }: CustomerPerson, email: string, said = password) =>
  client.attempt<{ sent: boolean }>('emailChange', 'EmailChangeInput!', { email, password: said }, 'sent');
const isVerified = async ({ client }: Pick<CustomerPerson, 'client'>): Promise<boolean> => {
  const { viewer } = await client.ask<{ viewer: { member: { emailVerifiedAt: string | null } } }>(VIEWER);
  return viewer.member.emailVerifiedAt !== null;
};
async function subjects(email: string): Promise<string[]> {
  return (await mailsTo(world, email)).map((mail) => /^Subject: (.*)\r$/m.exec(mail)![1]!);
}
async function told(subject: string): Promise<string[]> {
  const text = 'select type from outbox_events where subject = $1 order by transaction_id, position';
  const { rows } = await world.app.platform.database.servicePool.query<{ type: string }>(text, [subject]);
  return rows.map(({ type }) => type);
}
const idOf = async ({ client }: Pick<CustomerPerson, 'client'>): Promise<string> =>
  (await client.ask<{ viewer: { member: { id: string } } }>('{ viewer { member { id } } }')).viewer.member.id;

describe('a forgotten password', () => {
  test('is replaced once by the link in the mail, which ends every session and tells the owner', async () => {
    const owner = await world.customer();
    expect((await ask(` ${owner.email.toUpperCase()}`.trim())).payload.accepted).toBe(true);
    const token = await linkTo(world, owner.email, 'reset');
    const { payload } = await reset(token);
    expect((await world.client(payload.session!.accessToken).send(VIEWER)).status).toBe(200);
    await world.until(async () => (await owner.client.send(VIEWER)).status === 401, 'the session to end');
    expect((await signIn(owner.email, owner.password)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await signIn(owner.email, NEXT)).errors).toEqual([]);
    const again = await reset(token, 'a third long password');
    expect(again.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'token'] }]);
    expect((await subjects(owner.email)).at(-1)).toBe('Your password was changed');
    const id = await idOf({ client: world.client(payload.session!.accessToken) });
    expect(await told(id)).toEqual([
      'member.created',
      'member.password-reset-asked',
      'member.email-verified',
      'member.password-changed',
    ]);
  });

  test('of two who hold one link at the same moment, one has it', async () => {
    const owner = await world.customer();
    await ask(owner.email);
    const token = await linkTo(world, owner.email, 'reset');
    const passwords = Array.from({ length: 4 }, (_, i) => `at the same moment ${i}`);
    const answers = await Promise.all(passwords.map((password) => reset(token, password)));
    const won = answers.filter(({ errors }) => errors.length === 0);
    expect(won).toHaveLength(1);
    expect((await signIn(owner.email, passwords[answers.indexOf(won[0]!)]!)).errors).toEqual([]);
  });

  test('an address that nobody has gets the same answer, the same work and no mail', async () => {
    const owner = await world.customer();
    const jobs = async () => {
      const text = `select count(*)::int as count from jobs where kind = 'identity.answer-reset-request'`;
      return (await world.app.platform.database.servicePool.query<{ count: number }>(text)).rows[0]!.count;
    };
    const before = await jobs();
    const known = await ask(owner.email);
    expect(await jobs()).toBe(before + 1);
    expect(await ask('nobody-at-all@customer.test')).toEqual(known);
    expect(await jobs()).toBe(before + 2);
    expect(await mailsTo(world, 'nobody-at-all@customer.test')).toEqual([]);
  });

  test('a link ends with its hour, with the password it was for, and with a letter that is another', async () => {
    const owner = await world.customer();
    await ask(owner.email);
    const token = (await linkTo(world, owner.email, 'reset'))!;
    const foreign = await world.customer();
    const others = [
      token.slice(0, -1),
      token.replace(/^mem_[^.]+/, await idOf(foreign)),
      (await linkTo(world, owner.email, 'verify'))!,
      'mem_.9999999999999.x',
    ];
    for (const other of others)
      expect((await reset(other)).errors).toMatchObject([{ path: ['input', 'token'] }]);
    const change = { current: owner.password, next: NEXT };
    await owner.client.mutate('passwordChange', 'PasswordChangeInput!', change, TOKENS);
    expect((await reset(token, 'a third long password')).errors).toHaveLength(1);
    expect((await subjects(owner.email)).at(-1)).toBe('Your password was changed');
    await ask(owner.email);
    const late = await linkTo(world, owner.email, 'reset');
    world.clock.advance(61 * 60_000);
    expect((await reset(late, 'a third long password')).errors).toHaveLength(1);
    expect((await signIn(owner.email, NEXT)).errors).toEqual([]);
  });

  test('staff get theirs back as well, also who lost the one-time password', async () => {
    const email = 'lost@flywheel.test';
    const { staffId } = await world.app.modules.identity.identity.createStaff(email, 'ADMIN');
    await ask(email);
    const { payload } = await reset(await linkTo(world, email, 'reset'));
    const staff = world.client(payload.session!.accessToken);
    expect((await staff.send('{ customers { nodes { id } } }')).errors).toBeUndefined();
    expect(await told(staffId)).toEqual([
      'staff.created',
      'staff.password-reset-asked',
      'staff.password-changed',
    ]);
  });

  test('who was invited and has not come gets the invitation again, and no other link', async () => {
    const owner = await world.customer();
    const email = `invited-${owner.customerId}@customer.test`;
    await owner.client.mutate(
      'memberInvite',
      'MemberInviteInput!',
      { email, role: 'VIEWER' },
      'member { id }',
    );
    await ask(email);
    expect(await subjects(email)).toEqual(['You are invited to Flywheel', 'You are invited to Flywheel']);
    const accept = { token: await linkTo(world, email, 'invitation'), password: NEXT };
    const { session } = await world
      .client()
      .mutate<Session>('memberInvitationAccept', 'MemberInvitationAcceptInput!', accept, TOKENS);
    expect(await isVerified({ client: world.client(session!.accessToken) })).toBe(true);
  });

  test('asking again and again is slowed down, whoever is asked for', async () => {
    const owner = await world.customer();
    const query =
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }';
    for (const email of [owner.email, 'never-heard-of@customer.test']) {
      const send = () => world.client().send(query, { input: { email } });
      for (let i = 0; i < 5; i++) expect((await send()).errors).toBeUndefined();
      expect((await send()).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    }
    expect((await subjects(owner.email)).filter((one) => one === 'A new password for Flywheel')).toHaveLength(
      5,
    );
  });
});

describe('an address', () => {
  test('is proven by the link that was sent at sign-up, as often as it is followed', async () => {
    const owner = await world.customer();
    expect(await isVerified(owner)).toBe(false);
    expect((await sendAgain(owner)).payload.sent).toBe(true);
    const token = await linkTo(world, owner.email, 'verify');
    expect((await verify(token)).payload.verified).toBe(true);
    expect((await verify(token)).payload.verified).toBe(true);
    expect(await isVerified(owner)).toBe(true);
    expect((await sendAgain(owner)).payload.sent).toBe(false);
    const id = await idOf(owner);
    expect((await told(id)).filter((type) => type === 'member.email-verified')).toHaveLength(1);
  });

  test('is not proven by a link to another one', async () => {
    const [one, other] = [await world.customer(), await world.customer()];
    const token = (await linkTo(world, one.email, 'verify'))!;
    expect((await verify(token.replace(await idOf(one), await idOf(other)))).errors).toHaveLength(1);
    expect(await isVerified(other)).toBe(false);
  });

  test('becomes another one when that is proven, for who knows the password, and the old one hears of it', async () => {
    const owner = await world.customer();
    const next = `moved-${owner.email}`;
    expect((await move(owner, next, 'not the password')).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await move(owner, owner.email.toUpperCase())).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    const taken = (await world.customer()).email;
    expect((await move(owner, taken)).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'email'] }]);
    expect((await move(owner, next)).payload.sent).toBe(true);
    expect((await signIn(owner.email, owner.password)).errors).toEqual([]);
    const token = await linkTo(world, next, 'verify');
    expect((await verify(token)).errors).toEqual([]);
    expect((await verify(token)).errors).toEqual([]);
    expect((await signIn(owner.email, owner.password)).errors).toHaveLength(1);
    expect((await signIn(next, owner.password)).errors).toEqual([]);
    expect((await subjects(owner.email)).slice(-2)).toEqual([
      'Your login is to get another address',
      'Your login has another address',
    ]);
    expect(await isVerified(owner)).toBe(true);
  });

  test('that somebody else has taken meanwhile is theirs', async () => {
    const owner = await world.customer();
    const next = `wanted-${owner.email}`;
    await move(owner, next);
    const token = await linkTo(world, next, 'verify');
    const input = { organisation: 'Quicker', email: next, password: NEXT };
    await world.client().mutate('signUp', 'SignUpInput!', input, TOKENS);
    expect((await verify(token)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await signIn(next, NEXT)).errors).toEqual([]);
    expect((await signIn(owner.email, owner.password)).errors).toEqual([]);
  });

  test('that an intruder asked for goes with the password that the owner replaces, or at a word', async () => {
    const [robbed, hasty] = [await world.customer(), await world.customer()];
    const [evil, typo] = [`evil-${robbed.email}`, `typo-${hasty.email}`];
    await move(robbed, evil);
    await ask(robbed.email);
    expect((await reset(await linkTo(world, robbed.email, 'reset'))).errors).toEqual([]);
    expect((await verify(await linkTo(world, evil, 'verify'))).errors).toHaveLength(1);
    await move(hasty, typo);
    expect((await sendAgain(hasty, true)).payload.sent).toBe(true);
    expect((await verify(await linkTo(world, typo, 'verify'))).errors).toHaveLength(1);
    await proveAddress(world, hasty);
    expect(await isVerified(hasty)).toBe(true);
  });

  test('that is not proven within a week is forgotten, whatever links to it are still good', async () => {
    const owner = await world.customer();
    const next = `late-${owner.email}`;
    await move(owner, next);
    const DAY_MS = 86_400_000;
    world.clock.advance(6 * DAY_MS);
    const { payload } = await signIn(owner.email, owner.password);
    const again = world.client(payload.session!.accessToken);
    expect((await sendAgain({ ...owner, client: again })).payload.sent).toBe(true);
    const token = await linkTo(world, next, 'verify');
    world.clock.advance(DAY_MS);
    expect((await verify(token)).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await signIn(owner.email, owner.password)).errors).toEqual([]);
  });

  test('of those who pay is written to once it is proven, and to all of them while none is', async () => {
    const owner = await world.customer();
    const { identity } = world.app.modules.identity;
    const email = `money-${owner.email}`;
    const invited = { email, role: 'BILLING' };
    await owner.client.mutate('memberInvite', 'MemberInviteInput!', invited, 'member { id }');
    expect(await identity.billingContacts(owner.customerId)).toEqual([owner.email]);
    expect(await identity.memberEmail(owner.customerId, await idOf(owner))).toBeUndefined();
    const accept = { token: await linkTo(world, email, 'invitation'), password: NEXT };
    await world.client().mutate('memberInvitationAccept', 'MemberInvitationAcceptInput!', accept, TOKENS);
    expect(await identity.billingContacts(owner.customerId)).toEqual([email]);
    await proveAddress(world, owner);
    expect((await identity.billingContacts(owner.customerId)).sort()).toEqual([email, owner.email].sort());
    expect(await identity.memberEmail(owner.customerId, await idOf(owner))).toBe(owner.email);
  });
});

test('only those who are signed in change what is theirs, and guessing the password is slowed down', async () => {
  const owner = await world.customer();
  const key = await world.apiKey(owner);
  const change = 'mutation ($input: EmailChangeInput!) { emailChange(input: $input) { errors { code } } }';
  const input = { email: `x-${owner.email}`, password: 'a wrong password' };
  for (const client of [world.client(), key.client, (await world.staff()).client])
    expect((await client.send(change, { input })).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  for (let i = 0; i < 10; i++) await owner.client.send(change, { input });
  const { errors } = await owner.client.send(change, { input });
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});
