/** Predictions while things go wrong or change: quota, a dying engine, a switch of versions, a restart, a database that is away. */
import { Client } from 'pg';
import { startApp } from '../../src/app/app';
import { ALIVE } from '../../src/platform/jobs/dead-workers';
import { limitTo } from '../billing/support';
import { deployed, settled } from '../deployments/support';
import { databaseUrl } from '../support/cluster';
import { testConfig } from '../support/config';
import { handMadeVersion } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { type Answer, attempt, billed, count, predict, served, type Served } from './support';

/** A key that was looked up is believed for as long. */
const HELD_AT_MOST_MS = 30_000;

let world: World;
let house: Served;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  key = await world.apiKey(await world.customer());
});

afterAll(() => world?.close());

const billedOnce = async (ids: readonly string[]): Promise<void> => {
  expect(new Set(ids).size).toBe(ids.length);
  expect(await billed(world, ids)).toBe(ids.length);
};
const probability = ({ inference }: Answer): number =>
  (inference!.outputs as { probability: number }).probability;

test('when the quota is used up the refusal says when it resets, and a replay still answers', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  await limitTo(world, customer.customerId, 3);
  const first = await predict(server, { idempotencyKey: 'first' });
  await predict(server);
  await predict(server);
  const query = `mutation { predict(input: { deployment: "wages", rows: { age: 40, income: 1 } }) {
    inference { id } errors { code ... on QuotaExceeded { limit used resetsAt } } } }`;
  const refused = await server.client.ask<{ predict: object }>(query);
  expect(refused.predict).toEqual({
    inference: null,
    errors: [{ code: 'QUOTA_EXCEEDED', limit: '3', used: '3', resetsAt: expect.stringMatching(/Z$/) }],
  });
  expect((await predict(server, { idempotencyKey: 'first' })).inference!.id).toBe(first.inference!.id);
});

test('rows that are refused cost no quota', async () => {
  const customer = await world.customer();
  const server = await world.apiKey(customer);
  await limitTo(world, customer.customerId, 1);
  for (let i = 0; i < 3; i++) expect((await attempt(server, { rows: { age: 'x' } })).errors).not.toEqual([]);
  expect((await predict(server)).inference).not.toBeNull();
});

test('when the engine is killed in the middle of a burst every request is answered, and billed once', async () => {
  const { pid } = (await world.app.modules.compute.compute.health())[0]!;
  const burst = Array.from({ length: 60 }, () => predict(key, { deadlineMs: 30_000 }));
  process.kill(pid, 'SIGKILL');
  burst.push(...Array.from({ length: 20 }, () => predict(key, { deadlineMs: 30_000 })));
  const answers = await Promise.all(burst);
  for (const answer of answers) expect(probability(answer)).toBeCloseTo(0.75, 5);
  await billedOnce(answers.map(({ inference }) => inference!.id));
  expect((await world.app.modules.compute.compute.health())[0]!.pid).not.toBe(pid);
});

