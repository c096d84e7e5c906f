import type { CustomerPerson, Person, World } from '../support/world';
import { startWorld } from '../support/world';
import { consent, names, planOf, predict, results, stage, started } from './support';

let world: World;
let owner: CustomerPerson;
let server: Person;

beforeAll(async () => {
  world = await startWorld();
  owner = await world.customer();
  server = await world.apiKey(owner);
});
afterAll(() => world.close());

const track = (events: readonly object[], by: Person = server) =>
  by.client.attempt<{ accepted: number; ignored: number }>(
    'track',
    'TrackInput!',
    { events },
    'accepted ignored',
  );
const event = (id: string, externalId: string, more: object = {}) => ({
  id,
  name: 'click',
  endUserExternalId: externalId,
  ...more,
});

test('an event counts once, however often it is sent, and only for people who agreed', async () => {
  await consent(server, ['ada']);
  const events = [event('1', 'ada'), event('2', 'ada'), event('3', 'silent'), event('4', 'never-seen')];
  expect((await track(events)).payload).toMatchObject({ accepted: 2, ignored: 2 });
  expect((await track(events)).payload).toMatchObject({ accepted: 0, ignored: 4 });
  expect((await track([event('5', 'ada'), event('5', 'ada')])).payload).toMatchObject({
    accepted: 1,
    ignored: 1,
  });
});

test('what happened before a person agreed is not kept, and whoever sends is told which events were not, and why', async () => {
  const dated = async (granted: boolean) => {
    world.clock.advance(60_000);
    await consent(server, ['dated'], granted);
    return world.clock.millis();
  };
  const first = await dated(true);
  const at = (millis: number) => ({ at: new Date(millis) });
  await track([event('kept', 'dated', at(first))]);
  await dated(false);
  await world.settle();
  const anew = await dated(true);
  // A yes to other words goes on from the one before it.
  const staff = await world.staff('COMPLIANCE');
  const words = { title: 'Counting', body: 'We count what you do here.', expectedVersion: 1 };
  const text = { purpose: 'ANALYTICS', language: 'en', ...words };
  await staff.client.mutate('consentTextPublish', 'ConsentTextPublishInput!', text, '__typename');
  await dated(true);
  world.clock.advance(60_000);
  const { payload } = await server.client.attempt<{ ignoredEvents: object[] }>(
    'track',
    'TrackInput!',
    {
      events: [
        event('in-time', 'dated', at(anew)),
        event('too-early', 'dated', at(anew - 30_000)),
        // What went with a consent that was taken back does not come in by a later one.
        event('kept', 'dated', at(first)),
        event('in-time', 'dated'),
        event('silent', 'silent', at(anew)),
        event('unknown', 'never-seen'),
        event('undated', 'dated'),
      ],
    },
    'accepted ignored ignoredEvents { id reason }',
  );
  expect(payload).toMatchObject({
    accepted: 2,
    ignored: 5,
    ignoredEvents: [
      { id: 'too-early', reason: 'BEFORE_CONSENT' },
      { id: 'kept', reason: 'BEFORE_CONSENT' },
      { id: 'in-time', reason: 'ALREADY_SENT' },
      { id: 'silent', reason: 'NO_CONSENT' },
      { id: 'unknown', reason: 'NO_CONSENT' },
    ],
  });
});

test('two customers may use the same ids for different events', async () => {
  const other = await world.apiKey(await world.customer());
  await consent(other, ['ada']);
  expect((await track([event('1', 'ada')], other)).payload).toMatchObject({ accepted: 1 });
});

test('an end user’s token speaks for itself and for nobody else', async () => {
  const person = await world.endUser(server, 'browser');
  await consent(server, ['browser']);
  expect((await track([{ id: 'b1', name: 'click' }], person)).payload).toMatchObject({ accepted: 1 });
  expect((await track([event('b2', 'ada')], person)).errors).toMatchObject([
    { path: ['input', 'events', '0', 'endUserExternalId'] },
  ]);
});

test('two people’s browsers may use the same ids: neither takes the other’s away', async () => {
  const [one, two] = [await world.endUser(server, 'one'), await world.endUser(server, 'two')];
  await consent(server, ['one', 'two']);
  const events = [{ id: 'same', name: 'click' }];
  for (const person of [one, two]) {
    expect((await track(events, person)).payload).toMatchObject({ accepted: 1 });
    expect((await track(events, person)).payload).toMatchObject({ accepted: 0, ignored: 1 });
  }
});

