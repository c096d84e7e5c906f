/** Answers that are given again, and deployments that stand in for each other: who answered, who pays what, who agreed. */
import { AppError } from '../../src/kernel/errors';
import type { ExecutionPort } from '../../src/modules/inference';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, billed, predict, served, type Served } from './support';

let world: World;
let house: Served;
let customer: CustomerPerson;
let key: Person;
/** Versions of which this engine says that they are its own: down, or outside the house. */
const down = new Set<string>();
const outside = new Set<string>();

const port = (versions: ReadonlySet<string>, leavesHouse: boolean): ExecutionPort => ({
  runs: (versionId) => versions.has(versionId),
  leavesHouse,
  infoOf: () => world.app.modules.compute.compute.info(),
  infer: (versionId, batch, options) =>
    leavesHouse
      ? world.app.modules.compute.compute.infer(versionId, batch, options)
      : Promise.reject(new AppError('ENGINE_UNAVAILABLE', 'It is down.')),
});

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  customer = await world.customer();
  key = await world.apiKey(customer);
  const { inference, billing } = world.app.modules;
  inference.addExecution(port(down, false));
  inference.addExecution(port(outside, true));
  await world.app.platform.database.unitOfWork.run({ service: true }, () =>
    billing.sync.placeOn(customer.customerId, 'ENTERPRISE'),
  );
});

afterAll(() => world?.close());

const configure = (input: object) =>
  house.staff.client.attempt<{ deployment: { fallbacks: object[]; cacheSeconds: number | null } }>(
    'deploymentConfigure',
    'DeploymentConfigureInput!',
    input,
    'deployment { fallbacks { id } cacheSeconds version }',
  );

/** A deployment as it is to be configured, and known to this process as that. */
async function configured(name: string, probability: number, settings: object): Promise<Served> {
  const made = await served(world, name, probability, house.staff);
  expect((await configure({ id: made.deploymentId, ...settings })).errors).toEqual([]);
  const { routes } = world.app.modules.deployments;
  const version = async () => routes.find(customer.customerId, name, []).revision === 2;
  await world.until(version, `${name} to be served as configured`);
  return made;
}

const path = async (person: Person, id: string) => {
  const query = `query ($id: ID!) { inference(id: $id) {
    cached fallbackStep source { id } deployment { name } askedDeployment { name } priceExact cost { deviceMs } usage { unit quantity amount } } }`;
  return (await person.client.ask<{ inference: Record<string, unknown> }>(query, { id })).inference;
};

describe('answers that may be given again', () => {
  beforeAll(() => configured('repeating', 0.75, { cacheSeconds: 60 }));
  const ask = (input: object = {}) => predict(key, { deployment: 'repeating', ...input });

  test('the same question is computed once, has a record of its own each time, and its own price', async () => {
    const first = (await ask()).inference!;
    const again = (await ask({ rows: { income: ROW.income, age: ROW.age } })).inference!;
    expect([first.cached, again.cached]).toEqual([false, true]);
    expect(again.outputs).toEqual(first.outputs);
    expect(again.id).not.toBe(first.id);
    expect([first.priceExact, again.priceExact]).toEqual(['0.2', '0.05']);
    expect(await path(house.staff, again.id)).toMatchObject({
      source: { id: first.id },
      cost: { deviceMs: 0 },
      usage: [{ unit: 'CACHED_REQUEST', quantity: '1', amount: '0.05' }],
    });
    const { customer: seen } = await customer.client.ask<{ customer: { usage: { byUnit: object[] } } }>(
      '{ customer { usage { byUnit { unit quantity amount } } } }',
    );
    expect(seen.usage.byUnit).toEqual(
      expect.arrayContaining([
        { unit: 'REQUEST', quantity: '1', amount: '0.2' },
        { unit: 'CACHED_REQUEST', quantity: '1', amount: '0.05' },
        { unit: 'ROW', quantity: '1', amount: '0' },
      ]),
    );
  });

  test('twenty who ask at the same moment are answered by one computation', async () => {
    const rows = { age: 21, income: 3 };
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ rows })));
    expect(answers.filter(({ inference }) => !inference!.cached)).toHaveLength(1);
    expect(new Set(answers.map(({ inference }) => inference!.id)).size).toBe(20);
  });

  test('another input, another customer and another time are other questions', async () => {
    await ask({ rows: { age: 30, income: 1 } });
    expect((await ask({ rows: { age: 31, income: 1 } })).inference!.cached).toBe(false);
    const other = await world.apiKey(await world.customer());
    const elsewhere = await predict(other, { deployment: 'repeating', rows: { age: 30, income: 1 } });
    expect(elsewhere.inference!.cached).toBe(false);
    world.clock.advance(61_000);
    expect((await ask({ rows: { age: 30, income: 1 } })).inference!.cached).toBe(false);
  });

  test('a person is not shown whose answer it was', async () => {
    const rows = { age: 50, income: 2 };
    const [one, two] = [await world.endUser(key, 'one'), await world.endUser(key, 'two')];
    await predict(one, { deployment: 'repeating', rows });
    const again = (await predict(two, { deployment: 'repeating', rows })).inference!;
    expect(again.cached).toBe(true);
    expect(await path(two, again.id)).toMatchObject({ cached: true, source: null });
    expect((await path(key, again.id))['source']).not.toBeNull();
  });

  test('without the setting every question is computed', async () => {
    await predict(key);
    expect((await predict(key)).inference!.cached).toBe(false);
  });
});

