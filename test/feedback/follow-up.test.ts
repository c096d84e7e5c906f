/** Closing the loop: who hears what became of feedback, whether it was mended, and what in the product it led to. */
import fs from 'node:fs';
import path from 'node:path';
import { SERVICE } from '../../src/platform/database';
import { replayEvents } from '../../src/platform/events';
import { listening } from '../billing/money-house';
import { confirm, consent, followed, moved, say, sql, told } from './follow-up';
import { answer, triage, withdraw } from './support';
import { served } from '../inference/support';
import { carriedOut, unpacked } from '../privacy/data-requests';
import { proveAddress } from '../support/mails';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
/** The server of the customer, as it hears of its people. */
let hook: Awaited<ReturnType<typeof listening>>;
beforeAll(async () => {
  hook = await listening();
  world = await startWorld();
  ({ staff } = await served(world, 'wages'));
  owner = await world.customer();
  await proveAddress(world, owner);
  server = await world.apiKey(owner);
  await owner.client.mutate(
    'webhookEndpointCreate',
    'WebhookEndpointCreateInput!',
    { url: hook.url, events: ['FEEDBACK_GIVER_TOLD'] },
    'webhookEndpoint { id }',
  );
});
afterAll(async () => {
  await world?.close();
  await hook?.close();
});

const deliveries = async (): Promise<number> =>
  (
    await sql<{ count: number }>(
      world,
      `select count(*)::int as count from webhook_deliveries where type = 'feedback.giver-told'`,
    )
  )[0]!.count;

const mails = (): string[] => {
  const folder = path.join(world.dataDir, 'mail');
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
};
const mailsOf = (id: string): string[] => mails().filter((mail) => mail.includes(id));

