/** One key is one prediction: whoever else asks under it meanwhile, leaves, or has less time. */
import type { CancelSignal } from '../../src/kernel/cancellation';
import type { ExecutionPort } from '../../src/modules/inference';
import { ROW } from '../support/hand-made-version';
import { type Person, startWorld, type World } from '../support/world';
import { attempt, billed, served, type Served } from './support';

let world: World;
let slow: Served;
let key: Person;
/** What the engine was told to run; it ends when it is told to. */
const runs: { readonly signal?: CancelSignal; readonly finish: () => void }[] = [];

beforeAll(async () => {
  world = await startWorld();
  slow = await served(world, 'slow', 0.5);
  world.app.modules.inference.addExecution(handOperated);
});
beforeEach(async () => {
  runs.length = 0;
  key = await world.apiKey(await world.customer());
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => world?.close());

const handOperated: ExecutionPort = {
  runs: (versionId) => versionId === slow.versionId,
  leavesHouse: false,
  concurrency: 2,
  infoOf: () => world.app.modules.compute.compute.info(),
  infer: (_versionId, { count: rows }, { signal }) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      runs.push({ signal, finish: () => resolve({ outputs: new Float32Array(rows), deviceMs: 1 }) });
    }),
};

const keyed = { deployment: 'slow', deadlineMs: 60_000, idempotencyKey: 'once' };
const underWay = (count: number) =>
  world.until(() => Promise.resolve(runs.length === count), `the engine to be asked ${count} times`);

test('the first caller that leaves takes nothing from the second, which acts itself and is billed once', async () => {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { feedbackToken } }';
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.credential}` };
  const body = JSON.stringify({ query, variables: { input: { ...keyed, rows: ROW } } });
  const leaving = new AbortController();
  const first = fetch(`${world.url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal });
  const left = expect(first).rejects.toThrow();
  await underWay(1);
  // The input is hashed just before it is looked who is under way.
  const hashed = jest.spyOn(world.app.platform.crypto, 'mac');
  const second = attempt(key, keyed);
  await world.until(
    () => Promise.resolve(hashed.mock.calls.some(([use]) => use === 'prediction-input')),
    'the second to come',
  );
  leaving.abort();
  await left;
  await underWay(2);
  runs[1]!.finish();
  const { payload, errors } = await second;
  expect(errors).toEqual([]);
  expect(await billed(world, [payload.inference!.id])).toBe(1);
});

test('the first caller whose time is up takes nothing from the second, which has more', async () => {
  const first = attempt(key, { ...keyed, deadlineMs: 1000 });
  await underWay(1);
  const second = attempt(key, keyed);
  expect((await first).errors).toMatchObject([{ code: 'DEADLINE_UNREACHABLE' }]);
  await underWay(2);
  runs[1]!.finish();
  expect((await second).errors).toEqual([]);
});

test('the second caller waits no longer than its own deadline, and the first is none the worse', async () => {
  const first = attempt(key, keyed);
  await underWay(1);
  const { errors } = await attempt(key, { ...keyed, deadlineMs: 300 });
  expect(errors).toMatchObject([{ code: 'DEADLINE_UNREACHABLE', path: ['input', 'deadlineMs'] }]);
  runs[0]!.finish();
  expect((await first).errors).toEqual([]);
  expect(runs).toHaveLength(1);
});
