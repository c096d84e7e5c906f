/** A connection that breaks in the middle of a commit: the database goes on with it, and what comes of it is known for one's own. */
import { Client } from 'pg';
import { limitTo } from '../billing/support';
import { ROW } from '../support/hand-made-version';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { attempt, count, predict, served } from './support';

let world: World;
let customer: CustomerPerson;
let key: Person;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
});
beforeEach(async () => {
  customer = await world.customer();
  key = await world.apiKey(customer);
  await limitTo(world, customer.customerId, 1);
  await world.settle();
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => world?.close());

/** Until a statement waits for a lock of this kind. */
const waiting = (kind: 'relation' | 'transactionid'): Promise<void> => {
  const text = `select count(*)::int as count from pg_locks join pg_stat_activity using (pid)
    where not granted and locktype = $1 and datname = current_database()`;
  return world.until(async () => (await count(world, text, [kind])) > 0, `a commit to wait for a ${kind}`);
};

/** The connection breaks while the commit of a record waits for its table; it is made when the next one waits for it. */
async function brokenOff(ask: () => Promise<unknown>): Promise<void> {
  const holding = new Client({ connectionString: world.databaseUrl });
  await holding.connect();
  await holding.query('begin');
  await holding.query('lock table inferences in exclusive mode');
  const { unitOfWork } = world.app.platform.database;
  const pipelined = unitOfWork.pipelined.bind(unitOfWork);
  let made: Promise<unknown> | undefined;
  jest
    .spyOn(unitOfWork, 'pipelined')
    // The first is the slice of the quota.
    .mockImplementationOnce((work) => pipelined(work))
    .mockImplementationOnce(async (work) => {
      made = pipelined(work);
      await waiting('relation');
      throw new Error('Connection terminated unexpectedly');
    });
  const asked = ask();
  await waiting('transactionid');
  await holding.end();
  await asked;
  await made;
  await world.settle();
}

test.each([
  ['a call under a key', () => predict(key, { idempotencyKey: 'once' })],
  [
    'a prediction for later',
    () => {
      const input = { deployment: 'wages', rows: ROW };
      return key.client.mutate('predictionCreate', 'PredictionCreateInput!', input, 'prediction { id }');
    },
  ],
])('the record of %s is not taken for somebody else’s, and its quota stays taken', async (_what, ask) => {
  await brokenOff(ask);
  const records = 'select count(*)::int as count from inferences where customer_id = $1';
  expect(await count(world, records, [customer.customerId])).toBe(1);
  expect((await attempt(key)).errors).toMatchObject([{ code: 'QUOTA_EXCEEDED' }]);
});

test('who cannot wait for a commit any more is told to come back: what it had sent is answered under its key, what had not costs nothing', async () => {
  const other = await world.customer();
  const behind = await world.apiKey(other);
  await limitTo(world, other.customerId, 2);
  // Both have leased what they need.
  await predict(behind);
  const holding = new Client({ connectionString: world.databaseUrl });
  await holding.connect();
  await holding.query('begin; lock table inferences in exclusive mode');
  const ask = ({ client }: Person) =>
    client.send(`mutation { predict(input: { deployment: "wages", rows: { age: 40, income: 1 }, deadlineMs: 300, idempotencyKey: "late" }) {
      inference { id } } }`);
  const sent = ask(key);
  await waiting('relation');
  const refusals = await Promise.all([sent, ask(behind)]);
  const refused = { errors: [{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1000 } }] };
  expect(refusals).toMatchObject([refused, refused]);
  const again = predict(key, { rows: { age: 40, income: 1 }, deadlineMs: 60_000, idempotencyKey: 'late' });
  await holding.end();
  const { inference } = await again;
  const records =
    'select count(*)::int as count from inferences where customer_id = $1 and id = coalesce($2, id)';
  expect(await count(world, records, [customer.customerId, inference!.id])).toBe(1);
  expect((await attempt(key)).errors).toMatchObject([{ code: 'QUOTA_EXCEEDED' }]);
  await predict(behind);
  expect((await attempt(behind)).errors).toMatchObject([{ code: 'QUOTA_EXCEEDED' }]);
  expect(await count(world, records, [customer.customerId, null])).toBe(1);
  expect(await count(world, records, [other.customerId, null])).toBe(2);
});
