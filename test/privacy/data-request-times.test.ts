/** What time does to requests of data subjects: addresses end, copies go, deadlines pass. */
import { served } from '../inference/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { ask, blobsOf, carriedOut, knownPerson, requestOf, run } from './data-requests';

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