describe('deployments that stand in', () => {
  let first: Served;

  beforeAll(async () => {
    await served(world, 'stand-in', 0.25, house.staff);
    const { deployment } = await house.staff.client.ask<{ deployment: { id: string } }>(
      '{ deployment(by: { name: "stand-in" }) { id } }',
    );
    first = await configured('first', 0.75, { fallbackIds: [deployment.id] });
  });

  afterEach(() => {
    down.clear();
    outside.clear();
  });

  const ask = (person: Person = key, input: object = {}) =>
    attempt(person, { deployment: 'first', ...input });

  test('while its engine answers nobody stands in', async () => {
    const { payload } = await ask();
    expect(payload.inference).toMatchObject({ fallbackStep: 0, outputs: { label: 'yes' } });
  });

  test('when its engine is down the next one answers, the record says so, and one request is billed', async () => {
    down.add(first.versionId);
    const { payload } = await ask();
    expect(payload.inference).toMatchObject({ fallbackStep: 1, outputs: { label: 'no' } });
    const { id } = payload.inference!;
    expect(await path(house.staff, id)).toMatchObject({
      deployment: { name: 'stand-in' },
      askedDeployment: { name: 'first' },
      priceExact: '0.2',
    });
    expect(await billed(world, [id])).toBe(1);
  });

  test('bad input is told, not tried elsewhere', async () => {
    down.add(first.versionId);
    const { errors } = await ask(key, { rows: { age: 'old', income: 1 } });
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'rows', 'age'] }]);
  });

  test('what leaves the house is asked only with the person’s consent, or answered inside', async () => {
    const user = await world.endUser(key, 'careful');
    outside.add(first.versionId);
    expect((await ask(user)).payload.inference).toMatchObject({ fallbackStep: 1 });
    const consent = { purpose: 'REMOTE_PROCESSING', granted: true };
    await user.client.mutate('consentRecord', 'ConsentRecordInput!', consent, '__typename');
    expect((await ask(user)).payload.inference).toMatchObject({ fallbackStep: 0 });
    await user.client.mutate(
      'consentRecord',
      'ConsentRecordInput!',
      { ...consent, granted: false },
      '__typename',
    );
    expect((await ask(user)).payload.inference).toMatchObject({ fallbackStep: 1 });
  });

  test('without one to stand in, the missing consent is the answer', async () => {
    const alone = await handMadeVersion(world, 0.5);
    const { deployments, routes } = world.app.modules.deployments;
    const wish = { name: 'alone', environment: 'PRODUCTION' as never };
    const id = await deployments.create(
      { ...wish, routes: [{ versionId: alone.versionId, weight: 100 }] },
      { kind: 'SYSTEM', name: 'test' },
    );
    await world.until(() => Promise.resolve(routes.isServed(id)), 'it to be served');
    outside.add(alone.versionId);
    const user = await world.endUser(key, 'unasked');
    const { errors } = await attempt(user, { deployment: 'alone' });
    expect(errors).toMatchObject([{ code: 'CONSENT_REQUIRED' }]);
    expect((await attempt(key, { deployment: 'alone' })).errors).toEqual([]);
  });

  test('what stands in for vectors and makes none answers nobody, and nobody is billed for it', async () => {
    const idOf = `query ($name: String!) { deployment(by: { name: $name }) { id routes { version { id } } } }`;
    const shipped = async (name: string) =>
      (
        await house.staff.client.ask<{
          deployment: { id: string; routes: { version: { id: string } }[] };
        }>(idOf, { name })
      ).deployment;
    const [vectors, feelings] = [await shipped('sentence-embeddings'), await shipped('sentiment-classifier')];
    expect((await configure({ id: vectors.id, fallbackIds: [feelings.id] })).errors).toEqual([]);
    const { routes } = world.app.modules.deployments;
    const known = async () => routes.chain(customer.customerId, vectors.id, []).length === 2;
    await world.until(known, 'its stand-in to be known');
    down.add(vectors.routes[0]!.version.id);
    const before = await billed(world);
    const response = await fetch(`${world.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key.credential}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'sentence-embeddings', input: 'a bird' }),
    });
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: { code: 'engine_unavailable' } },
    ]);
    expect(await billed(world)).toBe(before);
  });

  test('only others that its users may use can stand in, each once', async () => {
    const { errors } = await configure({
      id: house.deploymentId,
      fallbackIds: [house.deploymentId, first.deploymentId, first.deploymentId],
    });
    expect(errors.map(({ code, path: at }) => `${code} ${at?.join('.')}`)).toEqual([
      'INVALID_INPUT input.fallbackIds.0',
      'INVALID_INPUT input.fallbackIds.2',
    ]);
    const unknown = await configure({
      id: house.deploymentId,
      fallbackIds: ['dep_00000000000000000000000000'],
    });
    expect(unknown.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'fallbackIds', '0'] }]);
  });
});
