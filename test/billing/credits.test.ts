/** Credits: what was paid ahead pays first, nothing is used twice, and everything adds up to the last place. */
import { addDecimals, compareDecimals, subtractDecimals } from '../../src/kernel/money';
import { SERVICE } from '../../src/platform/database';
import { startApp } from '../../src/app/app';
import { random } from '../support/simulated-device';
import { testConfig } from '../support/config';
import type { CustomerPerson } from '../support/world';
import { DAY_MS, MoneyHouse } from './money-house';
import { poisoned, rows, secondLook, settleUsage, usageOf } from './support';

let house: MoneyHouse;

beforeAll(async () => {
  house = await MoneyHouse.open();
});
afterAll(() => house.world.close());

describe('credits', () => {
  it('pay before anything is owed, by priority and then by their end, exact below the cent', async () => {
    const customer = await house.charged();
    const never = await house.grant(customer, '10', { priority: 5 });
    const soon = await house.grant(customer, '1', {
      expiresAt: new Date(house.world.clock.millis() + DAY_MS),
    });
    const first = await house.grant(customer, '1', { priority: 1 });
    for (const price of ['0.7', '0.7', '10.000000000001', '3']) await house.use(customer, price);
    const { credits, ledger } = await house.seen(customer);
    expect(credits.balanceExact).toBe('0');
    const lines = [...ledger.nodes].reverse().filter(({ kind }) => kind !== 'GRANT');
    const burnt = (id: string) => credits.burns.nodes.filter(({ grantId }) => grantId === id);
    const sums = [first, never, soon].map((id) => addDecimals('0', ...burnt(id).map(({ amount }) => amount)));
    expect(sums).toEqual(['1', '10', '1']);
    expect(lines.slice(0, 1)).toMatchObject([{ kind: 'BURN', amount: '0.7' }]);
    const charges = lines.filter(({ kind }) => kind === 'CHARGE').map(({ amount }) => amount);
    expect(charges).toEqual(['2.400000000001']);
    expect(await house.verified()).toEqual({ balanced: true, faults: [] });
  });

  it('are used in the order of the rule, whatever the grants and the prices (fixed seed)', async () => {
    const customer = await house.charged();
    const next = random(20_261_128);
    const model: { id: string; left: string; priority: number; ends: number; at: number }[] = [];
    for (let at = 0; at < 8; at++) {
      const amount = String(1 + Math.floor(next() * 40));
      const priority = Math.floor(next() * 3);
      const ends =
        next() < 0.4 ? Infinity : house.world.clock.millis() + DAY_MS * (2 + Math.floor(next() * 5));
      const expiresAt = ends === Infinity ? null : new Date(ends);
      model.push({
        id: await house.grant(customer, amount, { priority, expiresAt }),
        left: amount,
        priority,
        ends,
        at,
      });
    }
    model.sort((a, b) => a.priority - b.priority || (a.ends === b.ends ? a.at - b.at : a.ends - b.ends));
    let owed = '0';
    for (let call = 0; call < 12; call++) {
      const price = (next() * 25).toFixed(6);
      await house.use(customer, price);
      let due = price;
      for (const one of model) {
        const part = compareDecimals(one.left, due) < 0 ? one.left : due;
        one.left = subtractDecimals(one.left, part);
        due = subtractDecimals(due, part);
      }
      owed = addDecimals(owed, due);
    }
    const { credits, ledger } = await house.seen(customer);
    const left = new Map(credits.grants.nodes.map(({ id, remaining }) => [id, addDecimals(remaining)]));
    for (const one of model) expect([one.id, left.get(one.id)]).toEqual([one.id, addDecimals(one.left)]);
    const charges = ledger.nodes.filter(({ kind }) => kind === 'CHARGE').map(({ amount }) => amount);
    expect(addDecimals('0', ...charges)).toBe(owed);
    expect(await house.verified()).toMatchObject({ balanced: true });
  });

  it('are never spent twice by two processes that settle at once', async () => {
    const customer = await house.charged();
    await house.grant(customer, '7');
    const config = testConfig(house.world.dataDir);
    const other = await startApp({ config, databaseUrl: house.world.databaseUrl, clock: house.world.clock });
    try {
      const apps = [house.world.app, other];
      await Promise.all(Array.from({ length: 60 }, (_, at) => house.use(customer, '0.2', apps[at % 2])));
    } finally {
      await other.close();
    }
    const { credits, ledger } = await house.seen(customer);
    expect(credits.balanceExact).toBe('0');
    const of = (wanted: string): string =>
      addDecimals('0', ...ledger.nodes.filter(({ kind }) => kind === wanted).map(({ amount }) => amount));
    expect([of('BURN'), of('CHARGE')]).toEqual(['7', '5']);
    expect(await house.verified()).toMatchObject({ balanced: true });
  });

  it('pay for an inference once, however often it is settled, and for none that was rolled back', async () => {
    const customer = await house.charged();
    await house.grant(customer, '10');
    // What the test before used so fast is over: each of these is settled by its own commit.
    house.world.clock.advance(1_000);
    const { metering } = house.world.app.modules.billing;
    const entry = await usageOf(house.world, await metering.reserve(customer.customerId, 1));
    const { unitOfWork } = house.world.app.platform.database;
    const crash = unitOfWork.run(SERVICE, async () => {
      await metering.settle([entry]);
      throw new Error('the process ends before its commit');
    });
    await expect(crash).rejects.toThrow('before its commit');
    expect((await house.seen(customer)).credits.balanceExact).toBe('10');
    await settleUsage(house.world, [entry]);
    await expect(settleUsage(house.world, [entry])).rejects.toThrow('duplicate key');
    expect((await house.seen(customer)).credits.balanceExact).toBe('9.8');
    expect(await house.verified()).toEqual({ balanced: true, faults: [] });
  });

  it('pay for two periods in one commit, the earlier one first', async () => {
    const customer = await house.charged();
    await house.grant(customer, '1');
    const { metering } = house.world.app.modules.billing;
    const old = await usageOf(house.world, await metering.reserve(customer.customerId, 1));
    await house.later(32 * DAY_MS);
    const young = await usageOf(house.world, await metering.reserve(customer.customerId, 1));
    const priced = (entry: typeof old, price: string) => ({ ...entry, price: { ...entry.price, price } });
    await settleUsage(house.world, [priced(young, '0.9'), priced(old, '0.6')]);
    const { rows } = await house.world.app.platform.database.servicePool.query<{
      charged: string;
      credited: string;
    }>(
      `select trim_scale(charged)::text as charged, trim_scale(credited)::text as credited
       from usage_counters where customer_id = $1 and charged > 0 order by period_start`,
      [customer.customerId],
    );
    expect(rows).toEqual([
      { charged: '0.6', credited: '0.6' },
      { charged: '0.9', credited: '0.4' },
    ]);
    expect(await house.verified()).toMatchObject({ balanced: true });
  });

  it('end in time: the rest is booked once, and usage after it is owed', async () => {
    const customer = await house.charged();
    const id = await house.grant(customer, '5', { expiresAt: new Date(house.world.clock.millis() + DAY_MS) });
    await house.use(customer, '1.5');
    await house.later(DAY_MS);
    // Before the job has looked: what is over pays for nothing.
    await house.use(customer, '1');
    expect((await house.seen(customer)).credits.balanceExact).toBe('0');
    await house.run('billing.expire-credits');
    await house.run('billing.expire-credits');
    const { credits, ledger } = await house.seen(customer);
    const ended = credits.burns.nodes.filter(({ kind }) => kind === 'EXPIRY');
    expect(ended).toEqual([
      expect.objectContaining({ grantId: id, amount: '3.5', creditAccount: 'BREAKAGE' }),
    ]);
    expect(ledger.nodes.filter(({ kind }) => kind === 'CHARGE')).toMatchObject([{ amount: '1' }]);
    expect(await house.verified()).toMatchObject({ balanced: true });
  });
});

