/** What is kept of a prediction, and when: by the consent of the person, decided at the moment of writing. */
import { newId } from '../../src/kernel/id';
import { tenant } from '../../src/platform/database';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { run } from '../privacy/data-requests';
import { count, predict, served, type Served } from './support';
import { readText } from './text-stream';

let world: World;
let house: Served;
let customer: CustomerPerson;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  customer = await world.customer();
  key = await world.apiKey(customer);
});

afterAll(() => world?.close());

const consent = (person: Person, granted: boolean, purpose = 'TRAINING') =>
  person.client.mutate('consentRecord', 'ConsentRecordInput!', { purpose, granted }, '__typename');

const OUTPUTS = 'query ($id: ID!) { inference(id: $id) { outputs consent { purpose granted since } } }';
const outputs = async (person: Person, id: string): Promise<unknown> =>
  (await person.client.ask<{ inference: { outputs: unknown } }>(OUTPUTS, { id })).inference.outputs;

test('without consent the answer still comes, and nothing of what it was about is kept', async () => {
  const user = await world.endUser(key, 'silent');
  const { inference } = await predict(user, { rows: { ...ROW, income: 123456.5 } });
  expect(inference!.outputs).toMatchObject({ label: 'yes' });
  expect(inference!.consent).toContainEqual({ purpose: 'TRAINING', granted: false });
  expect(await outputs(user, inference!.id)).toBeNull();
  const kept = 'select count(*)::int as count from inferences where id = $1 and payload is not null';
  expect(await count(world, kept, [inference!.id])).toBe(0);
});

test('giving and withdrawing consent changes what the next request keeps', async () => {
  const user = await world.endUser(key, 'changing');
  await consent(user, true);
  const given = (await predict(user)).inference!;
  expect(given.consent).toContainEqual({ purpose: 'TRAINING', granted: true });
  expect(await outputs(user, given.id)).toEqual(given.outputs);
  await consent(user, false);
  const withdrawn = (await predict(user)).inference!;
  expect(withdrawn.consent).toContainEqual({ purpose: 'TRAINING', granted: false });
  expect(await outputs(user, withdrawn.id)).toBeNull();
});

test('after a withdrawal what was kept is not opened any more, is gone, and does not come back with a new yes', async () => {
  const user = await world.endUser(key, 'regretting');
  await consent(user, true);
  const { id } = (await predict(user)).inference!;
  expect(await outputs(customer, id)).not.toBeNull();
  await consent(user, false);
  for (const person of [user, customer, house.staff]) expect(await outputs(person, id)).toBeNull();
  await consent(user, true);
  const again = (await predict(user)).inference!;
  await world.settle();
  expect(await outputs(customer, id)).toBeNull();
  expect(await outputs(customer, again.id)).not.toBeNull();
});

test('what was written behind a withdrawal goes soon after it, and what rests on a new yes stays', async () => {
  const user = await world.endUser(key, 'overtaken');
  await consent(user, true);
  const { id } = (await predict(user)).inference!;
  const { servicePool } = world.app.platform.database;
  const { rows } = await servicePool.query<object>(
    'select payload, payload_until from inferences where id = $1',
    [id],
  );
  await consent(user, false);
  await world.settle();
  const late = `update inferences set payload = $2, payload_until = $3 where id = $1`;
  await servicePool.query(late, [id, ...Object.values(rows[0]!)]);
  await consent(user, true);
  const again = (await predict(user)).inference!;
  await run(world, 'privacy.sweep-withdrawn');
  const kept = 'select count(*)::int as count from inferences where id = $1 and payload is not null';
  expect([await count(world, kept, [id]), await count(world, kept, [again.id])]).toEqual([0, 1]);
});

test('the record keeps the consents as they stood, whatever comes later', async () => {
  const user = await world.endUser(key, 'later');
  await consent(user, true, 'ANALYTICS');
  const { id, consent: stood } = (await predict(user)).inference!;
  await consent(user, false, 'ANALYTICS');
  const { inference } = await key.client.ask<{ inference: { consent: object[] } }>(OUTPUTS, { id });
  expect(inference.consent).toMatchObject(stood);
  expect(inference.consent).toContainEqual({
    purpose: 'ANALYTICS',
    granted: true,
    since: expect.stringMatching(/^\d{4}-.*Z$/),
  });
});

