/** What happens when a training is killed, cancelled, or watched: the rules of a long job, on a real one. */
import { startWorld, type Person, type World } from '../support/world';
import { blobsOf, fullDisk } from './blobs';
import { killTrainer, sweepCheckpoints, trainers } from './trainers';
import { ended, importWages, requestTraining, train } from './wages';

let world: World;
let staff: Person;
let datasetVersionId: string;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
  datasetVersionId = await importWages(world, staff);
});
afterAll(() => world.close());

/** Long enough to be caught in the middle. */
const LONG = { kind: 'DENSE_NETWORK', epochs: 500, seed: 3 };

interface Training {
  readonly deviceMs: string;
  readonly epochs: readonly { readonly epoch: number; readonly loss: number }[];
  readonly result: { readonly contentHash: string } | null;
}

async function training(id: string): Promise<Training> {
  const query =
    'query ($id: ID!) { node(id: $id) { ... on TrainingJob { deviceMs epochs { epoch loss } result { contentHash } } } }';
  return (await staff.client.ask<{ node: Training }>(query, { id })).node;
}

/** Waits until the training has learned a little. */
async function underWay(id: string): Promise<void> {
  await world.until(async () => (await training(id)).epochs.length > 2, 'the training to be under way');
}

/** Long enough for a checkpoint or two. */
const KILLED = { kind: 'DENSE_NETWORK', hiddenUnits: [16], dropout: 0.2, epochs: 120, seed: 3 };

async function jobOf(id: string): Promise<{ status: string; note: string | null }> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on TrainingJob { job { status note } } } }';
  return (await staff.client.ask<{ node: { job: { status: string; note: string | null } } }>(query, { id }))
    .node.job;
}

async function reached(id: string, status: string): Promise<void> {
  await world.until(async () => (await jobOf(id)).status === status, `the training to be ${status}`);
}

const FULL = /^paused: There is no room left on the disk.*resume it/;

/** Fills the disk when a training is about to be frozen, and waits until it has found that out. Answers what makes room. */
async function fullAtItsEnd(id: string): Promise<() => void> {
  const { compute } = world.app.modules.compute;
  const load = compute.load.bind(compute);
  let makeRoom = (): void => undefined;
  const freezing = jest.spyOn(compute, 'load').mockImplementation((artefact) => {
    makeRoom = fullDisk();
    return load(artefact);
  });
  await reached(id, 'PAUSED');
  freezing.mockRestore();
  return makeRoom;
}

test('killed twice, paused in between and without room at its end, a training comes to the same curve and version', async () => {
  const whole = await train(world, staff, { datasetVersionId, modelName: 'undisturbed', recipe: KILLED });
  const { id, jobId } = await requestTraining(staff, {
    datasetVersionId,
    modelName: 'killed',
    recipe: KILLED,
  });
  await underWay(id);
  await killTrainer(world);
  await world.until(async () => (await training(id)).epochs.length > 40, 'the training to go on');
  await staff.client.mutate('trainingJobPause', 'TrainingJobPauseInput!', { id }, 'trainingJob { id }');
  await reached(id, 'PAUSED');
  expect(trainers()).toEqual([]);
  const paused = await training(id);
  await staff.client.mutate(
    'trainingJobResume',
    'TrainingJobResumeInput!',
    { id },
    'trainingJob { job { status } }',
  );
  await killTrainer(world);
  const makeRoom = await fullAtItsEnd(id);
  expect((await jobOf(id)).note).toMatch(FULL);
  makeRoom();
  await staff.client.mutate('trainingJobResume', 'TrainingJobResumeInput!', { id }, '__typename');
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
  const [killed, undisturbed] = [await training(id), await training(whole.trainingJobId)];
  expect(killed.epochs).toEqual(undisturbed.epochs);
  expect(killed.epochs.slice(0, paused.epochs.length)).toEqual(paused.epochs);
  expect(killed.result!.contentHash).toBe(undisturbed.result!.contentHash);
  // What is done is neither paused nor resumed.
  for (const verb of ['Pause', 'Resume']) {
    const { errors } = await staff.client.attempt(`trainingJob${verb}`, `TrainingJob${verb}Input!`, { id });
    expect(errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'id'] }]);
  }
});