describe('credits that are over', () => {
  it('of one customer that cannot be ended hold up nobody else’s, and end when they can', async () => {
    const [broken, other] = [await house.charged(), await house.charged()];
    const expiresAt = new Date(house.world.clock.millis() + DAY_MS);
    for (const customer of [broken, other]) await house.grant(customer, '5', { expiresAt });
    await house.later(DAY_MS);
    const left = async ({ customerId }: CustomerPerson) =>
      (
        await rows<{ left: string }>(
          house.world,
          'select trim_scale(remaining) as left from credit_grants where customer_id = $1',
          [customerId],
        )
      )[0];
    const heal = await poisoned(house.world, 'ledger_transfers', broken.customerId);
    const { database, jobs } = house.world.app.platform;
    await database.unitOfWork.run(SERVICE, () => jobs.enqueue('billing.expire-credits', {}));
    await house.world.until(async () => (await rows(house.world, FAILED, [])).length > 0, 'the job to fail');
    expect([await left(broken), await left(other)]).toEqual([{ left: '5' }, { left: '0' }]);
    await heal();
    await secondLook(house.world);
    expect(await left(broken)).toEqual({ left: '0' });
    expect(await house.verified()).toMatchObject({ balanced: true });
  });
});
const FAILED = `select from graphile_worker._private_jobs where last_error like '%could not be ended%'`;

describe('granting', () => {
  it('gives once for one key, and is for staff alone', async () => {
    const customer = await house.charged();
    const input = house.grantInput(customer, '100');
    const again = () =>
      house.staff.client.mutate<{ grant: object }>('creditGrant', 'CreditGrantInput!', input, 'grant { id }');
    expect(await again()).toEqual(await again());
    expect((await house.seen(customer)).credits.balance.amountMinor).toBe('100');
    const other = await house.staff.client.attempt('creditGrant', 'CreditGrantInput!', {
      ...input,
      amountMinor: '7',
    });
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const mutation = 'mutation ($input: CreditGrantInput!) { creditGrant(input: $input) { grant { id } } }';
    for (const { client } of [customer, await house.world.staff('ANALYST')]) {
      const { errors } = await client.send(mutation, { input: house.grantInput(customer, '1') });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it('refuses what would pay for nothing, and amounts beyond what it can keep', async () => {
    const customer = await house.charged();
    const refused = async (amountMinor: string, more: object = {}) =>
      (
        await house.staff.client.attempt(
          'creditGrant',
          'CreditGrantInput!',
          house.grantInput(customer, amountMinor, more),
        )
      ).errors;
    for (const amount of ['0', '-1', '1000000000000001', '9223372036854775807', '9223372036854775808'])
      expect(await refused(amount)).toMatchObject([
        { path: ['input', 'amountMinor'], code: 'INVALID_INPUT' },
      ]);
    expect(await refused('1', { currency: 'EUR' })).toMatchObject([{ path: ['input', 'currency'] }]);
    const past = { expiresAt: house.world.clock.now().toISOString() };
    expect(await refused('1', past)).toMatchObject([{ path: ['input', 'expiresAt'] }]);
    const nobody = { customerId: house.nobody() };
    expect(await refused('1', nobody)).toMatchObject([{ code: 'NOT_FOUND' }]);
    await house.grant(customer, '1000000000000000');
    await house.use(customer, '0.000000000001');
    expect((await house.seen(customer)).credits.balanceExact).toBe('999999999999999.999999999999');
  });
});