test('what is kept cannot be read in the table, and every reading is an event', async () => {
  const user = await world.endUser(key, 'sealed');
  await consent(user, true);
  const { id } = (await predict(user, { rows: { age: 33, income: 987654.25 } })).inference!;
  const readable = `select count(*)::int as count from inferences where id = $1 and (payload like '%987654%' or payload like '%income%')`;
  expect(await count(world, readable, [id])).toBe(0);
  const reads = `select count(*)::int as count from outbox_events where type = 'inference.payload-read' and subject = $1`;
  expect(await count(world, reads, [id])).toBe(0);
  await outputs(house.staff, id);
  expect(await count(world, reads, [id])).toBe(1);
});

test('who may not read what predictions were about is told nothing', async () => {
  const user = await world.endUser(key, 'private');
  await consent(user, true);
  const { id } = (await predict(user)).inference!;
  const compliance = await world.staff('COMPLIANCE');
  expect(await outputs(compliance, id)).toBeNull();
  expect(await outputs(house.staff, id)).not.toBeNull();
});

test('who is named in what was sent is masked before it is kept, and not in the answer', async () => {
  const user = await world.endUser(key, 'named');
  await consent(user, true);
  const prompt = 'Write to ann@lee.org or call +1 212 555 0143';
  const { chunks } = await readText(world, user, {
    deployment: 'tiny-language-model',
    prompt,
    maxTokens: 3,
    temperature: 0,
  });
  const { id } = chunks.at(-1)!.inference!;
  const [kept] = await world.app.modules.inference.payloads.read(tenant(customer.customerId), [id]);
  expect(kept!.inputs).toEqual({
    prompt: expect.stringMatching(/^Write to \[EMAIL:[a-z]{12}\] or call \[PHONE:[a-z]{12}\]$/),
  });
});

test('only so many answers of a deployment are kept as its sample rate says, whoever agreed', async () => {
  const user = await world.endUser(key, 'sampled');
  await consent(user, true);
  const { client } = house.staff;
  const keptOf = async (payloadSampleRate: number): Promise<number> => {
    const input = { id: house.deploymentId, payloadSampleRate };
    const { deployment } = await client.mutate<{ deployment: object & { version: number } }>(
      'deploymentConfigure',
      'DeploymentConfigureInput!',
      input,
      'deployment { payloadSampleRate version }',
    );
    expect(deployment).toMatchObject({ payloadSampleRate });
    const { routes } = world.app.modules.deployments;
    const isServed = async () =>
      routes.find(customer.customerId, 'wages', []).revision === deployment.version;
    await world.until(isServed, 'the deployment to be served as configured');
    const answers = await Promise.all(Array.from({ length: 60 }, () => predict(user)));
    const ids = answers.map(({ inference }) => inference!.id);
    return count(
      world,
      'select count(*)::int as count from inferences where id = any($1) and payload is not null',
      [ids],
    );
  };
  expect(await keptOf(0)).toBe(0);
  // Sixty coins: below 12 or above 48 once in 300,000 runs.
  const half = await keptOf(0.5);
  expect(half).toBeGreaterThanOrEqual(12);
  expect(half).toBeLessThanOrEqual(48);
  expect(await keptOf(1)).toBe(60);
  const fault = await client.attempt('deploymentConfigure', 'DeploymentConfigureInput!', {
    id: house.deploymentId,
    payloadSampleRate: 1.5,
  });
  expect(fault.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'payloadSampleRate'] }]);
});

test('payloads end after their retention, and the record stays', async () => {
  const user = await world.endUser(key, 'retained');
  await consent(user, true);
  const { id } = (await predict(user)).inference!;
  world.clock.advance(31 * 24 * 3_600_000);
  const job = await world.app.platform.database.unitOfWork.run({ service: true }, () =>
    world.app.platform.jobs.enqueue('inference.expire', {}),
  );
  expect(job).toMatch(/^job_/);
  await world.settle();
  const kept = 'select count(*)::int as count from inferences where id = $1 and payload is null';
  expect(await count(world, kept, [id])).toBe(1);
});

test('an id that nothing has, has no prediction', async () => {
  const { inference } = await key.client.ask<{ inference: unknown }>(
    'query ($id: ID!) { inference(id: $id) { id } }',
    {
      id: newId('inf', world.clock.now()),
    },
  );
  expect(inference).toBeNull();
});
