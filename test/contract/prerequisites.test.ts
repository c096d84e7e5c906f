/** Flags that require each other, asked by stock clients of both doors and by predictions: all three agree, person by person. */
import { clearCache, configureCache, GrowthBook, GrowthBookClient } from '@growthbook/growthbook';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature as Servers, type Client } from '@openfeature/server-sdk';
import { clientKey, flagChanged, flagMade, flagTold, one } from '../feature-tests/doors';
import {
  consent,
  eightAtATime,
  names,
  planned,
  planOf,
  predict,
  stage,
  started,
} from '../feature-tests/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let other: CustomerPerson;
let server: Person;
let openFeature: Client;
const people = names('unit', 120);
let ids: string[];

beforeAll(async () => {
  configureCache({ disableCache: true });
  world = await startWorld();
  staff = await world.staff('ADMIN');
  [owner, other] = [await world.customer(), await world.customer()];
  server = await world.apiKey(owner);
  await consent(server, people);
  ids = await idsOf(people);
  const headers: [string, string][] = [['Authorization', `Bearer ${server.credential}`]];
  await Servers.setProviderAndWait('servers', new OFREPProvider({ baseUrl: world.url, headers }));
  openFeature = Servers.getClient('servers');
});
afterAll(async () => {
  await Servers.close();
  await clearCache();
  await world?.close();
});

/** Our ids of these people, by which GrowthBook's clients evaluate. */
async function idsOf(externalIds: readonly string[]): Promise<string[]> {
  const { rows } = await world.app.platform.database.servicePool.query<{ id: string; name: string }>(
    'select id, external_id as name from end_users where customer_id = $1 and external_id = any($2)',
    [owner.customerId, externalIds],
  );
  const byName = new Map(rows.map(({ id, name }) => [name, id]));
  return externalIds.map((name) => byName.get(name)!);
}

const countryOf = (person: string): string => (Number(person.split('-')[1]) % 2 === 0 ? 'DE' : 'FR');

async function growthBook(person: CustomerPerson): Promise<GrowthBookClient> {
  const made = await clientKey(person);
  const client = new GrowthBookClient({ apiHost: world.url, clientKey: made.clientKey });
  await client.init();
  return client;
}

const requires = (flagId: string, value: unknown): object => ({ prerequisites: [{ flagId, value }] });

test('a chain of shares, conditions and a test gives 120 people the same by OpenFeature and by two of GrowthBook’s clients', async () => {
  const scene = await stage(world, staff, 'answers');
  const { flag } = await started(staff, planOf(scene, 'answers'));
  const base = await flagMade(staff, 'base', 'BOOLEAN', false);
  await flagChanged(staff, base, {
    rules: [
      { condition: { customerId: other.customerId }, value: false },
      { condition: { country: 'DE' }, value: true, percentage: 70 },
    ],
  });
  const child = await flagMade(staff, 'child', 'STRING', 'old');
  await flagChanged(staff, child, { rules: [{ value: 'new', percentage: 80 }], ...requires(base, true) });
  const grandchild = await flagMade(staff, 'grandchild', 'JSON', { steps: 3 });
  await flagChanged(staff, grandchild, {
    rules: [{ value: { steps: 1 } }],
    prerequisites: [
      { flagId: child, value: 'new' },
      { flagId: flag.id, value: 'treatment' },
    ],
  });
  const last = await flagMade(staff, 'last', 'NUMBER', 0);
  await flagChanged(staff, last, { rules: [{ value: 7 }], ...requires(grandchild, { steps: 1 }) });
  await world.until(async () => {
    const told = await Promise.all(
      people
        .slice(0, 40)
        .map((targetingKey) =>
          one(world, server.credential, 'last', { targetingKey, country: countryOf(targetingKey) }),
        ),
    );
    return told.some(({ value }) => value === 7);
  }, 'the flags to be heard');

  const told = await eightAtATime(people, async (targetingKey) => {
    const context = { targetingKey, country: countryOf(targetingKey) };
    return [
      await openFeature.getBooleanValue('base', true, context),
      await openFeature.getStringValue('child', 'mine', context),
      await openFeature.getObjectValue('grandchild', {}, context),
      await openFeature.getNumberValue('last', -1, context),
    ];
  });
  const modern = await growthBook(owner);
  const made = await clientKey(owner);
  const older = new GrowthBook({ apiHost: world.url, clientKey: made.clientKey });
  await older.init({ skipCache: true });
  for (const [at, person] of people.entries()) {
    const attributes = { id: ids[at]!, analyticsConsent: true, country: countryOf(person) };
    const keys = ['base', 'child', 'grandchild', 'last'];
    expect(keys.map((key) => modern.getFeatureValue<unknown>(key, null, { attributes }))).toEqual(told[at]);
    await older.setAttributes(attributes);
    expect(keys.map((key) => older.getFeatureValue<unknown>(key, null))).toEqual(told[at]);
  }
  // Each step leaves some out, or nothing was shown.
  const count = (at: number, value: unknown): number =>
    told.filter((values) => JSON.stringify(values[at]) === JSON.stringify(value)).length;
  const steps = [count(0, true), count(1, 'new'), count(2, { steps: 1 }), count(3, 7)];
  expect(steps[0]).toBeLessThan(people.length);
  expect(steps[1]).toBeLessThan(steps[0]!);
  expect(steps[2]).toBeLessThan(steps[1]!);
  expect(steps[3]).toBe(steps[2]);
  expect(steps[3]).toBeGreaterThan(0);
  // Without a name nobody is in a share, and a flag that hangs on one cannot be told.
  const nameless = await one(world, server.credential, 'last', { country: 'DE' });
  expect(nameless.errorCode).toBe('TARGETING_KEY_MISSING');
  modern.destroy();
  older.destroy();
});

