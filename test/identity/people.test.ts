/** People who administer an account and the staff: members and staff come, change and leave, and somebody who can stays. */
import { member } from '../journeys/isolation/two-customers';
import { linkTo } from '../support/mails';
import { type Person, startWorld, type World } from '../support/world';
import {
  act,
  addressOf,
  change,
  codes,
  eventsOf,
  give,
  isOut,
  ME,
  type MemberRow,
  membersOf,
  ownerId,
  PASSWORD,
  remove,
  reset,
  ROW,
  signIn,
} from './administering';

let world: World;
let admin: Person;
beforeAll(async () => {
  world = await startWorld();
  admin = await world.staff();
});
afterAll(() => world.close());

describe('members', () => {
  test('another role holds at once: the sessions of before end, and the next one has it', async () => {
    const owner = await world.customer();
    const developer = await member(world, owner, 'DEVELOPER');
    const changed = await change(owner, developer.id, { role: 'VIEWER', name: 'Dee' });
    expect(changed.data!.act).toMatchObject({
      member: { role: 'VIEWER', name: 'Dee', status: 'ACTIVE' },
      errors: [],
    });
    await world.until(() => isOut(developer), 'the session of before to end');
    const again = await signIn(world, addressOf('DEVELOPER', owner));
    const { viewer } = await again!.client.ask<{ viewer: { permissions: string[] } }>(ME);
    expect(viewer.permissions).not.toContain('api-key:manage');
    expect(codes(await change(owner, developer.id, { name: null }))).toEqual([]);
    expect(await isOut(again!)).toBe(false);
    expect((await eventsOf(world, developer.id)).filter((type) => type === 'member.changed')).toHaveLength(2);
  });

  test('whoever is removed is out, forgotten and free to come again elsewhere; what they did names the id', async () => {
    const owner = await world.customer();
    const gone = await member(world, owner, 'ADMIN');
    const email = addressOf('ADMIN', owner);
    const { payload, errors } = await remove(owner, gone.id);
    expect(errors).toEqual([]);
    expect(payload.member).toMatchObject({ name: null, status: 'REMOVED' });
    expect(payload.member!.email).toMatch(/@removed\.invalid$/);
    await world.until(() => isOut(gone), 'the removed member to be out');
    expect(await signIn(world, email)).toBeUndefined();
    expect((await membersOf(owner)).map(({ id }) => id)).not.toContain(gone.id);
    expect((await membersOf(owner, '(filter: {status: REMOVED})')).map(({ id }) => id)).toEqual([gone.id]);
    expect((await remove(owner, gone.id)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await world.app.modules.identity.identity.memberEmail(owner.customerId, gone.id)).toBeUndefined();
    const again = { organisation: 'Own', email, password: PASSWORD };
    expect((await world.client().attempt('signUp', 'SignUpInput!', again)).errors).toEqual([]);
    expect(await eventsOf(world, gone.id)).toEqual(['member.invited', 'member.joined', 'member.removed']);
  });

  test('an admin leaves owners alone and makes none; viewers and keys change nobody', async () => {
    const owner = await world.customer();
    const boss = await ownerId(owner);
    const [chief, viewer] = [await member(world, owner, 'ADMIN'), await member(world, owner, 'VIEWER')];
    for (const input of [{ role: 'VIEWER' }, { name: 'x' }])
      expect(codes(await change(chief, boss, input))).toEqual(['CONFLICT']);
    expect(codes(await change(chief, viewer.id, { role: 'OWNER' }))).toEqual(['CONFLICT']);
    expect((await remove(chief, boss)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(codes(await change(chief, viewer.id, { role: 'BILLING' }))).toEqual([]);
    for (const one of [await world.apiKey(owner), admin])
      expect(codes(await change(one, viewer.id, { role: 'VIEWER' }))).toEqual(['FORBIDDEN']);
  });

  test('one who was an owner a moment ago acts as one no more, whatever the token says', async () => {
    const owner = await world.customer();
    const [second, third] = [await member(world, owner, 'ADMIN'), await member(world, owner, 'DEVELOPER')];
    for (const { id } of [second, third])
      expect(codes(await change(owner, id, { role: 'OWNER' }))).toEqual([]);
    const [again, boss] = [(await signIn(world, addressOf('ADMIN', owner)))!, await ownerId(owner)];
    const both = await Promise.all([
      change(owner, second.id, { role: 'ADMIN' }),
      change(again, boss, { role: 'ADMIN' }),
    ]);
    expect(both.filter((one) => codes(one).length === 0)).toHaveLength(1);
  });

  test('two owners who unmake each other at once leave one', async () => {
    for (let round = 0; round < 3; round++) {
      const owner = await world.customer();
      const [boss, other] = [await ownerId(owner), await member(world, owner, 'ADMIN')];
      await change(owner, other.id, { role: 'OWNER' });
      const second = (await signIn(world, addressOf('ADMIN', owner)))!;
      const both = await Promise.all([
        round === 1 ? remove(owner, other.id) : change(owner, other.id, { role: 'VIEWER' }),
        change(second, boss, { role: 'VIEWER' }),
      ]);
      expect(both).toHaveLength(2);
      const left = await Promise.all([signIn(world, owner.email), signIn(world, addressOf('ADMIN', owner))]);
      const roles = await Promise.all(
        left.map(
          async (one) =>
            one && (await one.client.ask<{ viewer: { member: { role: string } } }>(ME)).viewer.member.role,
        ),
      );
      expect(roles.filter((role) => role === 'OWNER')).toHaveLength(1);
    }
  });

  test('everybody may leave but the only owner, who first makes another', async () => {
    const owner = await world.customer();
    const viewer = await member(world, owner, 'VIEWER');
    const leave = ({ client }: Pick<Person, 'client'>, customerId = owner.customerId) =>
      client.attempt('memberLeave', 'MemberLeaveInput!', { customerId }, 'left');
    expect((await leave(viewer, (await world.customer()).customerId)).errors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await leave(owner)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await leave(viewer)).errors).toEqual([]);
    await world.until(() => isOut(viewer), 'who left to be out');
    expect(await eventsOf(world, viewer.id)).toContain('member.left');
  });

  test('an invitation that is taken back opens nothing, and one that was accepted is not taken back', async () => {
    const owner = await world.customer();
    const email = `late-${owner.customerId}@customer.test`;
    const { member: invited } = await owner.client.mutate<{ member: MemberRow }>(
      'memberInvite',
      'MemberInviteInput!',
      { email, role: 'ADMIN' },
      `member { ${ROW} }`,
    );
    expect(invited.status).toBe('INVITED');
    expect(codes(await change(owner, invited.id, { role: 'OWNER' }))).toEqual(['CONFLICT']);
    expect((await remove(owner, invited.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const withdraw = (id: string) =>
      owner.client.attempt('memberInvitationWithdraw', 'MemberInvitationWithdrawInput!', { id }, 'withdrawn');
    const token = await linkTo(world, email, 'invitation');
    expect((await withdraw(invited.id)).errors).toEqual([]);
    const accepted = await world
      .client()
      .attempt('memberInvitationAccept', 'MemberInvitationAcceptInput!', { token, password: PASSWORD });
    expect(accepted.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await withdraw(await ownerId(owner))).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await withdraw(invited.id)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  test('owners and admins name the account anew, and nobody else', async () => {
    const owner = await world.customer('Old name');
    const update = ({ client }: Pick<Person, 'client'>, input: object) =>
      client.send<{ customerUpdate: { customer: object | null; errors: object[] } }>(
        'mutation ($input: CustomerUpdateInput!) { customerUpdate(input: $input) { customer { name segment } errors { code path } } }',
        { input },
      );
    const named = await update(owner, { name: ' New name ', segment: 'health' });
    expect(named.data!.customerUpdate.customer).toEqual({ name: 'New name', segment: 'health' });
    const cleared = await update(owner, { segment: null });
    expect(cleared.data!.customerUpdate.customer).toEqual({ name: 'New name', segment: null });
    expect((await update(owner, { name: '  ' })).data!.customerUpdate.errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'name'] },
    ]);
    const { errors } = await update(await member(world, owner, 'VIEWER'), { name: 'x' });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('staff', () => {
  const email = (name: string): string => `${name}@flywheel.test`;
  const joined = async (name: string, role: string): Promise<Person> => {
    const { payload } = await act(admin, 'Invite', { email: email(name), role });
    const { session } = await world
      .client()
      .mutate<{ session: { accessToken: string } }>(
        'memberInvitationAccept',
        'MemberInvitationAcceptInput!',
        { token: await linkTo(world, email(name), 'invitation'), password: PASSWORD },
        'session { accessToken }',
      );
    const { accessToken } = session;
    return { id: payload.staff!.id, credential: accessToken, client: world.client(accessToken) };
  };

  test('is invited by mail, chooses a password, and may do what its role may', async () => {
    const { payload } = await act(admin, 'Invite', { email: email('twice'), role: 'REVIEWER' });
    expect(payload.staff).toMatchObject({ status: 'INVITED', role: 'REVIEWER' });
    const again = await act(admin, 'Invite', { email: email('TWICE'), role: 'ANALYST' });
    expect(again.payload.staff).toMatchObject({ id: payload.staff!.id, role: 'ANALYST' });
    const analyst = await joined('twice', 'ANALYST');
    const { viewer } = await analyst.client.ask<{ viewer: { kind: string; permissions: string[] } }>(ME);
    expect(viewer.kind).toBe('STAFF');
    expect(viewer.permissions).not.toContain('staff:manage');
    expect((await act(admin, 'Invite', { email: email('twice'), role: 'ADMIN' })).errors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    const { staffMembers } = await analyst.client.ask<{ staffMembers: { nodes: { id: string }[] } }>(
      '{ staffMembers(filter: {status: ACTIVE}) { nodes { id email role status } } }',
    );
    expect(staffMembers.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([admin.id, analyst.id]));
    expect(await eventsOf(world, analyst.id)).toEqual([
      ...Array<string>(3).fill('staff.invited'),
      'staff.joined',
    ]);
  });

  test('a member is no staff, and a customer’s open invitation keeps nobody from becoming it', async () => {
    const owner = await world.customer();
    expect((await act(admin, 'Invite', { email: owner.email, role: 'ANALYST' })).errors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    const wanted = email('wanted');
    await owner.client.mutate(
      'memberInvite',
      'MemberInviteInput!',
      { email: wanted, role: 'VIEWER' },
      'member { id }',
    );
    const token = await linkTo(world, wanted, 'invitation');
    const staff = await joined('wanted', 'REVIEWER');
    expect((await staff.client.send(ME)).status).toBe(200);
    const input = { token, password: PASSWORD };
    expect(
      (await world.client().attempt('memberInvitationAccept', 'MemberInvitationAcceptInput!', input)).errors,
    ).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });

  test('who is deactivated is out, is given nothing new, and is still named; until somebody lets them in again', async () => {
    const reviewer = await joined('reviewer', 'REVIEWER');
    const opened = await reviewer.client.mutate<{ incident: { id: string } }>(
      'incidentOpen',
      'IncidentOpenInput!',
      { title: 'Something went wrong', severity: 'LOW', ownerId: reviewer.id },
      'incident { id }',
    );
    expect((await act(admin, 'Deactivate', { id: reviewer.id })).payload.staff!.status).toBe('DEACTIVATED');
    await world.until(() => isOut(reviewer), 'the deactivated to be out');
    expect(await signIn(world, email('reviewer'))).toBeUndefined();
    const { node } = await admin.client.ask<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on Incident { owner { email status } } } }',
      { id: opened.incident.id },
    );
    expect(node).toEqual({ owner: { email: email('reviewer'), status: 'DEACTIVATED' } });
    const given = await admin.client.attempt('incidentOpen', 'IncidentOpenInput!', {
      title: 'Something else went wrong',
      severity: 'LOW',
      ownerId: reviewer.id,
    });
    expect(given.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await act(admin, 'Deactivate', { id: reviewer.id })).errors).toEqual([]);
    expect((await act(admin, 'Reactivate', { id: reviewer.id })).payload.staff!.status).toBe('ACTIVE');
    expect(await signIn(world, email('reviewer'))).toBeUndefined();
    await reset(world, (await linkTo(world, email('reviewer'), 'reset'))!);
    const changes = ['deactivated', 'reactivated', 'password-reset-asked', 'password-changed'];
    expect((await eventsOf(world, reviewer.id)).slice(2)).toEqual(changes.map((change) => `staff.${change}`));
  });

  test('only an admin administers, and an admin stays, also when two go at once', async () => {
    const analyst = await joined('analyst', 'ANALYST');
    const owner = await world.customer();
    for (const { client } of [analyst, owner]) {
      const { errors } = await client.send(
        `mutation { staffDeactivate(input: {id: "${admin.id}"}) { errors { code } } }`,
      );
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const second = await joined('second', 'ADMIN');
    const [one, two] = await Promise.all([
      act(admin, 'Deactivate', { id: second.id }),
      give(second, admin.id, 'ANALYST'),
    ]);
    const refused = [...one.errors, ...(two.data?.act?.errors ?? []), ...(two.errors ?? [])];
    expect(refused.length).toBeGreaterThan(0);
    const { rows } = await world.app.platform.database.servicePool.query<{ id: string }>(
      `select id from staff where role = 'ADMIN' and deactivated_at is null and password_hash is not null`,
    );
    expect(rows).toHaveLength(1);
    const last = rows[0]!.id === admin.id ? admin : second;
    expect((await act(last, 'Deactivate', { id: last.id })).errors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await give(last, last.id, 'ANALYST')).data!.act.errors).toMatchObject([{ code: 'CONFLICT' }]);
    admin = last;
  });

  test('an invitation that is taken back is gone, and its address free', async () => {
    const { payload } = await act(admin, 'Invite', { email: email('typo'), role: 'ADMIN' });
    const { id } = payload.staff!;
    expect((await act(admin, 'Deactivate', { id })).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const withdraw = () =>
      admin.client.attempt('staffInvitationWithdraw', 'StaffInvitationWithdrawInput!', { id }, 'withdrawn');
    expect((await withdraw()).errors).toEqual([]);
    expect((await withdraw()).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const input = { organisation: 'Typo', email: email('typo'), password: PASSWORD };
    expect((await world.client().attempt('signUp', 'SignUpInput!', input)).errors).toEqual([]);
  });
});