test('a training whose budget is spent pauses, says so, and goes on with more', async () => {
  const { id, jobId } = await requestTraining(staff, {
    datasetVersionId,
    modelName: 'budgeted',
    recipe: { kind: 'LINEAR', epochs: 40 },
    budgetDeviceSeconds: 0.01,
  });
  await reached(id, 'PAUSED');
  expect((await jobOf(id)).note).toContain('budget');
  const spent = Number((await training(id)).deviceMs);
  expect(spent).toBeGreaterThanOrEqual(10);
  await staff.client.mutate(
    'trainingJobResume',
    'TrainingJobResumeInput!',
    { id, budgetDeviceSeconds: 600 },
    'trainingJob { budgetDeviceSeconds }',
  );
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
  const { epochs, deviceMs } = await training(id);
  expect(epochs.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(Number(deviceMs)).toBeGreaterThan(spent);
});

async function standsAt(id: string): Promise<string | null> {
  const { rows } = await world.app.platform.database.servicePool.query<{ hash: string | null }>(
    'select checkpoint_hash as hash from training_jobs where id = $1',
    [id],
  );
  return rows[0]!.hash;
}

/** A training that has learned for long enough to have a checkpoint. */
async function withCheckpoint(modelName: string): Promise<{ id: string; jobId: string }> {
  const asked = await requestTraining(staff, { datasetVersionId, modelName, recipe: LONG });
  await world.until(async () => (await standsAt(asked.id)) !== null, 'a checkpoint');
  return asked;
}

/** As when the connection that listens is broken: what is said now, no process hears. */
async function unheard(act: () => Promise<unknown>): Promise<void> {
  const lost = jest.spyOn(world.app.platform.signals, 'publish').mockResolvedValue(undefined);
  await act();
  lost.mockRestore();
}

const cancel = (id: string) => staff.client.mutate('jobCancel', 'JobCancelInput!', { id }, 'job { status }');

test('a cancelled training ends its process and leaves nothing behind, even where the word of it is lost', async () => {
  const before = blobsOf(world);
  const { jobId } = await withCheckpoint('cancelled');
  await unheard(() => cancel(jobId));
  await world.until(async () => trainers().length === 0, 'the trainer to end');
  expect((await ended(world, staff, jobId)).status).toBe('CANCELLED');
  await world.until(async () => blobsOf(world).length === before.length, 'its checkpoint to be taken away');
  expect(blobsOf(world)).toEqual(before);
  const { model } = await staff.client.ask<{ model: null }>('{ model(by: { name: "cancelled" }) { id } }');
  expect(model).toBeNull();
});

test('who does not hear that it is to pause finds it written down; without room it pauses again; cancelled then it leaves nothing', async () => {
  const before = blobsOf(world);
  const { id, jobId } = await withCheckpoint('unheard');
  await unheard(() =>
    staff.client.mutate('trainingJobPause', 'TrainingJobPauseInput!', { id }, 'trainingJob { id }'),
  );
  await reached(id, 'PAUSED');
  expect(trainers()).toEqual([]);
  const paused = blobsOf(world);
  expect(paused.length).toBe(before.length + 1);
  const makeRoom = fullDisk();
  await staff.client.mutate('trainingJobResume', 'TrainingJobResumeInput!', { id }, '__typename');
  await reached(id, 'PAUSED');
  makeRoom();
  expect((await jobOf(id)).note).toMatch(FULL);
  expect(blobsOf(world)).toEqual(paused);
  await cancel(jobId);
  await sweepCheckpoints(world);
  await world.until(async () => (await standsAt(id)) === null, 'the sweep');
  expect(blobsOf(world)).toEqual(before);
});

test('a compression that is cancelled makes no version', async () => {
  const { blobs, database } = world.app.platform;
  const recipe = { kind: 'DENSE_NETWORK', hiddenUnits: [8], epochs: 1, seed: 5 };
  const { result } = await train(world, staff, { datasetVersionId, modelName: 'compressed', recipe });
  let jobId = '';
  const stored = jest.spyOn(blobs, 'put').mockImplementationOnce(async (bytes) => {
    await cancel(jobId);
    stored.mockRestore();
    return blobs.put(bytes);
  });
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'modelVersionCompress',
    'ModelVersionCompressInput!',
    { versionId: result!.id, method: 'INT8' },
    'job { id }',
  );
  jobId = job.id;
  const inQueue = `select from graphile_worker._private_jobs where payload ->> 'jobId' = $1`;
  await world.until(
    async () => (await database.servicePool.query(inQueue, [jobId])).rows.length === 0,
    'the job to end',
  );
  const { model } = await staff.client.ask<{ model: { versions: { totalCount: number } } }>(
    '{ model(by: { name: "compressed" }) { versions { totalCount } } }',
  );
  expect(model.versions.totalCount).toBe(1);
});

test('progress is followed epoch by epoch over server-sent events', async () => {
  const recipe = { kind: 'LINEAR', epochs: 30 };
  const { id, jobId } = await requestTraining(staff, { datasetVersionId, modelName: 'watched', recipe });
  const watching = new AbortController();
  const response = await fetch(`${world.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${staff.credential}`,
    },
    body: JSON.stringify({
      query:
        'subscription ($id: ID!) { trainingProgress(id: $id) { epoch loss valLoss accuracy valAccuracy } }',
      variables: { id },
    }),
    signal: watching.signal,
  });
  const seen: number[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = text.split('\n\n');
    text = events.pop()!;
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1];
      const epoch =
        data &&
        (JSON.parse(data) as { data?: { trainingProgress: { epoch: number } | null } }).data?.trainingProgress
          ?.epoch;
      if (typeof epoch === 'number') seen.push(epoch);
    }
    if (seen.includes(30)) break;
  }
  watching.abort();
  expect(seen.length).toBeGreaterThan(5);
  expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
});

test('what learns on for a smaller version waits for the device like any training', async () => {
  const recipe = { kind: 'LINEAR', epochs: 2 };
  const { result } = await train(world, staff, { datasetVersionId, modelName: 'pruned', recipe });
  const { id, jobId } = await requestTraining(staff, { datasetVersionId, modelName: 'first', recipe: LONG });
  await underWay(id);
  const { job } = await staff.client.mutate<{ job: { id: string } }>(
    'modelVersionCompress',
    'ModelVersionCompressInput!',
    { versionId: result!.id, method: 'PRUNE', epochs: 1 },
    'job { id }',
  );
  const statusOf = async () => {
    const query = 'query ($id: ID!) { node(id: $id) { ... on Job { status } } }';
    return (await staff.client.ask<{ node: { status: string } }>(query, { id: job.id })).node.status;
  };
  const learned = (await training(id)).epochs.length;
  await world.until(async () => (await training(id)).epochs.length > learned + 40, 'the training to go on');
  expect([await statusOf(), trainers().length]).toEqual(['QUEUED', 1]);
  await cancel(jobId);
  expect((await ended(world, staff, job.id)).status).toBe('SUCCEEDED');
});
