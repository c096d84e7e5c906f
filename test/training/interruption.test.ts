/** What happens when a training is killed, cancelled, or watched: the rules of a long job, on a real one. */
import { execFileSync } from 'node:child_process';
import { startWorld, type Person, type World } from '../support/world';
import { ended, importWages, requestTraining, train } from './wages';

jest.setTimeout(90_000);

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
const LONG = { kind: 'LINEAR', epochs: 500, seed: 3 };

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

function trainers(): number[] {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return children.split('\n').flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    const isTrainer = Number(parent) === process.pid && command.join(' ').includes('trainer-process');
    return isTrainer ? [Number(pid)] : [];
  });
}

/** Waits until the training has learned a little. */
async function underWay(id: string): Promise<void> {
  await world.until(async () => (await training(id)).epochs.length > 2, 'the training to be under way');
}

test('a trainer that is killed runs again from the start and comes to the same version', async () => {
  const recipe = { kind: 'LINEAR', epochs: 80, batchSize: 128, seed: 3 };
  const undisturbed = await train(world, staff, { datasetVersionId, modelName: 'undisturbed', recipe });
  const { id, jobId } = await requestTraining(staff, { datasetVersionId, modelName: 'killed', recipe });
  await underWay(id);
  const running = trainers();
  expect(running).toHaveLength(1);
  process.kill(running[0]!, 'SIGKILL');
  expect((await ended(world, staff, jobId)).status).toBe('SUCCEEDED');
  const [killed, whole] = [await training(id), await training(undisturbed.trainingJobId)];
  expect(killed.epochs).toEqual(whole.epochs);
  expect(killed.result!.contentHash).toBe(whole.result!.contentHash);
  expect(Number(killed.deviceMs)).toBeGreaterThan(0);
});

test('a cancelled training ends its process and leaves no model', async () => {
  const { id, jobId } = await requestTraining(staff, {
    datasetVersionId,
    modelName: 'cancelled',
    recipe: LONG,
  });
  await underWay(id);
  await staff.client.mutate('jobCancel', 'JobCancelInput!', { id: jobId }, 'job { status }');
  await world.until(async () => trainers().length === 0, 'the trainer to end');
  expect((await ended(world, staff, jobId)).status).toBe('CANCELLED');
  const { model } = await staff.client.ask<{ model: null }>('{ model(by: { name: "cancelled" }) { id } }');
  expect(model).toBeNull();
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
