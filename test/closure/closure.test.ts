/** A customer that closes its account: what stops, what goes on, and the way back while there is one. */
import { count, predict, served, type Served } from '../inference/support';
import { expectNone } from '../support/expect-none';
import { ROW } from '../support/hand-made-version';
import { CustomerStanding } from '../../src/modules/identity/customer/customer-standing.service';
import { mailsTo } from '../support/mails';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { erasureEnds } from './erasures';
import { closingIsPaid } from './what-it-owes';
import { close, closureOf, invited, reopen } from './support';

let world: World;
let house: Served;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
});
afterAll(() => world?.close());

/** The codes of what is answered, whether as data or beside it. */
async function codesOf(
  { client }: Pick<Person, 'client'>,
  mutation: string,
  type: string,
  input: object,
): Promise<string[]> {
  const { data, errors } = await client.send<{ act: { errors: { code: string }[] } | null }>(
    `mutation ($input: ${type}!) { act: ${mutation}(input: $input) { errors { code } } }`,
    { input },
  );
  return errors?.map(({ extensions }) => extensions.code) ?? data!.act!.errors.map(({ code }) => code);
}

const predicting = (person: Person, input: object = {}): Promise<string[]> =>
  codesOf(person, 'predict', 'PredictInput', { deployment: 'wages', rows: ROW, ...input });

const CLOSED = ['ACCOUNT_CLOSING'];

