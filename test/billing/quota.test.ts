/** The meter: no request beyond the limit, none lost, and every one counted once. */
import { newId } from '../../src/kernel/id';
import type { Reservation, SettlementEntry } from '../../src/modules/billing';
import { startApp } from '../../src/app/app';
import { testConfig } from '../support/config';
import { startWorld, type World } from '../support/world';
import { limitTo, rows, settleUsage, usageOf } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const LEASE_MS = 60_000;

async function admitted(
  calls: Promise<Reservation>[],
): Promise<{ reservations: Reservation[]; refusals: unknown[] }> {
  const outcomes = await Promise.allSettled(calls);
  return {
    reservations: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
    refusals: outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    ),
  };
}

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const entryOf = (reservation: Reservation): Promise<SettlementEntry> => usageOf(world, reservation);
const settle = (entries: SettlementEntry[]): Promise<void> => settleUsage(world, entries);

describe('the quota of a plan', () => {
  it('admits exactly 100 of 200 parallel requests against a limit of 100', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 100);
    const { metering } = world.app.modules.billing;
    const { reservations, refusals } = await admitted(many(200, () => metering.reserve(customerId, 1)));
    expect(reservations).toHaveLength(100);
    expect(refusals).toHaveLength(100);
    expect(refusals[0]).toMatchObject({ code: 'QUOTA_EXCEEDED', data: { limit: 100n, used: 100n } });
    expect(await metering.reserve(customerId, 1).catch((error: unknown) => error)).toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
  });

  it('is used to the last request by someone who asks one at a time', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 3);
    const { metering } = world.app.modules.billing;
    for (let used = 0; used < 3; used++) await metering.reserve(customerId, 1);
    await expect(metering.reserve(customerId, 1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('is that of all seats that are paid', async () => {
    const { customerId, client } = await world.customer();
    await rows(world, 'update plan_subscriptions set quantity = 2 where customer_id = $1', [customerId]);
    await limitTo(world, customerId, 3);
    const { metering } = world.app.modules.billing;
    await metering.reserve(customerId, 6);
    await expect(metering.reserve(customerId, 1)).rejects.toThrow('allows 6 requests');
    const { customer } = await client.ask<{ customer: { entitlements: object[] } }>(
      '{ customer { entitlements { feature limit } } }',
    );
    expect(customer.entitlements).toContainEqual({ feature: 'inference.requests', limit: '6' });
  });

  it('is one quota for two processes', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 100);
    const other = await startApp({
      config: testConfig(world.dataDir),
      databaseUrl: world.databaseUrl,
      clock: world.clock,
    });
    try {
      const meters = [world.app.modules.billing.metering, other.modules.billing.metering];
      const calls = meters.flatMap((metering) => many(100, () => metering.reserve(customerId, 1)));
      expect((await admitted(calls)).reservations).toHaveLength(100);
    } finally {
      await other.close();
    }
  });

  it('gives a released request to the next who asks', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 1);
    const { metering } = world.app.modules.billing;
    const first = await metering.reserve(customerId, 1);
    await expect(metering.reserve(customerId, 1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    metering.release(first);
    await expect(metering.reserve(customerId, 1)).resolves.toMatchObject({ requests: 1 });
  });

  it('comes back when the process that held it is gone and its lease has expired', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 100);
    const doomed = await startApp({
      config: testConfig(world.dataDir),
      databaseUrl: world.databaseUrl,
      clock: world.clock,
    });
    await Promise.all(many(60, () => doomed.modules.billing.metering.reserve(customerId, 1)));
    // What is under way when a process goes is not given back by it: as after a kill, only expiry does.
    await doomed.close();
    const { metering } = world.app.modules.billing;
    await metering.assertLeft(customerId, 40);
    await expect(metering.assertLeft(customerId, 41)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
    const rest = await admitted(many(100, () => metering.reserve(customerId, 1)));
    expect(rest.reservations).toHaveLength(40);
    await settle(await Promise.all(rest.reservations.map(entryOf)));
    world.clock.advance(LEASE_MS + 1_000);
    await metering.assertLeft(customerId, 60);
    expect((await admitted(many(100, () => metering.reserve(customerId, 1)))).reservations).toHaveLength(60);
  });

  it('holds when it changes while requests are under way: a lower one at once, a higher one too', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 100);
    const { metering } = world.app.modules.billing;
    const open = await admitted(many(60, () => metering.reserve(customerId, 1)));
    expect(open.reservations).toHaveLength(60);
    await limitTo(world, customerId, 50);
    // Until the news is there the old limit holds: what it promises is kept and counted.
    const promised = [...open.reservations];
    await world.until(async () => {
      const { reservations, refusals } = await admitted([metering.reserve(customerId, 1)]);
      promised.push(...reservations);
      return (refusals[0] as { data: { limit: bigint } } | undefined)?.data.limit === 50n;
    }, 'the lower limit');
    // Nor is what was promised under the old limit, and not used, promised to somebody else.
    metering.release(promised.pop()!);
    expect((await admitted([metering.reserve(customerId, 1)])).refusals).toMatchObject([
      { code: 'QUOTA_EXCEEDED', data: { limit: 50n } },
    ]);
    await settle(await Promise.all(promised.map(entryOf)));
    await limitTo(world, customerId, 120);
    const calls = async () => (await admitted(many(70, () => metering.reserve(customerId, 1)))).reservations;
    let more: Reservation[] = [];
    await world.until(async () => (more = [...more, ...(await calls())]).length > 0, 'the higher limit');
    expect(more).toHaveLength(120 - promised.length);
  });

  it('starts anew with the next billing period', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 2);
    const { metering } = world.app.modules.billing;
    expect((await admitted(many(3, () => metering.reserve(customerId, 1)))).reservations).toHaveLength(2);
    world.clock.advance(32 * 24 * 60 * 60 * 1000);
    expect((await admitted(many(3, () => metering.reserve(customerId, 1)))).reservations).toHaveLength(2);
  });

  it('knows no customer that does not exist', async () => {
    const { metering } = world.app.modules.billing;
    const unknown = newId('cus', world.clock.now());
    await expect(metering.reserve(unknown, 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('settling', () => {
  it('counts an inference once, however often it is settled', async () => {
    const customer = await world.customer();
    const { metering } = world.app.modules.billing;
    const entries = await Promise.all(
      many(3, async () => entryOf(await metering.reserve(customer.customerId, 1))),
    );
    world.clock.advance(1_000);
    await settle(entries);
    await expect(settle(entries)).rejects.toThrow('duplicate key');
    const { customer: seen } = await customer.client.ask<{
      customer: {
        entitlements: { feature: string; limit: string; used: string | null; remaining: string | null }[];
        usage: {
          byUnit: { unit: string; quantity: string }[];
          byModel: { quantity: string }[];
          byDay: { requests: string }[];
        };
      };
    }>(`{ customer {
      entitlements { feature limit used remaining }
      usage { byUnit { unit quantity } byModel { quantity } byDay { requests } }
    } }`);
    expect(seen.entitlements.find(({ feature }) => feature === 'inference.requests')).toEqual({
      feature: 'inference.requests',
      limit: '1000',
      used: '3',
      remaining: '997',
    });
    expect(seen.usage.byUnit).toEqual([
      { unit: 'REQUEST', quantity: '3' },
      { unit: 'CACHED_REQUEST', quantity: '0' },
      { unit: 'ECONOMY_REQUEST', quantity: '0' },
      { unit: 'ROW', quantity: '9' },
      { unit: 'DEVICE_MILLISECOND', quantity: '1.5' },
      { unit: 'PROMPT_TOKEN', quantity: '0' },
      { unit: 'COMPLETION_TOKEN', quantity: '0' },
    ]);
    expect(seen.usage.byModel).toEqual([{ quantity: '3' }]);
    expect(seen.usage.byDay).toEqual([{ requests: '3' }]);
  });

  it('counts repeated and deferred requests as what they are charged for: in the forecast, by day and by model', async () => {
    const customer = await world.customer();
    const { metering, sync } = world.app.modules.billing;
    await sync.placeOn(customer.customerId, 'ENTERPRISE');
    await world.settle();
    const asked = await Promise.all(many(2, () => metering.reserve(customer.customerId, 50)));
    const [repeated, deferred] = await Promise.all(asked.map(entryOf));
    await settle([
      { ...repeated!, cached: true },
      { ...deferred!, economy: true },
    ]);
    const { customer: seen } = await customer.client.ask<{ customer: object }>(`{ customer { usage {
      charge { amountMinor } forecast { requests charge { amountMinor } } byModel { quantity amount } byDay { requests amount }
    } } }`);
    // The period has just begun: a hundredth of it is taken as gone.
    expect(seen).toEqual({
      usage: {
        charge: { amountMinor: '20' },
        forecast: { requests: '10000', charge: { amountMinor: '2000' } },
        byModel: [{ quantity: '100', amount: '20' }],
        byDay: [{ requests: '100', amount: '20' }],
      },
    });
  });

  it('prices by the plan’s book and shows the margin to staff alone', async () => {
    const customer = await world.customer();
    const { metering, sync } = world.app.modules.billing;
    await sync.placeOn(customer.customerId, 'ENTERPRISE');
    await world.settle();
    const entry = await entryOf(await metering.reserve(customer.customerId, 1));
    expect(entry.price).toMatchObject({ price: '0.2', planCode: 'ENTERPRISE', weight: 64 });
    await settle(
      await Promise.all(many(10, async () => entryOf(await metering.reserve(customer.customerId, 1)))),
    );
    const query = `query ($id: ID!) { customer(by: { id: $id }) { margin { revenue { amountMinor } cost { amountMinor } margin { formatted } ratio } } }`;
    const staff = await world.staff('ANALYST');
    const variables = { id: customer.customerId };
    expect((await staff.client.ask<{ customer: object }>(query, variables)).customer).toMatchObject({
      margin: {
        revenue: { amountMinor: '2' },
        cost: { amountMinor: '0' },
        margin: { formatted: '0.02 USD' },
      },
    });
    expect((await customer.client.ask<{ customer: object }>(query, variables)).customer).toEqual({
      margin: null,
    });
  });

  it('keeps the count true when a lease was given back before its request was settled', async () => {
    const { customerId } = await world.customer();
    await limitTo(world, customerId, 10);
    const { metering } = world.app.modules.billing;
    const slow = await metering.reserve(customerId, 1);
    const database = world.app.platform.database;
    await database.servicePool.query('update quota_leases set expires_at = $2 where id = $1', [
      slow.leaseId,
      world.clock.now(),
    ]);
    world.clock.advance(LEASE_MS);
    await metering.reserve(customerId, 1);
    await settle([await entryOf(slow)]);
    const { rows } = await database.servicePool.query<{ granted: string; settled: string }>(
      'select granted, settled from usage_counters where customer_id = $1',
      [customerId],
    );
    expect(rows).toEqual([{ granted: '2', settled: '1' }]);
  });
});

describe('a spend cap', () => {
  it('refuses what it cannot pay for, and serves again once it is lifted', async () => {
    const customer = await world.customer();
    const { metering, sync } = world.app.modules.billing;
    await sync.placeOn(customer.customerId, 'ENTERPRISE');
    const cap = (amountMinor: string | null): Promise<{ spendCap: object | null }> =>
      customer.client.mutate('spendCapSet', 'SpendCapSetInput!', { amountMinor }, 'spendCap { formatted }');
    expect(await cap('2')).toEqual(expect.objectContaining({ spendCap: { formatted: '0.02 USD' } }));
    await world.settle();
    const { reservations, refusals } = await admitted(
      many(15, () => metering.reserve(customer.customerId, 1)),
    );
    expect(reservations).toHaveLength(10);
    expect(refusals[0]).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await cap(null);
    await world.until(
      async () => (await admitted([metering.reserve(customer.customerId, 1)])).reservations.length === 1,
      'the cap to be lifted',
    );
    const negative = await customer.client.attempt('spendCapSet', 'SpendCapSetInput!', { amountMinor: '-1' });
    expect(negative.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'amountMinor'] }]);
  });
});
