/** What is made of events or of other rows alone can be made anew of them, by one command; what cannot says why. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { rebuildProjection } from '../../src/platform/events';
import { submit } from '../feedback/support';
import { subscribed } from '../billing/support';
import { predict, served } from '../inference/support';
import { expectNone } from '../support/expect-none';
import { usageSettled } from '../support/settled-usage';
import { type CustomerPerson, startWorld, type World } from '../support/world';

const ROOT = path.resolve(__dirname, '../..');
const COMMAND = ['--require', './src/typescript-hook.cjs', 'src/main.ts', 'rebuild'];

let world: World;
let owner: CustomerPerson;

beforeAll(async () => {
  world = await startWorld();
  await served(world, 'wages');
  owner = await subscribed(world);
  const { inference, feedbackToken } = await predict(await world.apiKey(owner));
  expect(inference).not.toBeNull();
  await submit(owner, { feedbackToken, kind: 'NPS', score: 9 });
  const shown = 'subscription { cancelAt }';
  await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, shown);
  await world.settle();
  const empty = async (): Promise<string[]> =>
    Object.entries(await rows()).flatMap(([table, { length }]) => (length > 0 ? [] : [table]));
  await world
    .until(async () => (await empty()).length === 0, 'all projections')
    .catch(async () => expectNone(await empty(), 'Do before these tests what puts a row into it.'));
});
afterAll(() => world?.close());

const projections = () => world.app.modules.manifests.flatMap(({ projections: some = [] }) => some);
const sql = async (text: string): Promise<object[]> =>
  (await world.app.platform.database.servicePool.query<object>(text)).rows;

/** All rows of all tables, in an order of their own. */
async function rows(): Promise<Record<string, object[]>> {
  const tables = projections().flatMap((one) => one.tables);
  const read = tables.map(async (table) => {
    const text = `select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`;
    return [table, await sql(text)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const rebuild = async (...names: string[]): Promise<string> =>
  (
    await promisify(execFile)(process.execPath, [...COMMAND, ...names], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: world.databaseUrl,
        FLYWHEEL_DATA_DIR: world.dataDir,
        FLYWHEEL_MASTER_KEY: '07'.repeat(32),
      },
    })
  ).stdout;

test('without a name the command tells which there are, and does nothing', async () => {
  const before = await rows();
  const told = await rebuild();
  for (const { name, holds } of projections()) expect(told).toMatch(new RegExp(`^ +${name} +${holds}$`, 'm'));
  expect(await rows()).toEqual(before);
});

test('every projection comes to the same rows, whatever had become of them', async () => {
  const before = await rows();
  for (const [table, kept] of Object.entries(before))
    expect({ table, rows: kept.length > 0 }).toEqual({ table, rows: true });
  for (const table of Object.keys(before)) await sql(`delete from ${table}`);
  await sql(`insert into customer_origins (customer_id, signed_up_at) values ('cus_of_nobody', now())`);
  const names = projections().map(({ name }) => name);
  expect(await rebuild(...names)).toContain(`Made anew: ${names.join(', ')}.`);
  expect(await rows()).toEqual(before);
});

test('a name that is none is refused with those that there are, and nothing is lost', async () => {
  const before = await rows();
  await expect(rebuild('market.revenue', 'market.revenues')).rejects.toMatchObject({
    stderr: expect.stringMatching(/no projection market\.revenues[^]*market\.timeline/),
  });
  expect(await rows()).toEqual(before);
});

test('sums of rows are made anew by the month: who uses the product waits for none but the present one', async () => {
  const { database } = world.app.platform;
  const copy = `insert into usage_records select (jsonb_populate_record(u, jsonb_build_object('created_at', $1::text, 'first_inference_id', $2::text))).*
    from usage_records u limit 1`;
  await database.servicePool.query(copy, ['2024-02-10T00:00:00Z', 'inf_of_then']);
  await sql(
    `insert into usage_daily_sums select (jsonb_populate_record(s, '{"day": "2024-05-01"}')).* from usage_daily_sums s limit 1`,
  );
  const late = await database.servicePool.connect();
  try {
    await late.query('begin');
    await late.query(copy, ['2024-02-29T23:59:59.999Z', 'inf_of_late']);
    const sums = projections().find(({ ofRows }) => ofRows)!;
    const rebuilt = rebuildProjection(database.unitOfWork, sums);
    const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await world.until(async () => (await sql(waits)).length > 0, 'the sums to wait');
    expect((await predict(await world.apiKey(owner))).inference).not.toBeNull();
    await usageSettled(world.app);
    expect(await sql(waits)).toHaveLength(1);
    await late.query('commit');
    await rebuilt;
  } finally {
    late.release();
  }
  const days = (from: string) => `select customer_id, sum(requests)::int as requests, sum(price) as price,
    min(${from}) as first, max(${from}) as last from`;
  expect(await sql(`${days('day')} usage_daily_sums group by 1`)).toEqual(
    await sql(`${days(`(created_at at time zone 'UTC')::date`)} usage_records group by 1`),
  );
});

/** Subscribers that cannot hear everything again, and why. */
const NO_PROJECTIONS: Readonly<Record<string, string>> = {
  'audit.log': 'it is the proof, and not a view of one',
  'deployments.canary-feedback': 'it adds to the evidence of decisions that were made',
  'ethics.fairness-labels':
    'what it labels is in the events no more, and who withdrew since would be counted',
  'ethics.fairness-withdrawal': 'it forgets people, as it heard',
  'ethics.incidents': 'it opens incidents, which people then deal with',
  'feature-tests.analytics-withdrawal': 'it forgets what people did, as it heard',
  'feature-tests.answer-figures': 'who was forgotten since is in the figures and not in the events',
  'feature-tests.consent': 'it forgets people, as it heard',
  'feedback.analytics-withdrawal': 'it forgets what was watched of people, as it heard',
  'feedback.consent-withdrawal': 'it takes back rows, as it heard',
  'feedback.left-duplicates': 'it moves what people decide about',
  'feedback.notices': 'it tells people',
  'feedback.words': 'it orders readings; what was not read is found every hour',
  'inference.payload-withdrawal': 'it forgets what predictions were about, as it heard',
  'inference.webhook-news': 'it tells servers',
  'privacy.register': 'it writes beside the database what a database that is put back must hear',
  'market.competitors': 'it reads words; its job reads all of them again when the list of names changes',
};

test('every subscriber makes a projection, or it is said why it makes none', () => {
  const all = world.app.modules.manifests.flatMap(({ subscribers = [] }) => subscribers);
  const ofEvents = projections().filter(({ ofRows }) => !ofRows);
  const known = [...ofEvents.map(({ name }) => name), ...Object.keys(NO_PROJECTIONS)];
  const names = all.map(({ name }) => name);
  expectNone(
    names.filter((name) => !known.includes(name)),
    'Name its tables in `projections` of the manifest, or say in NO_PROJECTIONS why it cannot hear everything again.',
  );
  expect(names.sort()).toEqual(known.sort());
});