describe('an account that is closed', () => {
  let owner: CustomerPerson;
  let key: Person;
  let person: Person;
  let neighbour: Person;
  let flags: () => Promise<Response>;
  let feedbackToken: string;
  let eraseAfter: string;

  beforeAll(async () => {
    owner = await world.customer('Closing Ltd');
    key = await world.apiKey(owner);
    person = await world.endUser(key);
    neighbour = await world.apiKey(await world.customer());
    const { clientKey } = await owner.client.mutate<{ clientKey: string }>(
      'flagClientKeyCreate',
      'FlagClientKeyCreateInput!',
      { name: 'servers' },
      'clientKey',
    );
    flags = () => fetch(`${world.url}/api/features/${clientKey}`);
    feedbackToken = (await predict(key)).feedbackToken!;
    await predict(person);
  });

  test('is closed by nobody but an owner, and only by its name', async () => {
    const admin = await invited(world, owner, 'ADMIN');
    expect(
      await codesOf(admin, 'customerClose', 'CustomerCloseInput', { name: 'Closing Ltd', reason: 'PRICE' }),
    ).toEqual(['FORBIDDEN']);
    expect(
      await codesOf(key, 'customerClose', 'CustomerCloseInput', { name: 'Closing Ltd', reason: 'PRICE' }),
    ).toEqual(['FORBIDDEN']);
    expect(
      await codesOf(house.staff, 'customerClose', 'CustomerCloseInput', {
        name: 'Closing Ltd',
        reason: 'PRICE',
      }),
    ).toEqual(['FORBIDDEN']);
    expect((await close(owner, { name: 'Closing' })).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'name'] },
    ]);
    expect(await closureOf(owner)).toBeNull();
    expect(await predicting(key)).toEqual([]);
  });

  test('is closed in every process at once, and opened again', async () => {
    const other = await world.customer();
    const { database, signals, log } = world.app.platform;
    const another = new CustomerStanding(database, signals, log);
    await another.start();
    const knows = (isOpen: boolean): Promise<void> =>
      world.until(
        () => Promise.resolve(another.isOpen(other.customerId) === isOpen),
        'another process to know',
      );
    await close(other);
    await knows(false);
    await reopen(other);
    await knows(true);
    await close(other);
    await another.stop();
    // One that starts later reads it.
    const later = new CustomerStanding(database, signals, log);
    await later.start();
    expect([later.isOpen(other.customerId), later.isOpen(house.modelId)]).toEqual([false, true]);
    await later.stop();
  });

  test('runs nothing from that moment, by no credential and no face, and leaves its neighbours alone', async () => {
    const { payload, errors } = await close(owner, { reason: 'COMPETITOR', detail: 'Another has more.' });
    expect([errors, payload.openInvoices]).toEqual([[], 0]);
    eraseAfter = payload.customer!.closure!.eraseAfter;
    expect(Date.parse(eraseAfter) - world.clock.millis()).toBeGreaterThan(29 * 86_400_000);
    for (const caller of [key, person, owner]) expect(await predicting(caller)).toEqual(CLOSED);
    expect((await flags()).status).toBe(403);
    const chat = await fetch(`${world.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'wages', input: 'x' }),
    });
    expect([chat.status, await chat.text()]).toEqual([403, expect.stringContaining(eraseAfter)]);
    const token = { kind: 'RATING', score: 4, feedbackToken };
    expect(await codesOf({ client: world.client() }, 'feedbackSubmit', 'FeedbackSubmitInput', token)).toEqual(
      CLOSED,
    );
    expect(
      await codesOf(owner, 'endUserTokenCreate', 'EndUserTokenCreateInput', { externalId: 'new' }),
    ).toEqual(CLOSED);
    expect(await codesOf(owner, 'apiKeyCreate', 'ApiKeyCreateInput', { name: 'new' })).toEqual(CLOSED);
    expect(
      await codesOf(owner, 'subscriptionCheckoutCreate', 'SubscriptionCheckoutCreateInput', { plan: 'PRO' }),
    ).toEqual(CLOSED);
    expect(await predicting(neighbour)).toEqual([]);
  });

  test('can be read by its members, who may do what takes data out and what opens it again', async () => {
    const { viewer, customer, inferences } = await owner.client.ask<{
      viewer: { permissions: string[] };
      customer: { apiKeys: { nodes: { id: string }[] } };
      inferences: { nodes: object[] };
    }>('{ viewer { permissions } customer { apiKeys { nodes { id } } } inferences { nodes { id } } }');
    const changing = viewer.permissions.filter((permission) => !permission.endsWith(':read'));
    expect(changing.sort()).toEqual([
      'customer:close',
      'data-request:create',
      'data-request:decide',
      'inference:payload',
    ]);
    expect([customer.apiKeys.nodes, inferences.nodes.length]).toEqual([[{ id: key.id }], 3]);
    expect(
      await codesOf(owner, 'dataRequestCreate', 'DataRequestCreateInput', {
        kind: 'ACCESS',
        endUserId: person.id,
      }),
    ).toEqual([]);
    const { errors } = await owner.client
      .attempt('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: key.id }, '__typename')
      .catch((error: Error) => ({ errors: [error.message] }));
    expect(String(errors)).toContain(`after ${eraseAfter}`);
  });

  test('is closed once, however often it is asked, and its owners are told', async () => {
    const { payload, errors } = await close(owner, { reason: 'PRICE' });
    expect([errors, payload.openInvoices, payload.customer!.closure!.reason]).toEqual([
      [],
      null,
      'COMPETITOR',
    ]);
    await world.settle();
    const [mail, ...more] = (await mailsTo(world, owner.email)).filter((text) =>
      text.includes('is closed at Flywheel'),
    );
    expect([more, mail]).toEqual([[], expect.stringContaining(eraseAfter)]);
    expect(
      await count(
        world,
        `select count(*)::int as count from domain_events where type = 'customer.closed' and subject = $1`,
        [owner.customerId],
      ),
    ).toBe(1);
    expect(
      await count(
        world,
        `select count(*)::int as count from audit_records where action = 'customer.closed' and object = $1`,
        [owner.customerId],
      ),
    ).toBe(1);
  });

  test('is opened again by an owner, and its keys and tokens work as before', async () => {
    expect(
      await codesOf(owner, 'customerReopen', 'CustomerReopenInput', { customerId: house.modelId }),
    ).toEqual(['NOT_FOUND']);
    expect(await reopen(owner)).toEqual([]);
    expect(await reopen(owner)).toEqual([]);
    expect(await closureOf(owner)).toBeNull();
    for (const caller of [key, person, owner]) expect(await predicting(caller)).toEqual([]);
    expect((await flags()).status).toBe(200);
  });
});

test('every table that carries customer_id is named by a module, with what of it goes when a customer is closed', async () => {
  const { rows } = await world.app.platform.database.servicePool.query<{ name: string }>(
    `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where a.attname = 'customer_id' and not a.attisdropped and c.relnamespace = 'public'::regnamespace
       and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  const named = world.app.modules.manifests.flatMap(({ customerData = [] }) =>
    customerData.map(({ table }) => table),
  );
  expectNone(
    rows.map(({ name }) => name).filter((name) => !named.includes(name)),
    'Say in customer-data.ts of its module what it holds of a customer, what of it goes with the account, and what is kept and why.',
  );
  expect(named).toHaveLength(new Set(named).size);
  const silent = world.app.modules.manifests.flatMap(({ customerData = [] }) =>
    customerData.filter(({ kept, goes }) => kept === null && (goes === null || goes.emptied !== undefined)),
  );
  expectNone(
    silent.map(({ table }) => table),
    'Rows of it stay: say in `kept` what of them, and why.',
  );
});

closingIsPaid(
  () => world,
  () => house.staff,
);
erasureEnds(
  () => world,
  () => house.staff,
);
