/** Many at once are settled behind their answers: nothing is lost meanwhile, nothing counted twice, nothing given out again. */
import { type App, startApp } from '../../src/app/app';
import type { Reservation } from '../../src/modules/billing';
import { SUMMED, USED as RECORDS, usedBetween } from '../../src/modules/billing/usage/used';
import { SERVICE } from '../../src/platform/database';
import { testConfig } from '../support/config';
import { usageSettled } from '../support/settled-usage';
import { type Person, startWorld, type World } from '../support/world';
import { limitTo, rows, usageOf } from './support';

const LIMIT = 100;
const USED = 60;
/** More than are settled with their commit. */
const MANY = 9;
const LEASE_MS = 60_000;
/** A record that failed alone is tried again after it. */
const APART_MS = 60_000;
/** From here on nothing that was put off can be settled. */
const HOLD = `create function hold_usage() returns trigger language plpgsql as $$ begin raise exception 'held'; end $$;
  create trigger hold_usage before delete on deferred_usage for each row execute function hold_usage()`;
const LET_GO = 'drop trigger hold_usage on deferred_usage; drop function hold_usage';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const another = (): Promise<App> =>
  startApp({ config: testConfig(world.dataDir), databaseUrl: world.databaseUrl, clock: world.clock });

async function reserved(app: App, customerId: string, requests: number): Promise<Reservation[]> {
  const calls = Array.from({ length: requests }, () => app.modules.billing.metering.reserve(customerId, 1));
  const outcomes = await Promise.allSettled(calls);
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

async function finish(app: App, reservations: readonly Reservation[]): Promise<void> {
  const entries = await Promise.all(reservations.map((one) => usageOf(world, one)));
  await app.platform.database.unitOfWork.run(SERVICE, () => app.modules.billing.metering.settle(entries));
}

async function stuckRecords(): Promise<number> {
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^flywheel_usage_stuck_records (\d+)$/m.exec(metrics)![1]);
}

/** What a customer is shown of its usage: requests in the report, and of the quota. */
async function shown({ client }: Person): Promise<string[]> {
  const { customer } = await client.ask<{
    customer: {
      usage: { byUnit: { unit: string; quantity: string }[] };
      entitlements: { feature: string; used: string }[];
    };
  }>('{ customer { usage { byUnit { unit quantity } } entitlements { feature used } } }');
  return [
    customer.usage.byUnit.find(({ unit }) => unit === 'REQUEST')!.quantity,
    customer.entitlements.find(({ feature }) => feature === 'inference.requests')!.used,
  ];
}

async function counted(customerId: string): Promise<object> {
  const text = `select (select count(*)::int from usage_records, unnest(inference_ids) where customer_id = $1) as recorded,
    (select count(*)::int from deferred_usage, unnest(inference_ids) where customer_id = $1) as waiting,
    (select settled::int from usage_counters where customer_id = $1) as settled,
    (select granted::int from usage_counters where customer_id = $1) as granted`;
  return (await rows<object>(world, text, [customerId]))[0]!;
}

test('what a process could not settle before it ended is settled once by the next, and its quota is not given out again', async () => {
  const { servicePool } = world.app.platform.database;
  const { customerId } = await world.customer();
  await limitTo(world, customerId, LIMIT);
  const doomed = await another();
  await servicePool.query(HOLD);
  await finish(doomed, await reserved(doomed, customerId, USED));
  await doomed.close();
  expect(await counted(customerId)).toEqual({ recorded: 0, waiting: USED, settled: 0, granted: USED });

  world.clock.advance(LEASE_MS + 1_000);
  const rest = await reserved(world.app, customerId, LIMIT);
  expect(rest).toHaveLength(LIMIT - USED);
  await finish(world.app, rest);
  await servicePool.query(LET_GO);
  const heir = await another();
  await usageSettled(world.app);
  expect(await counted(customerId)).toEqual({ recorded: LIMIT, waiting: 0, settled: LIMIT, granted: LIMIT });
  await heir.close();
  expect(await counted(customerId)).toEqual({ recorded: LIMIT, waiting: 0, settled: LIMIT, granted: LIMIT });
});

test('what cannot be settled is told to the operator, keeps nobody else waiting and is settled when it can be', async () => {
  const { servicePool } = world.app.platform.database;
  const [stuck, free] = [await world.customer(), await world.customer()];
  await servicePool.query(
    HOLD.replace('for each row', `for each row when (old.customer_id = '${stuck.customerId}')`),
  );
  const used = await Promise.all([stuck, free].map((one) => reserved(world.app, one.customerId, MANY)));
  await finish(world.app, used.flat());
  await world.until(
    async () => (await rows(world, 'select from deferred_usage', [])).length === 1,
    'the other one to be settled',
  );
  expect(await counted(free.customerId)).toMatchObject({ recorded: MANY, settled: MANY });
  expect(await counted(stuck.customerId)).toMatchObject({ recorded: 0, waiting: MANY, settled: 0 });
  expect(await shown(stuck)).toEqual([`${MANY}`, `${MANY}`]);
  await world.until(async () => (await stuckRecords()) === 1, 'the operator to be told');
  await servicePool.query(LET_GO);
  world.clock.advance(APART_MS);
  await usageSettled(world.app);
  expect(await counted(stuck.customerId)).toMatchObject({ recorded: MANY, waiting: 0, settled: MANY });
  await world.until(async () => (await stuckRecords()) === 0, 'the operator to be told');
});