test('a clock that goes a little ahead costs no event: what seems to be still to come happened now', async () => {
  await consent(server, ['ahead']);
  const at = new Date(world.clock.millis() + 30_000);
  expect((await track([event('ahead', 'ahead', { at })])).payload).toMatchObject({ accepted: 1, ignored: 0 });
  const { rows } = await world.app.platform.database.servicePool.query<{ at: Date }>(
    `select at from metric_events where event_id = 'ahead'`,
  );
  expect(rows[0]!.at.getTime()).toBeLessThan(at.getTime());
});

test('all faults come at once: a reserved name, nobody named, the future, too many', async () => {
  const future = new Date(world.clock.millis() + 3_600_000).toISOString();
  const { errors } = await track([
    event('f1', 'ada', { name: 'latency_ms' }),
    { id: 'f2', name: 'click' },
    event('f3', 'ada', { at: future }),
  ]);
  expect(errors.map(({ path }) => path!.join('.'))).toEqual([
    'input.events.0.name',
    'input.events.1.endUserExternalId',
    'input.events.2.at',
  ]);
  const many = names('many', 101).map((id) => event(id, 'ada'));
  expect((await track(many)).errors).toMatchObject([{ path: ['input', 'events'] }]);
});

test('a value that no results could be worked out of is refused, and the largest that is kept has results', async () => {
  const staff = await world.staff('ADMIN');
  const scene = await stage(world, staff, 'large');
  const { id } = await started(staff, planOf(scene, 'large', { primaryMetric: { name: 'click' } }));
  await consent(server, ['large']);
  await predict(server, scene, 'large');
  await world.settle();
  const person = await world.endUser(server, 'large');
  for (const value of [1e200, -1e200, 1e12 + 1]) {
    const { errors } = await track([{ id: `large ${value}`, name: 'click', value }], person);
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'events', '0', 'value'] }]);
  }
  await track([{ id: 'largest', name: 'click', value: 1e12 }], person);
  const clicks = (await results(staff, id)).metrics.filter(({ metric, n }) => metric === 'click' && n > 0);
  expect(clicks).toMatchObject([{ n: 1, value: 1e12 }]);
});

test('what happened before a person met the test is no result of it', async () => {
  const staff = await world.staff('ADMIN');
  const scene = await stage(world, staff, 'before');
  const { id } = await started(staff, planOf(scene, 'before', { primaryMetric: { name: 'click' } }));
  await consent(server, ['late']);
  await track([event('before', 'late')]);
  await predict(server, scene, 'late');
  await track([event('after', 'late', { value: 3 })]);
  await world.settle();
  const clicks = (await results(staff, id)).metrics.filter(({ metric, n }) => metric === 'click' && n > 0);
  expect(clicks).toMatchObject([{ n: 1, value: 3 }]);
});

test('who takes the consent back takes what was tracked along, and the sums of a test that runs stay', async () => {
  const staff = await world.staff('ADMIN');
  const scene = await stage(world, staff, 'gone');
  const { id } = await started(staff, planOf(scene, 'gone', { primaryMetric: { name: 'click' } }));
  await consent(server, ['leaves', 'stays']);
  for (const name of ['leaves', 'stays']) {
    await predict(server, scene, name);
    await world.settle();
    await track([event(`gone ${name}`, name, { value: 3 })]);
  }
  const rows = async (table: string): Promise<string[]> =>
    (
      await world.app.platform.database.servicePool.query<{ name: string }>(
        `select person.external_id as name from ${table} as kept join end_users person on person.id = kept.end_user_id
         where person.external_id in ('leaves', 'stays') order by 1`,
      )
    ).rows.map(({ name }) => name);
  const clicks = async () =>
    (await results(staff, id)).metrics.filter(({ metric, n }) => metric === 'click' && n > 0);
  const before = await clicks();
  await consent(server, ['leaves'], false);
  await world.settle();
  for (const table of ['metric_events', 'feature_test_exposures'])
    expect(await rows(table)).toEqual(['stays']);
  expect(await rows('feature_test_units')).toEqual(['leaves', 'stays']);
  expect(await clicks()).toEqual(before);
  await consent(server, ['leaves']);
  await track([event('since', 'leaves')]);
  await world.settle();
  expect(await rows('metric_events')).toEqual(['leaves', 'stays']);
});