test('whom a required flag leaves out is in no test: predictions, OpenFeature and GrowthBook agree', async () => {
  const base = await flagMade(staff, 'half', 'BOOLEAN', false);
  await flagChanged(staff, base, { rules: [{ value: true, percentage: 50 }] });
  const scene = await stage(world, staff, 'gated');
  const { flag, id } = await planned(staff, planOf(scene, 'gated'));
  await flagChanged(staff, flag.id, requires(base, true));
  await staff.client.mutate('featureTestStart', 'FeatureTestStartInput!', { id }, 'featureTest { id }');
  const [inHalf, out] = await eightAtATime(people, (targetingKey) =>
    one(world, server.credential, 'half', { targetingKey }),
  ).then((told) => [
    people.filter((_, at) => told[at]!.value === true),
    people.filter((_, at) => told[at]!.value === false),
  ]);
  await flagTold(world, server, 'gated', { targetingKey: inHalf![0]! }, { reason: 'SPLIT' });
  const predicted = await eightAtATime(people, (person) => predict(server, scene, person));
  const assigned = predicted.map(({ assignments }) => assignments[0]?.variant ?? 'none');
  const client = await growthBook(owner);
  const local = ids.map((unit) => {
    const result = client.evalFeature('gated', { attributes: { id: unit, analyticsConsent: true } });
    return result.source === 'experiment' ? (result.value as string) : 'none';
  });
  expect(local).toEqual(assigned);
  const told = await eightAtATime(people, (targetingKey) =>
    openFeature.getStringDetails('gated', 'mine', { targetingKey }),
  );
  expect(told.map(({ variant }) => variant ?? 'none')).toEqual(assigned);
  expect(people.filter((_, at) => assigned[at] === 'none')).toEqual(out);
  expect(new Set(assigned)).toEqual(new Set(['none', 'control', 'treatment']));
  client.destroy();
});

test('what only another customer is given is not named to this one, neither as a rule nor as what it opens', async () => {
  const base = await flagMade(staff, 'edition', 'STRING', 'usual');
  await flagChanged(staff, base, {
    rules: [{ condition: { customerId: other.customerId }, value: 'made for another' }],
  });
  const opened = await flagMade(staff, 'opened', 'STRING', 'closed');
  await flagChanged(staff, opened, {
    rules: [{ value: 'what that one gets' }],
    ...requires(base, 'made for another'),
  });
  const theirs = await world.apiKey(other);
  await flagTold(world, theirs, 'opened', {}, { value: 'what that one gets', reason: 'TARGETING_MATCH' });
  expect(await one(world, server.credential, 'opened', {})).toEqual({
    key: 'opened',
    value: 'closed',
    reason: 'DEFAULT',
  });
  // That another's people are shared out is nothing to ask this one's name for.
  await flagChanged(staff, base, {
    rules: [{ condition: { customerId: other.customerId }, value: 'made for another', percentage: 50 }],
  });
  await flagTold(world, theirs, 'opened', {}, { errorCode: 'TARGETING_KEY_MISSING' });
  expect((await one(world, server.credential, 'opened', {})).value).toBe('closed');
  await flagChanged(staff, base, {
    rules: [{ condition: { customerId: other.customerId }, value: 'made for another' }],
  });
  await flagTold(world, theirs, 'opened', {}, { reason: 'TARGETING_MATCH' });
  const [ours, notOurs] = [await growthBook(owner), await growthBook(other)];
  expect(JSON.stringify(ours.getFeatures())).not.toMatch(/made for another|what that one gets|cus_/);
  expect(ours.getFeatures()['opened']).toEqual({ defaultValue: 'closed', rules: [] });
  expect(ours.getFeatureValue('opened', 'mine', {})).toBe('closed');
  expect(notOurs.getFeatureValue('opened', 'mine', {})).toBe('what that one gets');
  expect(JSON.stringify(notOurs.getFeatures())).not.toContain('cus_');
  ours.destroy();
  notOurs.destroy();
});

test('a flag that is off gives its default, to what requires it as well', async () => {
  const base = await flagMade(staff, 'switch', 'BOOLEAN', false);
  await flagChanged(staff, base, { rules: [{ value: true }] });
  const hanging = await flagMade(staff, 'hanging', 'STRING', 'dark');
  await flagChanged(staff, hanging, { rules: [{ value: 'light' }], ...requires(base, true) });
  await flagTold(world, server, 'hanging', {}, { value: 'light' });
  await flagChanged(staff, base, { environments: [{ environment: 'PRODUCTION', enabled: false }] });
  await flagTold(world, server, 'hanging', {}, { value: 'dark', reason: 'DEFAULT' });
  const client = await growthBook(owner);
  expect(client.getFeatureValue('hanging', 'mine', {})).toBe('dark');
  client.destroy();
  const staging = await clientKey(owner, 'STAGING');
  const elsewhere = new GrowthBookClient({ apiHost: world.url, clientKey: staging.clientKey });
  await elsewhere.init();
  expect(elsewhere.getFeatureValue('hanging', 'mine', {})).toBe('light');
  elsewhere.destroy();
});