test('who calls now and then is settled at once, who calls briskly a moment later, and both see at once what they have used', async () => {
  const { servicePool } = world.app.platform.database;
  const customer = await world.customer();
  const { customerId } = customer;
  const one = async (): Promise<void> => finish(world.app, await reserved(world.app, customerId, 1));
  await servicePool.query(HOLD);
  world.clock.stop();
  for (let calls = 0; calls < 10; calls++) {
    world.clock.advance(1_000);
    await one();
  }
  expect(await counted(customerId)).toMatchObject({ recorded: 10, waiting: 0 });
  for (let calls = 0; calls < 20; calls++) await one();
  expect(await counted(customerId)).toMatchObject({ recorded: 16, waiting: 14, settled: 16 });
  expect(await shown(customer)).toEqual(['30', '30']);
  await servicePool.query(LET_GO);
  world.clock.advance(APART_MS);
  await usageSettled(world.app);
  expect(await counted(customerId)).toMatchObject({ recorded: 30, waiting: 0, settled: 30 });
  expect(await shown(customer)).toEqual(['30', '30']);
});

test('a process that stops settles what it has put off first', async () => {
  const { customerId } = await world.customer();
  const leaving = await another();
  await finish(leaving, await reserved(leaving, customerId, MANY));
  await leaving.close();
  expect(await counted(customerId)).toEqual({
    recorded: MANY,
    waiting: 0,
    settled: MANY,
    granted: MANY,
  });
});

test('days and what is cut off them come to what the records say, whenever a period begins and ends', async () => {
  const client = await world.app.platform.database.servicePool.connect();
  const start = Date.parse('2031-03-30T00:00:00Z');
  const HOUR_MS = 3_600_000;
  let state = 7;
  /** Lehmer's generator: the same numbers at every run. */
  const below = (most: number): number => (state = (state * 48_271) % 2_147_483_647) % most;
  /** Some at midnight, some a millisecond beside it, and all the others anywhere in five days. */
  const instant = (): Date => {
    const [day, beside] = [below(5) * 24 * HOUR_MS, below(3) - 1];
    return new Date(start + (below(2) === 0 ? Math.max(0, day + beside) : below(120 * HOUR_MS)));
  };
  const grouped = (from: string): string =>
    `select u.customer_id, u.period_start, u.plan_id, u.model_id, u.deployment_id, u.currency, ${SUMMED} from ${from}
     group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`;
  try {
    await client.query('begin');
    for (let at = 0; at < 300; at++) {
      // Late ones among them: the order in which they come is not that of their time.
      const table = at % 10 === 0 ? 'deferred_usage' : 'usage_records';
      const made = instant();
      await client.query(
        `insert into ${table} (customer_id, created_at, first_inference_id, inference_ids, period_start, plan_id, model_id, deployment_id,
           lease_id, requests, rows, device_ms, price, cost, currency, cached_requests, prompt_tokens, completion_tokens, economy_requests)
         values ($1, $2, $3, '{}', $4, $5, $6, $7, 'lse', 7, $8, $9, $10, $11, $12, $13, $14, 5, 1)`,
        [
          `cus_${below(2)}`,
          made,
          `inf_${at}`,
          new Date(start - below(2) * HOUR_MS),
          `pln_${below(2)}`,
          `mdl_${below(2)}`,
          below(2) === 0 ? null : 'dep',
          below(9),
          `0.${below(1_000_000)}`,
          `${below(3)}.${below(1_000_000)}`,
          `0.000${below(1_000_000)}`,
          below(5) === 0 ? 'EUR' : 'USD',
          below(6),
          below(900),
        ],
      );
    }
    const records = `select * from usage_daily_sums where day >= '2031-03-30' order by to_jsonb(usage_daily_sums)::text`;
    expect((await client.query(records)).rows.length).toBeGreaterThan(100);
    for (let at = 0; at < 40; at++) {
      const period = [instant(), instant()];
      const recorded = grouped(`${RECORDS} u where u.created_at >= $1 and u.created_at < $2`);
      const added = grouped(`${usedBetween('$1::timestamptz', '$2::timestamptz')} u`);
      const { rows: expected } = await client.query<object>(recorded, period);
      expect((await client.query<object>(added, period)).rows).toEqual(expected);
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
});