test('no request fails while versions are switched under load', async () => {
  const low = await handMadeVersion(world, 0.125);
  const high = await handMadeVersion(world, 0.875);
  const { id } = await deployed(world, house.staff, 'switched', [{ versionId: low.versionId }]);
  const seen = new Set<number>();
  let switching = true;
  const client = async (): Promise<number> => {
    let calls = 0;
    for (; switching; calls++) seen.add(probability(await predict(key, { deployment: 'switched' })));
    return calls;
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  for (const [mutation, input] of [
    ['deploymentPromote', { id, versionId: high.versionId }],
    ['deploymentRollBack', { id, reason: 'once more' }],
    ['deploymentPromote', { id, versionId: high.versionId }],
  ] as const) {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!`;
    await house.staff.client.mutate(mutation, type, input, '__typename');
    expect((await settled(world, house.staff, id)).state).toBe('READY');
  }
  await world.until(
    async () => probability(await predict(key, { deployment: 'switched' })) > 0.5,
    'the new version',
  );
  switching = false;
  const calls = (await clients).reduce((sum, of) => sum + of, 0);
  expect(calls).toBeGreaterThan(10);
  expect([...seen].map((value) => Math.round(value * 1000)).sort()).toEqual([125, 875]);
});

test('end users stick to their version, and the split follows the weights', async () => {
  const low = await handMadeVersion(world, 0.125);
  const high = await handMadeVersion(world, 0.875);
  await deployed(world, house.staff, 'split', [
    { versionId: low.versionId, weight: 50 },
    { versionId: high.versionId, weight: 50 },
  ]);
  const ask = async (user: number) =>
    probability(await predict(key, { deployment: 'split', endUserExternalId: `u${user}` }));
  const users = Array.from({ length: 40 }, (_, user) => user);
  const first = await Promise.all(users.map(ask));
  const second = await Promise.all(users.map(ask));
  expect(second).toEqual(first);
  const lows = first.filter((value) => value < 0.5).length;
  expect(lows).toBeGreaterThan(8);
  expect(lows).toBeLessThan(32);
});

test('a process that starts anew serves everything that is deployed before it listens', async () => {
  const app = await startApp({
    config: testConfig(world.dataDir),
    databaseUrl: world.databaseUrl,
    clock: world.clock,
  });
  try {
    const secret = await world.apiKey(await world.customer());
    const response = await fetch(`${app.url}/readyz`);
    expect(response.status).toBe(200);
    const body = JSON.stringify({
      query:
        'mutation { predict(input: { deployment: "wages", rows: { age: 40, income: 1 } }) { inference { outputs } errors { code } } }',
    });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret.credential}` };
    const answer = await fetch(`${app.url}/graphql`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({
      data: { predict: { inference: { outputs: { label: 'yes' } }, errors: [] } },
    });
  } finally {
    await app.close();
  }
});

test('a deployment that is not ready yet says so, and costs nothing', async () => {
  const { deployments } = world.app.modules.deployments;
  const id = await deployments.create(
    {
      name: 'not-yet',
      environment: 'PRODUCTION' as never,
      routes: [{ versionId: house.versionId, weight: 100 }],
    },
    { kind: 'SYSTEM', name: 'test' },
  );
  const { errors } = await attempt(key, { deployment: id });
  expect(['NOT_FOUND', 'ENGINE_UNAVAILABLE', undefined]).toContain(errors[0]?.code);
  await settled(world, house.staff, id);
  expect((await predict(key, { deployment: 'not-yet' })).inference).not.toBeNull();
});

test('when every connection to the database breaks the process lives, and all goes on by itself', async () => {
  const server = await world.apiKey(await world.customer());
  const alive = `select count(*)::int as count from pg_locks join pg_database d on d.oid = database
    where locktype = 'advisory' and classid = ${ALIVE} and granted and datname = current_database()`;
  expect(await count(world, alive)).toBe(1);
  const broken = await count(
    world,
    `select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  expect(broken).toBeGreaterThan(2);
  const answered: string[] = [];
  const ask = async (): Promise<boolean> => {
    const answer = await predict(server).catch(() => undefined);
    if (answer?.inference) answered.push(answer.inference.id);
    return answered.length === 5;
  };
  await world.until(ask, 'predictions to be answered');
  await billedOnce(answered);
  await world.until(
    async () => (await count(world, alive)) === 1,
    'jobs to be run by a process that shows it lives',
  );
});

test('a connection that breaks while the end of a job is noted ends no process, and the job is noted once more', async () => {
  const server = await world.apiKey(await world.customer());
  const { servicePool } = world.app.platform.database;
  await servicePool.query(`
    create sequence notes;
    create function break_off() returns trigger language plpgsql as $$ begin
      if nextval('notes') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if;
      return old;
    end $$;
    create trigger break_off before delete on graphile_worker._private_jobs for each row execute function break_off()`);
  try {
    const input = { deployment: 'wages', rows: { age: 40, income: 1 } };
    await server.client.mutate('predictionCreate', 'PredictionCreateInput!', input, 'prediction { id }');
    await world.until(
      async () => (await count(world, 'select last_value::int as count from notes')) > 1,
      'the end of the job to be noted',
    );
  } finally {
    await servicePool.query('drop function break_off cascade; drop sequence notes');
  }
});

/** Nobody reaches the database while `work` lasts. */
async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  const name = new URL(world.databaseUrl).pathname.slice(1);
  const admin = new Client({ connectionString: databaseUrl('postgres') });
  await admin.connect();
  try {
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [
      name,
    ]);
    return await work();
  } finally {
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
  }
}

test('while the database is away a reader is told to come back, and what was answered meanwhile is written when it is back', async () => {
  const server = await world.apiKey(await world.customer());
  const { credential: unknown } = await world.apiKey(await world.customer());
  await predict(server);
  const { burst, read, listed } = await whileAway(async () => ({
    burst: Promise.allSettled(Array.from({ length: 20 }, () => predict(server))),
    read: await server.client.send('{ customer { id name } }'),
    listed: await fetch(`${world.url}/v1/models`, { headers: { authorization: `Bearer ${unknown}` } }),
  }));
  expect(read.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1000 } }]);
  expect([listed.status, listed.headers.get('retry-after-ms')]).toEqual([503, '1000']);
  const answers = await burst;
  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
  await billedOnce(
    answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.inference!.id] : [])),
  );
});

test('a commit whose answer was lost is found again, and nothing in it is written or billed twice', async () => {
  const server = await world.apiKey(await world.customer());
  await predict(server);
  const { unitOfWork } = world.app.platform.database;
  const sent = unitOfWork.sent.bind(unitOfWork);
  const breaking = jest.spyOn(unitOfWork, 'sent').mockImplementationOnce(async (send) => {
    await sent(send);
    throw new Error('Connection terminated unexpectedly');
  });
  const answers = await Promise.all(Array.from({ length: 3 }, () => predict(server)));
  breaking.mockRestore();
  await billedOnce(answers.map(({ inference }) => inference!.id));
});

test('a key that was revoked while nobody heard of it is refused once the connection for news is back', async () => {
  const owner = await world.customer();
  const server = await world.apiKey(owner);
  await predict(server);
  const unheard = jest.spyOn(world.app.platform.signals, 'publish').mockResolvedValue(undefined);
  await owner.client.mutate('apiKeyRevoke', 'ApiKeyRevokeInput!', { id: server.id }, 'apiKey { id }');
  unheard.mockRestore();
  const revokedAt = performance.now();
  await predict(server);
  await count(
    world,
    `select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
     where datname = current_database() and application_name = 'flywheel signals'`,
  );
  await world.until(
    async () => (await server.client.send('{ viewer { kind } }')).status === 401,
    'the refusal',
  );
  expect(performance.now() - revokedAt).toBeLessThan(HELD_AT_MOST_MS);
});
