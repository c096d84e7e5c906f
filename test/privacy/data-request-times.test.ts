/** What time does to requests of data subjects: addresses end, copies go, deadlines pass. */
import { served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, attempt, blobsOf, carriedOut, knownPerson, requestOf, run } from './data-requests';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let world: World;
let owner: CustomerPerson;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world?.close());

const statusOf = async (address: string): Promise<number> => (await fetch(address)).status;
test('a copy is there for a week, under addresses that work for a quarter of an hour and for nothing else', async () => {
  const ann = await knownPerson(world, server, 'ann', 'hers');
  // Her words are read by a model, which is stored when it is first loaded.
  await world.settle();
  const before = blobsOf(world).length;
  const { id, download } = await carriedOut(world, ann, { kind: 'ACCESS' });
  const { id: otherId } = await carriedOut(world, await world.endUser(server), { kind: 'ACCESS' });
  expect(await statusOf(download!)).toBe(200);
  expect(await statusOf(download!.replace(id, otherId))).toBe(404);
  expect(await statusOf(download!.split('?')[0]!)).toBe(404);
  world.clock.advance(16 * MINUTE_MS);
  expect(await statusOf(download!)).toBe(404);
  expect(await statusOf((await requestOf(ann, id)).download!)).toBe(200);
  expect(blobsOf(world).length).toBe(before + 2);
  world.clock.advance(45 * MINUTE_MS);
  const again = await ask(await world.endUser(server, 'ann'), { kind: 'ACCESS' });
  expect(again.id).not.toBe(id);
  await world.settle();
  // Of one person there is one copy of a kind: the newest, which holds all that the others did.
  expect(blobsOf(world).length).toBe(before + 2);
  expect(await requestOf(server, id)).toMatchObject({ status: 'DONE', download: null });
  expect(await statusOf((await requestOf(server, again.id)).download!)).toBe(200);
  world.clock.advance(7 * DAY_MS);
  expect((await requestOf(server, id)).download).toBeNull();
  await run(world, 'privacy.expire-copies');
  expect(await requestOf(server, id)).toMatchObject({ status: 'DONE', download: null, copyUntil: null });
  expect(blobsOf(world).length).toBe(before);
});

test('requests past their deadline are found, by the customer and by staff', async () => {
  const { id } = await ask(await world.endUser(server), { kind: 'RECTIFICATION' });
  const overdue = '{ dataRequests(filter: { onlyOverdue: true }) { nodes { id isOverdue } } }';
  const seenBy = async ({ client }: Person): Promise<object[]> =>
    (await client.ask<{ dataRequests: { nodes: object[] } }>(overdue)).dataRequests.nodes;
  expect(await seenBy(server)).toEqual([]);
  world.clock.advance(31 * DAY_MS);
  const stranger = await world.customer();
  expect(await seenBy(server)).toEqual([{ id, isOverdue: true }]);
  expect(await seenBy(await world.staff('COMPLIANCE'))).toEqual([{ id, isOverdue: true }]);
  expect(await seenBy(stranger)).toEqual([]);
});

test('a request is extended once, before its deadline, and the person reads why; it is overdue when the later one has passed', async () => {
  const ben = await world.endUser(server, 'ben');
  const asked = await ask(ben, { kind: 'RECTIFICATION', details: 'All of it is wrong.' });
  const late = await ask(await world.endUser(server), { kind: 'RECTIFICATION' });
  const { id } = asked;
  const extend = (input: object, by: Person = server) =>
    attempt(by, 'Extend', { id, months: 2, reason: 'Each of 900 rows has to be read.', ...input });
  expect((await extend({ months: 3 })).errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  expect((await extend({}, await world.apiKey(await world.customer()))).errors).toMatchObject([
    { code: 'NOT_FOUND' },
  ]);
  // Two at once: one extends, the other is told.
  const both = await Promise.all([extend({}), extend({ months: 1 })]);
  expect(both.flatMap(({ errors }) => errors)).toMatchObject([{ code: 'CONFLICT' }]);
  const extended = await requestOf(ben, id);
  expect(extended).toMatchObject({
    firstDueAt: asked.dueAt,
    extensionReason: 'Each of 900 rows has to be read.',
  });
  expect(extended.dueAt > asked.dueAt).toBe(true);
  world.clock.advance(31 * DAY_MS);
  const overdue = '{ dataRequests(filter: { onlyOverdue: true }) { nodes { id } } }';
  const byUrgency =
    '{ dataRequests(filter: { onlyOpen: true }, orderBy: { field: DUE_AT, direction: ASC }) { nodes { id } } }';
  const ids = async (query: string): Promise<string[]> =>
    (await server.client.ask<{ dataRequests: { nodes: { id: string }[] } }>(query)).dataRequests.nodes.map(
      (one) => one.id,
    );
  expect(await ids(overdue)).toContain(late.id);
  expect(await ids(overdue)).not.toContain(id);
  expect((await ids(byUrgency)).at(-1)).toBe(id);
  expect((await extend({ id: late.id })).errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'id'] }]);
  world.clock.advance(62 * DAY_MS);
  expect(await ids(overdue)).toContain(id);
  const staff = await world.staff('COMPLIANCE');
  const figures = `{ complianceFigures(period: { from: "2020-01-01T00:00:00Z", to: "2090-01-01T00:00:00Z" }) {
    dataRequests { kind extended } } }`;
  const counted = await staff.client.ask<{ complianceFigures: { dataRequests: object[] } }>(figures);
  expect(counted.complianceFigures.dataRequests).toContainEqual({ kind: 'RECTIFICATION', extended: 1 });
});