describe('a person is told by way of the customer’s server', () => {
  test('once a step, while their consent stands, by an event of ids alone', async () => {
    const person = await world.endUser(owner);
    await consent(person, true);
    const { id } = await say(person);
    const before = await deliveries();
    await moved(world, staff, id, 'PLANNED');
    await triage(staff, id, { tags: ['noted'] });
    await moved(world, staff, id, 'RESOLVED');
    expect(await told(world, id)).toEqual([
      { status: 'PLANNED', asksIfFixed: false, endUserId: person.id },
      { status: 'RESOLVED', asksIfFixed: true, endUserId: person.id },
    ]);
    expect(await deliveries()).toBe(before + 2);
    await world.settle();
    const heard = hook.heard.filter((body) => body.includes(id)).map((body) => JSON.parse(body) as object);
    expect(heard).toHaveLength(2);
    expect(heard).toContainEqual(
      expect.objectContaining({
        type: 'feedback.giver-told',
        data: { status: 'RESOLVED', asksIfFixed: true, endUserId: person.id, subjectId: id },
      }),
    );
    const { notices, askedAt, status } = await followed(id, person);
    expect(notices).toEqual([
      { status: 'RESOLVED', asks: true, outcome: 'PUT_OUT', toldAt: expect.any(String) as string },
      { status: 'PLANNED', asks: false, outcome: 'PUT_OUT', toldAt: expect.any(String) as string },
    ]);
    expect({ status, isAsked: askedAt !== null }).toEqual({ status: 'RESOLVED', isAsked: true });
  });

  test('not without consent, and not after it was withdrawn; where it stands can be read all the same', async () => {
    const [silent, former] = [await world.endUser(owner), await world.endUser(owner)];
    await consent(former, true);
    const [first, second] = [await say(silent), await say(former)];
    await moved(world, staff, second.id, 'PLANNED');
    await consent(former, false);
    await moved(world, staff, first.id, 'DECLINED');
    await moved(world, staff, second.id, 'DECLINED');
    expect(await told(world, first.id)).toEqual([]);
    expect(await told(world, second.id)).toHaveLength(1);
    expect((await followed(second.id, staff)).notices.map(({ outcome }) => outcome)).toEqual([
      'WITHHELD',
      'PUT_OUT',
    ]);
    expect(await followed(first.id, silent)).toMatchObject({
      status: 'DECLINED',
      notices: [{ outcome: 'WITHHELD', toldAt: null }],
    });
  });

  test('not of what they took back, nor while they restrict the use of their data', async () => {
    const [gone, held] = [await world.endUser(owner), await world.endUser(owner)];
    for (const person of [gone, held]) await consent(person, true);
    const [taken, kept] = [await say(gone), await say(held)];
    await withdraw(gone, { id: taken.id });
    expect((await triage(staff, taken.id, { status: 'PLANNED' })).errors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    await carriedOut(world, held, { kind: 'RESTRICTION' });
    await moved(world, staff, kept.id, 'PLANNED');
    expect(await told(world, kept.id)).toEqual([]);
  });

  test('an event that is delivered twice tells once', async () => {
    const person = await world.endUser(owner);
    await consent(person, true);
    const { id } = await say(person);
    await moved(world, staff, id, 'PLANNED');
    const { database } = world.app.platform;
    await database.unitOfWork.run(SERVICE, () => replayEvents(database.unitOfWork, 'feedback.notices'));
    await world.settle();
    expect(await told(world, id)).toHaveLength(1);
    expect((await followed(id, staff)).notices).toHaveLength(1);
  });
});

describe('a member is told by mail', () => {
  test('as they wished, until they wish it no more', async () => {
    const wished = await say(owner, { notify: true });
    const plain = await say(owner);
    for (const { id } of [wished, plain]) await moved(world, staff, id, 'PLANNED');
    expect(mailsOf(plain.id)).toEqual([]);
    expect(mailsOf(wished.id)).toHaveLength(1);
    expect(mailsOf(wished.id)[0]).toContain(`To: ${owner.email}`);
    await owner.client.mutate(
      'feedbackFollow',
      'FeedbackFollowInput!',
      { id: wished.id, follow: false },
      'feedback { id }',
    );
    await moved(world, staff, wished.id, 'RESOLVED');
    expect(mailsOf(wished.id)).toHaveLength(1);
    expect((await followed(wished.id, staff)).notices.map(({ outcome }) => outcome)).toEqual([
      'WITHHELD',
      'MAILED',
    ]);
  });

  test('nobody else can wish for a mail, or wish for another’s', async () => {
    const errors = await world.endUser(owner).then((person) =>
      person.client.attempt('feedbackSubmit', 'FeedbackSubmitInput!', {
        kind: 'CSAT',
        score: 1,
        notify: true,
      }),
    );
    expect(errors.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'notify'] }]);
    const { id } = await say(server);
    const follow = { id, follow: true };
    expect(
      (await owner.client.attempt('feedbackFollow', 'FeedbackFollowInput!', follow, 'feedback { id }'))
        .errors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    const stranger = await world.customer();
    expect(
      (await stranger.client.attempt('feedbackFollow', 'FeedbackFollowInput!', follow, 'feedback { id }'))
        .errors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('did this fix it?', () => {
  test('a yes is kept; a no opens it again, once, and it can be resolved and asked anew', async () => {
    const person = await world.endUser(owner);
    const { id } = await say(person);
    expect((await confirm(person, { id, fixed: true })).errors).toMatchObject([{ code: 'CONFLICT' }]);
    await moved(world, staff, id, 'RESOLVED');
    const { payload: yes } = await confirm(person, { id, fixed: true });
    expect(yes.feedback).toMatchObject({ status: 'RESOLVED', fixed: true });
    const { payload: no } = await confirm(person, { id, fixed: false });
    expect(no.feedback).toMatchObject({ status: 'TRIAGED', fixed: false, askedAt: null });
    expect((await confirm(person, { id, fixed: false })).payload.feedback).toMatchObject({
      status: 'TRIAGED',
    });
    const kinds = await sql<{ kind: string }>(
      world,
      `select kind from feedback_events where feedback_id = $1 order by id`,
      [id],
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['SUBMITTED', 'TRIAGED', 'CONFIRMED', 'REOPENED']);
    const said = `select changes from feedback_events where feedback_id = $1 and kind = 'CONFIRMED'`;
    // Only that it was answered: what a person can take back is not in what outlives it.
    expect(await sql(world, said, [id])).toEqual([{ changes: { fixed: [false, true] } }]);
    await moved(world, staff, id, 'RESOLVED');
    expect(await followed(id, staff)).toMatchObject({ fixed: null, askedAt: expect.any(String) as string });
  });

  test('is the giver’s to answer, or their server’s: by their credential or the answer’s token', async () => {
    const [person, other] = [await world.endUser(owner), await world.endUser(owner)];
    const stranger = await world.customer();
    const { feedbackToken } = await answer(person);
    const { id } = await say(person, { feedbackToken });
    await moved(world, staff, id, 'RESOLVED');
    for (const who of [other, stranger, await world.apiKey(stranger)])
      expect((await confirm(who, { id, fixed: true })).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await confirm({ client: world.client() }, { id, fixed: true, feedbackToken })).errors).toEqual(
      [],
    );
    expect((await confirm(server, { id, fixed: false })).payload.feedback).toMatchObject({
      status: 'TRIAGED',
    });
  });

  test('those whose feedback was merged are told and asked too, and a no makes theirs stand for itself', async () => {
    const [one, two] = [await world.endUser(owner), await world.endUser(owner)];
    await consent(two, true);
    const [first, second] = [await say(one), await say(two)];
    await staff.client.mutate(
      'feedbackMerge',
      'FeedbackMergeInput!',
      { ids: [second.id], into: first.id },
      'feedback { id }',
    );
    await moved(world, staff, first.id, 'RESOLVED');
    expect(await told(world, second.id)).toEqual([
      { status: 'RESOLVED', asksIfFixed: true, endUserId: two.id },
    ]);
    const { payload } = await confirm(two, { id: second.id, fixed: false });
    expect(payload.feedback).toMatchObject({ status: 'TRIAGED', fixed: false });
    expect((await followed(first.id, staff)).status).toBe('RESOLVED');
    const query = `query ($id: ID!) { node(id: $id) { ... on Feedback { priority { votes } mergedInto { id } } } }`;
    const seen = async (id: string) => (await staff.client.ask<{ node: object }>(query, { id })).node;
    expect(await seen(first.id)).toEqual({ priority: { votes: 1 }, mergedInto: null });
    expect(await seen(second.id)).toEqual({ priority: { votes: 1 }, mergedInto: null });
  });

  test('what is taken back is not asked about, and the answer goes with it', async () => {
    const person = await world.endUser(owner);
    const { id } = await say(person);
    await moved(world, staff, id, 'RESOLVED');
    await confirm(person, { id, fixed: true });
    await withdraw(person, { id });
    expect(await followed(id, staff)).toMatchObject({ fixed: null, askedAt: null });
    expect((await confirm(person, { id, fixed: true })).errors).toMatchObject([{ code: 'CONFLICT' }]);
  });
});

test('a copy holds what a person was told, and of whoever is forgotten there is no notice, nor will be', async () => {
  const name = 'told-and-forgotten';
  const person = await world.endUser(owner, name);
  await consent(person, true);
  const { id } = await say(person);
  await moved(world, staff, id, 'PLANNED');
  const { download } = await carriedOut(world, person, { kind: 'ACCESS' });
  expect((await unpacked(download!))['feedback_notices.json']).toMatchObject([
    { feedbackId: id, status: 'PLANNED', outcome: 'PUT_OUT' },
  ]);
  await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
  const notices = () => sql(world, 'select 1 from feedback_notices where feedback_id = $1', [id]);
  expect(await notices()).toEqual([]);
  // What they said is worked on all the same.
  await moved(world, staff, id, 'RESOLVED');
  expect(await notices()).toEqual([]);
});
