/** The OFREP door with the providers that people have, unchanged: OpenFeature's for servers and for web pages. */
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import {
  ErrorCode,
  OpenFeature as Servers,
  type Client,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import { OpenFeature as Pages, ProviderEvents } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';
import { flagChanged, flagMade } from '../feature-tests/doors';
import {
  consent,
  eightAtATime,
  names,
  planOf,
  predict,
  stage,
  started,
  type Stage,
} from '../feature-tests/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

let world: World;
let staff: Person;
let owner: CustomerPerson;
let server: Person;
let scene: Stage;
let client: Client;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff('ADMIN');
  owner = await world.customer();
  server = await world.apiKey(owner);
  scene = await stage(world, staff, 'answers');
  await started(staff, planOf(scene, 'answers'));
  client = await serverClient('servers', server.credential);
});
afterAll(async () => {
  await Servers.close();
  await Pages.close();
  await world?.close();
});

const headersOf = (credential: string): [string, string][] => [['Authorization', `Bearer ${credential}`]];

async function serverClient(domain: string, credential: string): Promise<Client> {
  const provider = new OFREPProvider({ baseUrl: world.url, headers: headersOf(credential) });
  await Servers.setProviderAndWait(domain, provider);
  return Servers.getClient(domain);
}

test('a server asks for values of every type, and is told why', async () => {
  await flagMade(staff, 'on', 'BOOLEAN', true);
  await flagMade(staff, 'words', 'STRING', 'hello');
  await flagMade(staff, 'count', 'NUMBER', 0);
  await flagMade(staff, 'shape', 'JSON', { colour: 'red', sizes: [1, 2] });
  await world.until(
    async () => (await client.getBooleanDetails('on', false)).reason === 'STATIC',
    'the flags',
  );
  expect(await client.getBooleanValue('on', false)).toBe(true);
  expect(await client.getStringValue('words', '')).toBe('hello');
  expect(await client.getNumberValue('count', 7)).toBe(0);
  expect(await client.getObjectValue('shape', {})).toEqual({ colour: 'red', sizes: [1, 2] });
  const unknown = await client.getBooleanDetails('nothing', true);
  expect(unknown).toMatchObject({ value: true, errorCode: ErrorCode.FLAG_NOT_FOUND, reason: 'ERROR' });
  const wrong = await client.getBooleanDetails('words', true);
  expect(wrong).toMatchObject({ value: true, errorCode: ErrorCode.TYPE_MISMATCH });
  const nobody = await client.getStringDetails('answers', 'mine');
  expect(nobody).toMatchObject({ value: 'mine', errorCode: ErrorCode.TARGETING_KEY_MISSING });
});

test('200 people get by the door what their predictions get, and asking exposes nobody', async () => {
  const people = names('unit', 200);
  await consent(server, people);
  const told = await eightAtATime(people, (targetingKey) =>
    client.getStringDetails('answers', 'mine', { targetingKey }),
  );
  const { servicePool } = world.app.platform.database;
  const units = await servicePool.query('select 1 from feature_test_units');
  expect(units.rowCount).toBe(0);
  const predicted = await eightAtATime(people, (person) => predict(server, scene, person));
  const variants = predicted.map(({ assignments }) => assignments[0]!.variant);
  expect(told.map(({ value }) => value)).toEqual(variants);
  expect(told.map(({ variant }) => variant)).toEqual(variants);
  expect(new Set(told.map(({ reason }) => reason))).toEqual(new Set([StandardResolutionReasons.SPLIT]));
  expect(new Set(variants)).toEqual(new Set(['control', 'treatment']));
});

test('who has not agreed to analytics gets the default, and so does whom nobody knows', async () => {
  await predict(server, scene, 'silent');
  for (const targetingKey of ['silent', 'never seen']) {
    const details = await client.getStringDetails('answers', 'mine', { targetingKey });
    expect(details).toMatchObject({ value: 'control', reason: StandardResolutionReasons.DEFAULT });
  }
  const { rowCount } = await world.app.platform.database.servicePool.query(
    `select 1 from end_users where external_id = 'never seen'`,
  );
  expect(rowCount).toBe(0);
});

describe('a web page', () => {
  beforeAll(() => void Object.assign(globalThis, { EventSource }));
  afterAll(() => void Reflect.deleteProperty(globalThis, 'EventSource'));

  test('asks with the token of its person, hears of changes by its stream, and forgets nothing between', async () => {
    const person = await world.endUser(owner, 'page');
    await consent(server, ['page']);
    const id = await flagMade(staff, 'banner', 'STRING', 'old');
    const provider = new OFREPWebProvider({
      baseUrl: world.url,
      headers: headersOf(person.credential),
      cacheMode: 'disabled',
      disableVisibilityRefresh: true,
    });
    const page = Pages.getClient('page');
    // Whom the context names is no matter: the token speaks for its own person.
    await Pages.setContext('page', { targetingKey: 'somebody else' });
    await Pages.setProviderAndWait('page', provider);
    await world.until(async () => {
      await Pages.setContext('page', { targetingKey: 'somebody else', now: performance.now() });
      return page.getStringValue('banner', 'none') === 'old';
    }, 'the flag');
    expect(page.getStringDetails('answers', 'mine')).toMatchObject({
      value: (await client.getStringDetails('answers', 'mine', { targetingKey: 'page' })).value,
      reason: StandardResolutionReasons.SPLIT,
    });
    // The first may be heard by what the page asks when its stream opens; the second by the stream alone.
    for (const value of ['new', 'newer']) {
      const changed = new Promise<void>((resolve) => {
        page.addHandler(ProviderEvents.ConfigurationChanged, () => {
          if (page.getStringValue('banner', 'none') === value) resolve();
        });
      });
      await flagChanged(staff, id, { rules: [{ condition: { customerId: owner.customerId }, value }] });
      await changed;
    }
    expect(page.getStringDetails('banner', 'none').reason).toBe(StandardResolutionReasons.TARGETING_MATCH);
    await provider.onClose?.();
  });

  test('takes the default of a test when its person takes the consent back, without being asked again', async () => {
    const person = await world.endUser(owner, 'regrets');
    const input = { purpose: 'ANALYTICS', granted: true };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', input, 'record { id }');
    const provider = new OFREPWebProvider({
      baseUrl: world.url,
      headers: headersOf(person.credential),
      cacheMode: 'disabled',
      disableVisibilityRefresh: true,
    });
    const page = Pages.getClient('regrets');
    await Pages.setProviderAndWait('regrets', provider);
    expect(page.getStringDetails('answers', 'mine').reason).toBe(StandardResolutionReasons.SPLIT);
    const changed = new Promise<void>((resolve) => {
      page.addHandler(ProviderEvents.ConfigurationChanged, () => {
        if (page.getStringDetails('answers', 'mine').reason === 'DEFAULT') resolve();
      });
    });
    const withdrawal = { purpose: 'ANALYTICS', granted: false };
    await person.client.mutate('consentRecord', 'ConsentRecordInput!', withdrawal, 'record { id }');
    await world.app.drainEvents();
    await changed;
    expect(page.getStringValue('answers', 'mine')).toBe('control');
    await provider.onClose?.();
  });
});

test('a credential that is none is told so', async () => {
  const stranger = await serverClient('strangers', 'flw_live_nothing');
  const details = await stranger.getBooleanDetails('on', false);
  expect(details).toMatchObject({ value: false, reason: 'ERROR' });
});
