/**
 * Everything that can be wrong with a request or befall it: one clear error that names row and field where there is one,
 * the reservation given back, nothing billed, and the process answers the next request.
 */
import type { CancelSignal } from '../../src/kernel/cancellation';
import type { ExecutionPort } from '../../src/modules/inference';
import { limitTo } from '../billing/support';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, billed, count, predict, served, type Served } from './support';

let world: World;
let house: Served;
let customer: CustomerPerson;
let key: Person;
let slow: Served;
/** Another version of the same engine: what its calls teach of its time tells nothing of the slow one. */
let hanging: Served;
/** What the slow engine was told to run, and how each run ends. */
const runs: { readonly signal?: CancelSignal; readonly finish: (deviceMs?: number) => void }[] = [];

beforeAll(async () => {
  world = await startWorld();
  house = await served(world, 'wages');
  slow = await served(world, 'slow', 0.5, house.staff);
  hanging = await served(world, 'hanging', 0.25, house.staff);
  customer = await world.customer();
  key = await world.apiKey(customer);
  // One request is all that a customer may have under way: what is not given back is missed at once.
  await limitTo(world, customer.customerId, 1);
  world.app.modules.inference.addExecution(handOperated);
});

afterAll(() => world?.close());

const handOperated: ExecutionPort = {
  runs: (versionId) => versionId === slow?.versionId || versionId === hanging?.versionId,
  leavesHouse: false,
  infoOf: () => world.app.modules.compute.compute.info(),
  infer: (_versionId, { count: rows }, { signal }) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      runs.push({ signal, finish: (deviceMs = 1) => resolve({ outputs: new Float32Array(rows), deviceMs }) });
    }),
};

const records = () =>
  count(world, 'select count(*)::int as count from usage_records where customer_id = $1', [
    customer.customerId,
  ]);

/** Whatever was refused took nothing from the one request of this customer. */
afterEach(async () => {
  expect(await records()).toBe(0);
  const { metering } = world.app.modules.billing;
  const reservation = await metering.reserve(customer.customerId, 1);
  metering.release(reservation);
  const stranger = await world.apiKey(await world.customer());
  expect((await predict(stranger)).inference!.outputs).toMatchObject({ label: 'yes' });
});

const nested = (depth: number): object => (depth === 0 ? {} : { deeper: nested(depth - 1) });

test.each<[what: string, rows: unknown, faults: string[]]>([
  ['a wrong name', { age: 1, incomes: 2 }, ['input.rows.income', 'input.rows.incomes']],
  ['a word for a number', { age: 'forty', income: 1 }, ['input.rows.age']],
  ['a list for a number', [{ ...ROW, income: [1, 2] }], ['input.rows.0.income']],
  ['a number out of its range', [ROW, { ...ROW, age: 121 }], ['input.rows.1.age']],
  ['NaN as its name', { ...ROW, income: 'NaN' }, ['input.rows.income']],
  ['null for what is required', { ...ROW, age: null }, ['input.rows.age']],
  ['a row that is a list', [[40, 1]], ['input.rows.0']],
  ['a row that is a word', 'forty', ['input.rows']],
  ['an empty row', {}, ['input.rows.age', 'input.rows.income']],
  ['no rows', [], ['input.rows']],
  ['2,000 rows', Array.from({ length: 2000 }, () => ROW), ['input.rows']],
  ['a row 60 deep', { ...ROW, income: nested(60) }, ['input.rows.income']],
])('%s is told by row and field', async (_what, rows, faults) => {
  const { payload, errors } = await attempt(key, { rows });
  expect(payload.inference).toBeNull();
  expect(errors.map(({ path }) => path!.join('.')).sort()).toEqual(faults);
  expect(errors.every(({ code }) => code === 'INVALID_INPUT')).toBe(true);
});

test('10,000 rows cost more than an operation may, and a number beyond float32 is no input that engines can answer', async () => {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { errors { code } } }';
  const rows = Array.from({ length: 10_000 }, () => ROW);
  const { errors } = await key.client.send(query, { input: { deployment: 'wages', rows } });
  expect(errors).toMatchObject([{ extensions: { code: 'TOO_COSTLY' } }]);
  const beyond = await attempt(key, { rows: { ...ROW, income: 1e300 } });
  expect(beyond.payload.inference).toBeNull();
  expect(beyond.errors).toHaveLength(1);
});

