/** What people do with answers without saying anything: kept by consent, apart from ratings, told as shares. */
import { ConsentPurpose } from '../../src/modules/privacy';
import { carriedOut, unpacked } from '../privacy/data-requests';
import { served, type Served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { answer, whileWithdrawn } from './support';

let world: World;
let scene: Served;
let owner: CustomerPerson;
let server: Person;
beforeAll(async () => {
  world = await startWorld();
  scene = await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world?.close());

async function consent({ client }: Person, granted: boolean): Promise<void> {
  const input = { purpose: 'ANALYTICS', granted };
  await client.mutate('consentRecord', 'ConsentRecordInput!', input, 'record { id }');
}

async function agreeing(name?: string): Promise<Person> {
  const person = await world.endUser(owner, name);
  await consent(person, true);
  return person;
}

async function signal({ client }: Pick<Person, 'client'>, input: object) {
  const { payload, errors } = await client.attempt<{ kept: boolean }>(
    'feedbackSignal',
    'FeedbackSignalInput!',
    input,
    'kept',
  );
  return errors.length > 0 ? errors.map(({ code }) => code) : payload.kept;
}

interface Share {
  readonly kind: string;
  readonly answers: number;
  readonly of: number;
  readonly share: number | null;
  readonly interval: readonly number[] | null;
  readonly meanEditDistance: number | null;
}

const QUERY = `query ($input: FeedbackSignalsInput!) { feedbackSignals(input: $input) {
  kind answers of share interval meanEditDistance } }`;

async function shares(more: object = {}): Promise<Record<string, Share>> {
  const now = world.clock.millis();
  const period = { from: new Date(now - 3_600_000), to: new Date(now + 3_600_000) };
  const input = { period, ...more };
  const { feedbackSignals } = await scene.staff.client.ask<{ feedbackSignals: Share[] }>(QUERY, { input });
  return Object.fromEntries(feedbackSignals.map((one) => [one.kind, one]));
}

const rowsOf = async (endUserId: string): Promise<number> => {
  const text = 'select count(*)::int as count from feedback_signals where end_user_id = $1';
  const { rows } = await world.app.platform.database.servicePool.query<{ count: number }>(text, [endUserId]);
  return rows[0]!.count;
};

test('a deed is kept while the person agrees, told again it is counted, and rates nothing', async () => {
  const person = await agreeing();
  const { feedbackToken } = await answer(person);
  expect(await signal(person, { feedbackToken, kind: 'COPY' })).toBe(true);
  expect(await signal({ client: world.client() }, { feedbackToken, kind: 'COPY' })).toBe(true);
  expect(await signal(person, { feedbackToken, kind: 'EDIT', editDistance: 0.2 })).toBe(true);
  expect(await signal(person, { feedbackToken, kind: 'EDIT', editDistance: 0.4 })).toBe(true);
  await answer(person);
  const found = await shares({ modelVersionId: scene.versionId });
  expect(found['COPY']).toMatchObject({ answers: 1, of: 2, share: 0.5, meanEditDistance: null });
  expect(found['EDIT']).toMatchObject({ answers: 1, of: 2, meanEditDistance: 0.4 });
  expect(found['RETRY']).toMatchObject({ answers: 0, share: 0 });
  expect(found['COPY']!.interval![0]).toBeGreaterThan(0);
  const { feedback } = await scene.staff.client.ask<{ feedback: { nodes: object[] } }>(
    '{ feedback { nodes { id } } }',
  );
  expect(feedback.nodes).toEqual([]);
});

test('is of the answers whose deeds could be kept: not of who never agreed, agreed later, or says no again', async () => {
  const before = await shares();
  // 3 answers to one who agrees, of which 2 are copied and 1 is edited too; 1 to one who agrees and does nothing.
  const [busy, still] = [await agreeing(), await agreeing()];
  const given = [await answer(busy), await answer(busy), await answer(busy)];
  await answer(still);
  for (const { feedbackToken } of given.slice(0, 2)) await signal(busy, { feedbackToken, kind: 'COPY' });
  await signal(busy, { feedbackToken: given[0]!.feedbackToken, kind: 'EDIT', editDistance: 0.5 });
  // Nobody can know what those do: who never agreed, who has no name, and who agreed once.
  const [silent, late, former] = [await world.endUser(owner), await world.endUser(owner), await agreeing()];
  for (const person of [silent, silent, server, former]) await answer(person);
  await consent(former, false);
  // And of one who agreed after the answer, the deed alone could be.
  const { feedbackToken } = await answer(late);
  world.clock.advance(1);
  await consent(late, true);
  expect(await signal(late, { feedbackToken, kind: 'COPY' })).toBe(true);
  await world.settle();
  const found = await shares();
  const more = (kind: string): number[] => [
    found[kind]!.answers - before[kind]!.answers,
    found[kind]!.of - before[kind]!.of,
  ];
  expect([more('COPY'), more('EDIT'), more('ABANDON')]).toEqual([
    [2, 4],
    [1, 4],
    [0, 4],
  ]);
  for (const { share, answers, of } of Object.values(found)) expect(share).toBe(answers / of);
});

test('without agreement, without a person and after a withdrawal nothing is kept, and that is no error', async () => {
  const silent = await world.endUser(owner);
  const { feedbackToken } = await answer(silent);
  expect(await signal(silent, { feedbackToken, kind: 'RETRY' })).toBe(false);
  expect(await signal(server, { feedbackToken: (await answer(server)).feedbackToken, kind: 'RETRY' })).toBe(
    false,
  );
  const former = await agreeing();
  const given = await answer(former);
  await consent(former, false);
  expect(await signal(former, { feedbackToken: given.feedbackToken, kind: 'ABANDON' })).toBe(false);
  expect(await rowsOf(silent.id)).toBe(0);
});

test('what is told while the consent goes is not kept behind it', async () => {
  const person = await agreeing();
  const { feedbackToken } = await answer(person);
  const no = { ...owner, endUserId: person.id, purpose: ConsentPurpose.ANALYTICS };
  const kept = await whileWithdrawn(world, no, () => signal(person, { feedbackToken, kind: 'COPY' }));
  await world.settle();
  expect([kept, await rowsOf(person.id)]).toEqual([false, 0]);
});

test('what was kept goes when the consent goes, and nobody else’s', async () => {
  const [person, neighbour] = [await agreeing(), await agreeing()];
  for (const one of [person, neighbour]) {
    const { feedbackToken } = await answer(one);
    expect(await signal(one, { feedbackToken, kind: 'COPY' })).toBe(true);
  }
  const decide = async (purpose: string, granted: boolean): Promise<void> => {
    const input = { purpose, granted };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, 'record { id }');
    await world.settle();
  };
  await decide('TRAINING', true);
  await decide('TRAINING', false);
  expect(await rowsOf(person.id)).toBe(1);
  // Written by a machine whose clock is ahead.
  const ahead = `update feedback_signals set last_at = last_at + interval '1 hour'`;
  await world.app.platform.database.servicePool.query(ahead);
  await decide('ANALYTICS', false);
  expect([await rowsOf(person.id), await rowsOf(neighbour.id)]).toEqual([0, 1]);
});

test('only the token of the very answer opens it, and how much was changed belongs to an edit', async () => {
  const person = await agreeing();
  const { feedbackToken } = await answer(person);
  const neighbour = await agreeing();
  expect(await signal(neighbour, { feedbackToken, kind: 'COPY' })).toEqual(['INVALID_INPUT']);
  expect(await signal(person, { feedbackToken: `${feedbackToken}x`, kind: 'COPY' })).toEqual([
    'INVALID_INPUT',
  ]);
  expect(await signal(person, { feedbackToken, kind: 'EDIT' })).toEqual(['INVALID_INPUT']);
  expect(await signal(person, { feedbackToken, kind: 'COPY', editDistance: 0.5 })).toEqual(['INVALID_INPUT']);
  expect(await signal(person, { feedbackToken, kind: 'EDIT', editDistance: 1.5 })).toEqual(['INVALID_INPUT']);
  expect(await rowsOf(person.id)).toBe(0);
});

test('shares are staff’s, and of a quarter at most', async () => {
  const period = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-06-01T00:00:00Z') };
  const code = async ({ client }: Person): Promise<unknown> =>
    (await client.send(QUERY, { input: { period } })).errors?.[0]?.extensions.code;
  expect(await code(scene.staff)).toBe('INVALID_INPUT');
  expect(await code(owner)).toBe('FORBIDDEN');
});

test('who restricts is refused, a copy holds the deeds, and whoever is forgotten leaves none', async () => {
  const name = 'did-something';
  const person = await agreeing(name);
  const { feedbackToken } = await answer(person);
  await signal(person, { feedbackToken, kind: 'COPY' });
  const { download } = await carriedOut(world, person, { kind: 'ACCESS' });
  expect((await unpacked(download!))['feedback_signals.json']).toMatchObject([{ kind: 'COPY', times: 1 }]);
  const held = await agreeing();
  const given = await answer(held);
  await carriedOut(world, held, { kind: 'RESTRICTION' });
  expect(await signal(held, { feedbackToken: given.feedbackToken, kind: 'COPY' })).toEqual([
    'PROCESSING_RESTRICTED',
  ]);
  expect(await rowsOf(person.id)).toBe(1);
  await carriedOut(world, server, { kind: 'ERASURE', endUserExternalId: name });
  expect(await rowsOf(person.id)).toBe(0);
});
