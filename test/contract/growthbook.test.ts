/** The GrowthBook door with GrowthBook's own clients, unchanged: they evaluate by themselves, follow a stream, and send events. */
import {
  configureCache,
  clearCache,
  GrowthBook,
  GrowthBookClient,
  setPolyfills,
} from '@growthbook/growthbook';
import { growthbookTrackingPlugin } from '@growthbook/growthbook/plugins';
import { EventSource } from 'eventsource';
import { clientKey, flagChanged, flagMade, one } from '../feature-tests/doors';
import {
  consent,
  eightAtATime,
  names,
  planOf,
  predict,
  results,
  stage,
  started,
  type Stage,
  type TestView,
} from '../feature-tests/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let scene: Stage;
let running: TestView;
let key: string;

beforeAll(async () => {
  setPolyfills({ EventSource });
  configureCache({ disableCache: true });
  world = await startWorld();
  staff = await world.staff('ADMIN');
  owner = await world.customer();
  server = await world.apiKey(owner);
  scene = await stage(world, staff, 'answers');
  running = await started(staff, planOf(scene, 'answers'));
  ({ clientKey: key } = await clientKey(owner));
});
afterAll(async () => {
  await clearCache();
  await world?.close();
});

/** Our ids of these people, by which clients evaluate. */
async function idsOf(people: readonly string[]): Promise<string[]> {
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string; name: string }>(
    'select id, external_id as name from end_users where customer_id = $1 and external_id = any($2)',
    [owner.customerId, people],
  );
  const byName = new Map(rows.map(({ id, name }) => [name, id]));
  return people.map((name) => byName.get(name)!);
}

test('200 people get from a client that evaluates by itself what their predictions get', async () => {
  const people = names('unit', 200);
  await consent(server, people);
  const predicted = await eightAtATime(people, (person) => predict(server, scene, person));
  const client = new GrowthBookClient({ apiHost: world.url, clientKey: key });
  expect(await client.init()).toMatchObject({ success: true, source: 'network' });
  const ids = await idsOf(people);
  const local = ids.map((id) =>
    client.getFeatureValue('answers', 'mine', { attributes: { id, analyticsConsent: true } }),
  );
  expect(local).toEqual(predicted.map(({ assignments }) => assignments[0]!.variant));
  expect(new Set(local)).toEqual(new Set(['control', 'treatment']));
  // Of whom the client does not say that they agreed, nobody is in a test.
  const silent = ids.map((id) => client.getFeatureValue('answers', 'mine', { attributes: { id } }));
  expect(new Set(silent)).toEqual(new Set(['control']));
  client.destroy();
});

test('rules and shares are evaluated by the client as by the other door, without a word of other customers', async () => {
  const other = await world.customer();
  const id = await flagMade(staff, 'checkout', 'JSON', { steps: 3 });
  await flagChanged(staff, id, {
    rules: [
      { condition: { customerId: other.customerId }, value: { steps: 9 } },
      { condition: { customerId: owner.customerId, country: 'DE' }, value: { steps: 2 } },
      { condition: { customerId: { $ne: other.customerId } }, value: { steps: 1 }, percentage: 30 },
    ],
  });
  const people = names('share', 200);
  await consent(server, people);
  const ids = await idsOf(people);
  await world.until(
    async () => (await one(world, server.credential, 'checkout', { country: 'DE' })).value !== undefined,
    'the flag',
  );
  const client = new GrowthBook({ apiHost: world.url, clientKey: key });
  await client.init({ skipCache: true });
  expect(JSON.stringify(client.getFeatures())).not.toMatch(/cus_|"steps":9/);
  const told = await eightAtATime(people, async (person) => {
    const country = person.endsWith('7') ? 'DE' : 'FR';
    return (await one(world, server.credential, 'checkout', { targetingKey: person, country })).value;
  });
  for (const [at, person] of people.entries()) {
    const country = person.endsWith('7') ? 'DE' : 'FR';
    await client.setAttributes({ id: ids[at]!, country });
    expect(client.getFeatureValue('checkout', null)).toEqual(told[at]);
  }
  const steps = told.map((value) => (value as { steps: number }).steps);
  expect(steps.filter((count) => count === 2)).toHaveLength(20);
  expect(steps.filter((count) => count === 1).length).toBeGreaterThan(30);
  expect(steps).not.toContain(9);
  client.destroy();
});

test('a client that streams hears of a change, and a revoked key hears nothing more', async () => {
  const made = await clientKey(owner);
  const id = await flagMade(staff, 'banner', 'STRING', 'old');
  const client = new GrowthBookClient({ apiHost: world.url, clientKey: made.clientKey });
  await world.until(async () => {
    await client.refreshFeatures();
    return client.getFeatureValue('banner', 'none', {}) === 'old';
  }, 'the flag');
  await client.init({ streaming: true });
  await flagChanged(staff, id, { defaultValue: 'new' });
  await world.until(
    () => Promise.resolve(client.getFeatureValue('banner', 'none', {}) === 'new'),
    'the change to reach the stream',
  );
  await owner.client.mutate(
    'flagClientKeyRevoke',
    'FlagClientKeyRevokeInput!',
    { id: made.id },
    'flagClientKey { revokedAt }',
  );
  await world.until(async () => {
    const { status } = await fetch(`${world.url}/api/features/${made.clientKey}`);
    return status === 401;
  }, 'the revocation');
  await flagChanged(staff, id, { defaultValue: 'newest' });
  const still = new GrowthBookClient({ apiHost: world.url, clientKey: key });
  await world.until(async () => {
    await still.refreshFeatures();
    return still.getFeatureValue('banner', 'none', {}) === 'newest';
  }, 'the last change');
  expect(client.getFeatureValue('banner', 'none', {})).toBe('new');
  client.destroy();
  still.destroy();
});

test('events of its plugin are metrics of people in the test; what it says of evaluations exposes nobody', async () => {
  const [person] = names('unit', 1);
  const [id] = await idsOf([person!]);
  await consent(server, ['idle']);
  const [idle] = await idsOf(['idle']);
  const client = new GrowthBookClient({
    apiHost: world.url,
    clientKey: key,
    plugins: [growthbookTrackingPlugin({ ingestorHost: world.url, queueFlushInterval: 10 })],
  });
  await client.init();
  const attributes = { id, analyticsConsent: true };
  client.getFeatureValue('answers', 'mine', { attributes: { id: idle, analyticsConsent: true } });
  client.logEvent('checkout', { value: 3 }, { attributes });
  const count = `select count(*)::int as n from metric_events where name = 'checkout' and end_user_id = $1 and value = 3`;
  const { servicePool } = world.app.platform.database;
  await world.until(async () => {
    const { rows } = await servicePool.query<{ n: number }>(count, [id]);
    return rows[0]!.n === 1;
  }, 'the event');
  const { rowCount } = await servicePool.query('select 1 from feature_test_units where end_user_id = $1', [
    idle,
  ]);
  expect(rowCount).toBe(0);
  await world.settle();
  const { metrics } = await results(staff, running.id);
  const checkout = metrics.filter(({ metric }) => metric === 'checkout');
  expect(checkout.reduce((sum, { value, n }) => sum + value * n, 0)).toBeCloseTo(1);
  client.destroy();
});