test('JSON that never ends its nesting is refused, and nothing falls over', async () => {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { errors { code } } }';
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const body = `{"query":${JSON.stringify(query)},"variables":{"input":{"deployment":"wages","rows":${deep}}}}`;
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.credential}` };
  const response = await fetch(`${world.url}/graphql`, { method: 'POST', headers, body });
  const { data, errors } = (await response.json()) as {
    data?: { predict: { errors: object[] } | null };
    errors?: object[];
  };
  expect([...(errors ?? []), ...(data?.predict?.errors ?? [])].length).toBeGreaterThan(0);
});

test('a deadline that passes while the engine hangs ends the wait and reaches the engine', async () => {
  const { errors } = await attempt(key, { deployment: 'hanging', deadlineMs: 300 });
  expect(errors).toMatchObject([{ code: 'DEADLINE_UNREACHABLE', path: ['input', 'deadlineMs'] }]);
  expect(runs.splice(0).map(({ signal }) => signal?.aborted)).toEqual([true]);
});

test('a client that leaves takes its request out of the engine', async () => {
  const query = 'mutation ($input: PredictInput!) { predict(input: $input) { feedbackToken } }';
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key.credential}` };
  const body = JSON.stringify({ query, variables: { input: { deployment: 'slow', rows: ROW } } });
  const leaving = new AbortController();
  const answer = fetch(`${world.url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal });
  const left = expect(answer).rejects.toThrow();
  await world.until(() => Promise.resolve(runs.length === 1), 'it to be under way');
  leaving.abort();
  await left;
  const [run] = runs.splice(0);
  await world.until(() => Promise.resolve(run!.signal!.aborted), 'the engine to be told');
});

interface Answered {
  readonly predict: {
    readonly inference: { id: string } | null;
    readonly errors: readonly { code: string }[];
  };
}

test('a queue that is full says when to come back, and takes nothing', async () => {
  const other = await world.apiKey(await world.customer());
  const query =
    'mutation ($input: PredictInput!) { predict(input: $input) { inference { id } errors { code } } }';
  const rows = Array.from({ length: 1000 }, () => ROW);
  const input = { deployment: 'slow', rows, deadlineMs: 60_000 };
  const waiting = Array.from({ length: 12 }, () => other.client.send(query, { input }));
  const refused = waiting.map((answer) =>
    answer.then(({ errors }) => (errors ? errors[0] : new Promise<undefined>(() => undefined))),
  );
  expect(await Promise.race(refused)).toMatchObject({
    extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) },
  });
  let ended = false;
  const all = Promise.all(waiting).finally(() => (ended = true));
  await world.until(() => {
    for (const { finish } of runs.splice(0)) finish();
    return Promise.resolve(ended);
  }, 'the queue to drain');
  // Eight thousand rows may wait for one customer, beside those that run.
  const answered = (await all).flatMap(({ data, errors }) => (errors ? [] : [data as unknown as Answered]));
  expect(answered.length).toBeGreaterThanOrEqual(8);
  // What a busy machine has made look slow may be refused for its deadline, and for nothing else.
  const codes = answered.flatMap(({ predict: { errors } }) => errors.map(({ code }) => code));
  expect(codes.filter((code) => code !== 'DEADLINE_UNREACHABLE')).toEqual([]);
  const ids = answered.flatMap(({ predict: { inference } }) => inference?.id ?? []);
  expect(await billed(world, ids)).toBe(ids.length);
});

test('a deadline that cannot be met is refused at once, with when to come back', async () => {
  const other = await world.apiKey(await world.customer());
  const taught = attempt(other, { deployment: 'slow', deadlineMs: 30_000 });
  await world.until(() => Promise.resolve(runs.length === 1), 'the first to be under way');
  runs.splice(0)[0]!.finish(5000);
  await taught;
  const { errors } = await attempt(key, { deployment: 'slow', deadlineMs: 1000 });
  expect(errors).toMatchObject([{ code: 'DEADLINE_UNREACHABLE', path: ['input', 'deadlineMs'] }]);
  expect(runs).toHaveLength(0);
  const again = attempt(other, { deployment: 'slow', deadlineMs: 60_000 });
  await world.until(() => Promise.resolve(runs.length === 1), 'the patient one to be under way');
  runs.splice(0)[0]!.finish();
  expect((await again).payload.inference).not.toBeNull();
});
