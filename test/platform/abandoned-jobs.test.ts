/** Jobs that end undone: their processes died of them, they were cancelled while they waited, the queue gave them up or lost them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type App, startApp } from '../../src/app/app';
import { deployed } from '../deployments/support';
import { listen } from '../journeys/isolation/listen';
import { ask as askFor, requestOf } from '../privacy/data-requests';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import { testConfig } from '../support/config';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { importWages, requestTraining } from '../training/wages';

/** Accepts work and does none: what becomes of it is decided here. */
let world: World;
let staff: Person;
let owner: CustomerPerson;
let key: Person;
let datasetVersionId: string;
let receiver: http.Server;
let endpointId: string;
const heard: { type: string; data: { predictionId: string } }[] = [];

beforeAll(async () => {
  world = await startWorld({ workers: 0 });
  staff = await world.staff();
  owner = await world.customer();
  key = await world.apiKey(owner);
  const { versionId } = await handMadeVersion(world, 0.75);
  await deployed(world, staff, 'wages', [{ versionId }]);
  await withWorker(async () => (datasetVersionId = await importWages(world, staff)));
  receiver = http.createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      heard.push(JSON.parse(body) as (typeof heard)[number]);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const { webhookEndpoint } = await owner.client.mutate<{ webhookEndpoint: { id: string } }>(
    'webhookEndpointCreate',
    'WebhookEndpointCreateInput!',
    { url },
    'webhookEndpoint { id }',
  );
  endpointId = webhookEndpoint.id;
});
afterAll(async () => {
  receiver?.close();
  await world?.close();
});

const sql = async <R extends object>(text: string, values: readonly unknown[] = []): Promise<R[]> =>
  (await world.app.platform.database.servicePool.query<R>(text, [...values])).rows;

/** A process that works on jobs, for as long as `work` takes. It looks for abandoned jobs when it starts. */
async function withWorker(work: (app: App) => Promise<unknown>): Promise<void> {
  const worker = await startApp({
    config: testConfig(world.dataDir),
    databaseUrl: world.databaseUrl,
    clock: world.clock,
  });
  try {
    await work(worker);
  } finally {
    await worker.close();
  }
}

/** As it stands when a process had it for the so-manieth time, and is gone. */
async function died(jobId: string, attempts: number): Promise<void> {
  await sql(`insert into job_workers values ('worker-of-the-dead', 1) on conflict do nothing`);
  await sql(
    `update graphile_worker._private_jobs set attempts = $2, max_attempts = greatest(max_attempts, $2) + 4,
       locked_by = 'worker-of-the-dead', locked_at = now() where key = $1`,
    [jobId, attempts],
  );
  await sql(`update jobs set status = 'RUNNING' where id = $1`, [jobId]);
}

/** The queue gave it up, and its own row does not say so: the database was away when that was to be written down. */
const neverSaid = (jobId: string): Promise<object[]> =>
  sql('update graphile_worker._private_jobs set attempts = max_attempts where key = $1', [jobId]);

const cancel = (id: string): Promise<object> =>
  staff.client.mutate('jobCancel', 'JobCancelInput!', { id }, 'job { status }');

interface Work {
  readonly id: string;
  readonly jobId: string;
}

async function prediction(): Promise<Work> {
  const { prediction: made } = await key.client.mutate<{ prediction: { id: string; job: { id: string } } }>(
    'predictionCreate',
    'PredictionCreateInput!',
    { deployment: 'wages', rows: ROW, webhookEndpointId: endpointId },
    'prediction { id job { id } }',
  );
  return { id: made.id, jobId: made.job.id };
}

async function predictionNow(id: string): Promise<object> {
  const query =
    'query ($id: ID!) { prediction(id: $id) { status finishedAt error { code message } job { status } } }';
  return (await key.client.ask<{ prediction: object }>(query, { id })).prediction;
}

async function reconciliation(): Promise<Work> {
  const { reconciliation: ordered } = await staff.client.mutate<{ reconciliation: { id: string } }>(
    'billingReconcile',
    'BillingReconcileInput!',
    {},
    'reconciliation { id }',
  );
  const { id } = ordered;
  const [job] = await sql<{ key: string }>(
    `select key from graphile_worker._private_jobs where payload -> 'payload' ->> 'id' = $1`,
    [id],
  );
  return { id, jobId: job!.key };
}

const reconciliationNow = async (id: string): Promise<object> =>
  (
    await staff.client.ask<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on BillingReconciliation { state findings { what repaired } } } }',
      { id },
    )
  ).node;

async function dataRequest(): Promise<Work & { readonly person: Person }> {
  const person = await world.endUser(owner);
  const { id } = await askFor(person, { kind: 'ACCESS' });
  const [row] = await sql<{ jobId: string }>('select job_id as "jobId" from data_requests where id = $1', [
    id,
  ]);
  return { id, person, ...row! };
}

const eventsAbout = async (id: string): Promise<object[]> =>
  sql(`select type, data ->> 'code' as code from outbox_events where subject = $1 and type like '%failed'`, [
    id,
  ]);

const TOO_OFTEN = 'The process that ran it ended 25 times before the job did, and it was given up.';

test('what a job worked for ends with it when its process died of it 25 times, and whoever waits is told', async () => {
  const [predicted, compared, asked] = [await prediction(), await reconciliation(), await dataRequest()];
  const trained = await requestTraining(staff, { datasetVersionId, recipe: { kind: 'DECISION_TREE' } });
  const works = [predicted, compared, asked, trained];
  const watch = 'subscription ($id: ID!) { predictionUpdated(id: $id) { status } }';
  const watching = listen(world, key, watch, { id: predicted.id });
  await world.until(() => Promise.resolve(watching.heard.length > 0), 'the first word');
  for (const { jobId } of works) await died(jobId, 25);
  await withWorker(async () => {
    await watching.ended;
    await world.settle();
  });
  const failed = { status: 'FAILED', error: { code: 'INTERNAL', message: TOO_OFTEN } };
  expect(await predictionNow(predicted.id)).toMatchObject({ ...failed, job: { status: 'FAILED' } });
  expect(watching.heard.at(-1)).toEqual({ data: { predictionUpdated: { status: 'FAILED' } } });
  expect(heard).toMatchObject([{ type: 'prediction.failed', data: { predictionId: predicted.id } }]);
  const what = `the comparison could not be finished: ${TOO_OFTEN}`;
  expect(await reconciliationNow(compared.id)).toEqual({
    state: 'DONE',
    findings: [{ what, repaired: false }],
  });
  expect((await requestOf(owner, asked.id)).status).toBe('RECEIVED');
  expect(await eventsAbout(trained.id)).toEqual([{ type: 'training-job.failed', code: 'INTERNAL' }]);
  const jobs = works.map(({ jobId }) => jobId);
  expect(await sql('select from graphile_worker._private_jobs where key = any($1)', [jobs])).toEqual([]);
  expect(await sql('select asked from predictions where id = $1', [predicted.id])).toEqual([{ asked: null }]);
});

test('one whose process died less often is done by the next', async () => {
  const { id, jobId } = await prediction();
  await died(jobId, 24);
  await withWorker(() => world.settle());
  expect(await predictionNow(id)).toMatchObject({ status: 'SUCCEEDED', error: null });
});

test('what a job worked for ends with it when it is cancelled while it waits', async () => {
  const [predicted, compared, asked] = [await prediction(), await reconciliation(), await dataRequest()];
  for (const { jobId } of [predicted, compared, asked]) await cancel(jobId);
  expect(await predictionNow(predicted.id)).toMatchObject({
    status: 'CANCELLED',
    finishedAt: expect.any(String),
    error: null,
  });
  const what = 'the comparison could not be finished: It was cancelled.';
  expect(await reconciliationNow(compared.id)).toEqual({
    state: 'DONE',
    findings: [{ what, repaired: false }],
  });
  expect((await requestOf(owner, asked.id)).status).toBe('RECEIVED');
});

test.each([
  ['gave up, while the database was away', neverSaid, 'The job failed 20 times and was given up.'],
  [
    'lost',
    async (jobId: string) => {
      await sql('delete from graphile_worker._private_jobs where key = $1', [jobId]);
      world.clock.advance(2 * 3_600_000);
    },
    'The queue does not know the job any more, and it was given up.',
  ],
])('a job that the queue %s ends, and its prediction with it', async (_how, lose, message) => {
  const { id, jobId } = await prediction();
  await lose(jobId);
  await withWorker(() => world.settle());
  const failed = { status: 'FAILED', error: { code: 'INTERNAL', message } };
  expect(await predictionNow(id)).toMatchObject({ ...failed, job: { status: 'FAILED' } });
});
