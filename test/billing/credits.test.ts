/** Credits and the ledger: what was paid ahead pays first, nothing is used twice, and everything adds up to the last place. */
import { addDecimals, compareDecimals, subtractDecimals } from '../../src/kernel/money';
import { newId } from '../../src/kernel/id';
import { SERVICE, tenant } from '../../src/platform/database';
import { startApp } from '../../src/app/app';
import { random } from '../support/simulated-device';
import { testConfig } from '../support/config';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { settleUsage, usageOf } from './support';

const DAY_MS = 86_400_000;
const CREDITS = `query ($id: ID!) { customer(by: { id: $id }) { credits {
  balanceExact balance { amountMinor currency }
  grants { nodes { id remaining priority expiresAt amount { amountMinor } } }
  burns(first: 100) { nodes { id kind grantId amount debitAccount creditAccount } }
} ledger(first: 100) { nodes { id kind amount debitAccount creditAccount reversesId periodStart } } } }`;

interface Grant {
  readonly id: string;
  readonly remaining: string;
}
interface Line {
  readonly id: string;
  readonly kind: string;
  readonly grantId: string | null;
  readonly amount: string;
}
interface Seen {
  readonly credits: {
    readonly balanceExact: string;
    readonly balance: { readonly amountMinor: string };
    readonly grants: { readonly nodes: readonly Grant[] };
    readonly burns: { readonly nodes: readonly Line[] };
  };
  readonly ledger: { readonly nodes: readonly Line[] };
}

let world: World;
let staff: Person;
let keys = 0;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
});
afterAll(() => world.close());

/** A customer who is charged 0.2 cents for each request. */
async function charged(): Promise<CustomerPerson> {
  const customer = await world.customer();
  await world.app.modules.billing.sync.placeOn(customer.customerId, 'ENTERPRISE');
  return customer;
}

function grantInput({ customerId }: CustomerPerson, amountMinor: string, more: object = {}): object {
  const reason = 'Welcome';
  return { customerId, amountMinor, currency: 'USD', reason, idempotencyKey: `grant-${++keys}`, ...more };
}

async function grant(customer: CustomerPerson, amountMinor: string, more: object = {}): Promise<string> {
  const input = grantInput(customer, amountMinor, more);
  const payload = await staff.client.mutate<{ grant: { id: string } }>(
    'creditGrant',
    'CreditGrantInput!',
    input,
    'grant { id }',
  );
  return payload.grant.id;
}

async function use({ customerId }: CustomerPerson, price: string, app = world.app): Promise<void> {
  const reservation = await app.modules.billing.metering.reserve(customerId, 1);
  const entry = await usageOf(world, reservation);
  await settleUsage({ app }, [{ ...entry, price: { ...entry.price, price } }]);
}

const seen = async ({ customerId: id }: CustomerPerson, { client } = staff): Promise<Seen> =>
  (await client.ask<{ customer: Seen }>(CREDITS, { id })).customer;

/** Sessions end meanwhile: staff sign in anew. */
async function later(ms: number): Promise<void> {
  world.clock.advance(ms);
  staff = await world.staff();
}

const verified = async () =>
  (
    await staff.client.ask<{ ledgerVerify: { balanced: boolean; faults: object[] } }>(
      '{ ledgerVerify { balanced faults { rule customerId subject ledger found } } }',
    )
  ).ledgerVerify;

const run = async (kind: string): Promise<void> => {
  const { unitOfWork } = world.app.platform.database;
  await unitOfWork.run(SERVICE, () => world.app.platform.jobs.enqueue(kind, {}));
  await world.settle();
};

describe('credits', () => {
  it('pay before anything is owed, by priority and then by their end, exact below the cent', async () => {
    const customer = await charged();
    const never = await grant(customer, '10', { priority: 5 });
    const soon = await grant(customer, '1', { expiresAt: new Date(world.clock.millis() + DAY_MS) });
    const first = await grant(customer, '1', { priority: 1 });
    for (const price of ['0.7', '0.7', '10.000000000001', '3']) await use(customer, price);
    const { credits, ledger } = await seen(customer);
    expect(credits.balanceExact).toBe('0');
    const lines = [...ledger.nodes].reverse().filter(({ kind }) => kind !== 'GRANT');
    const burnt = (id: string) => credits.burns.nodes.filter(({ grantId }) => grantId === id);
    const sums = [first, never, soon].map((id) => addDecimals('0', ...burnt(id).map(({ amount }) => amount)));
    expect(sums).toEqual(['1', '10', '1']);
    expect(lines.slice(0, 1)).toMatchObject([{ kind: 'BURN', amount: '0.7' }]);
    const charges = lines.filter(({ kind }) => kind === 'CHARGE').map(({ amount }) => amount);
    expect(charges).toEqual(['2.400000000001']);
    expect(await verified()).toEqual({ balanced: true, faults: [] });
  });

  it('are used in the order of the rule, whatever the grants and the prices (fixed seed)', async () => {
    const customer = await charged();
    const next = random(20_261_128);
    const model: { id: string; left: string; priority: number; ends: number; at: number }[] = [];
    for (let at = 0; at < 8; at++) {
      const amount = String(1 + Math.floor(next() * 40));
      const priority = Math.floor(next() * 3);
      const ends = next() < 0.4 ? Infinity : world.clock.millis() + DAY_MS * (2 + Math.floor(next() * 5));
      const expiresAt = ends === Infinity ? null : new Date(ends);
      model.push({
        id: await grant(customer, amount, { priority, expiresAt }),
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
      await use(customer, price);
      let due = price;
      for (const one of model) {
        const part = compareDecimals(one.left, due) < 0 ? one.left : due;
        one.left = subtractDecimals(one.left, part);
        due = subtractDecimals(due, part);
      }
      owed = addDecimals(owed, due);
    }
    const { credits, ledger } = await seen(customer);
    const left = new Map(credits.grants.nodes.map(({ id, remaining }) => [id, addDecimals(remaining)]));
    for (const one of model) expect([one.id, left.get(one.id)]).toEqual([one.id, addDecimals(one.left)]);
    const charges = ledger.nodes.filter(({ kind }) => kind === 'CHARGE').map(({ amount }) => amount);
    expect(addDecimals('0', ...charges)).toBe(owed);
    expect(await verified()).toMatchObject({ balanced: true });
  });

  it('are never spent twice by two processes that settle at once', async () => {
    const customer = await charged();
    await grant(customer, '7');
    const config = testConfig(world.dataDir);
    const other = await startApp({ config, databaseUrl: world.databaseUrl, clock: world.clock });
    try {
      const apps = [world.app, other];
      await Promise.all(Array.from({ length: 60 }, (_, at) => use(customer, '0.2', apps[at % 2])));
    } finally {
      await other.close();
    }
    const { credits, ledger } = await seen(customer);
    expect(credits.balanceExact).toBe('0');
    const of = (wanted: string): string =>
      addDecimals('0', ...ledger.nodes.filter(({ kind }) => kind === wanted).map(({ amount }) => amount));
    expect([of('BURN'), of('CHARGE')]).toEqual(['7', '5']);
    expect(await verified()).toMatchObject({ balanced: true });
  });

  it('pay for an inference once, however often it is settled, and for none that was rolled back', async () => {
    const customer = await charged();
    await grant(customer, '10');
    const { metering } = world.app.modules.billing;
    const entry = await usageOf(world, await metering.reserve(customer.customerId, 1));
    const { unitOfWork } = world.app.platform.database;
    const crash = unitOfWork.run(SERVICE, async () => {
      await metering.settle([entry]);
      throw new Error('the process ends before its commit');
    });
    await expect(crash).rejects.toThrow('before its commit');
    expect((await seen(customer)).credits.balanceExact).toBe('10');
    await settleUsage(world, [entry]);
    await settleUsage(world, [entry]);
    expect((await seen(customer)).credits.balanceExact).toBe('9.8');
  });

  it('pay for two periods in one commit, the earlier one first', async () => {
    const customer = await charged();
    await grant(customer, '1');
    const { metering } = world.app.modules.billing;
    const old = await usageOf(world, await metering.reserve(customer.customerId, 1));
    await later(32 * DAY_MS);
    const young = await usageOf(world, await metering.reserve(customer.customerId, 1));
    const priced = (entry: typeof old, price: string) => ({ ...entry, price: { ...entry.price, price } });
    await settleUsage(world, [priced(young, '0.9'), priced(old, '0.6')]);
    const { rows } = await world.app.platform.database.servicePool.query<{
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
    expect(await verified()).toMatchObject({ balanced: true });
  });

  it('end in time: the rest is booked once, and usage after it is owed', async () => {
    const customer = await charged();
    const id = await grant(customer, '5', { expiresAt: new Date(world.clock.millis() + DAY_MS) });
    await use(customer, '1.5');
    await later(DAY_MS);
    // Before the job has looked: what is over pays for nothing.
    await use(customer, '1');
    expect((await seen(customer)).credits.balanceExact).toBe('0');
    await run('billing.expire-credits');
    await run('billing.expire-credits');
    const { credits, ledger } = await seen(customer);
    const ended = credits.burns.nodes.filter(({ kind }) => kind === 'EXPIRY');
    expect(ended).toEqual([
      expect.objectContaining({ grantId: id, amount: '3.5', creditAccount: 'BREAKAGE' }),
    ]);
    expect(ledger.nodes.filter(({ kind }) => kind === 'CHARGE')).toMatchObject([{ amount: '1' }]);
    expect(await verified()).toMatchObject({ balanced: true });
  });
});

describe('granting', () => {
  it('gives once for one key, and is for staff alone', async () => {
    const customer = await charged();
    const input = grantInput(customer, '100');
    const again = () =>
      staff.client.mutate<{ grant: object }>('creditGrant', 'CreditGrantInput!', input, 'grant { id }');
    expect(await again()).toEqual(await again());
    expect((await seen(customer)).credits.balance.amountMinor).toBe('100');
    const other = await staff.client.attempt('creditGrant', 'CreditGrantInput!', {
      ...input,
      amountMinor: '7',
    });
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    const mutation = 'mutation ($input: CreditGrantInput!) { creditGrant(input: $input) { grant { id } } }';
    for (const { client } of [customer, await world.staff('ANALYST')]) {
      const { errors } = await client.send(mutation, { input: grantInput(customer, '1') });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it('refuses what would pay for nothing, and amounts beyond what it can keep', async () => {
    const customer = await charged();
    const refused = async (amountMinor: string, more: object = {}) =>
      (
        await staff.client.attempt(
          'creditGrant',
          'CreditGrantInput!',
          grantInput(customer, amountMinor, more),
        )
      ).errors;
    for (const amount of ['0', '-1', '1000000000000001', '9223372036854775807', '9223372036854775808'])
      expect(await refused(amount)).toMatchObject([
        { path: ['input', 'amountMinor'], code: 'INVALID_INPUT' },
      ]);
    expect(await refused('1', { currency: 'EUR' })).toMatchObject([{ path: ['input', 'currency'] }]);
    const past = { expiresAt: world.clock.now().toISOString() };
    expect(await refused('1', past)).toMatchObject([{ path: ['input', 'expiresAt'] }]);
    const nobody = { customerId: newId('cus', world.clock.now()) };
    expect(await refused('1', nobody)).toMatchObject([{ code: 'NOT_FOUND' }]);
    await grant(customer, '1000000000000000');
    await use(customer, '0.000000000001');
    expect((await seen(customer)).credits.balanceExact).toBe('999999999999999.999999999999');
  });
});

describe('the ledger', () => {
  const reverse = (customer: CustomerPerson, transferId: string) =>
    staff.client.attempt<{ transfer: { kind: string } | null }>(
      'ledgerReverse',
      'LedgerReverseInput!',
      { customerId: customer.customerId, transferId, reason: 'Wrong', idempotencyKey: `undo-${++keys}` },
      'transfer { kind reversesId amount debitAccount creditAccount }',
    );

  it('is corrected by mirrors alone: usage goes back to its credits, or off what is owed, and only once', async () => {
    const customer = await charged();
    await grant(customer, '1');
    await use(customer, '1.4');
    const line = async (wanted: string): Promise<Line> =>
      (await seen(customer)).ledger.nodes.find(({ kind }) => kind === wanted)!;
    const burn = await line('BURN');
    const whole = await reverse(customer, (await line('GRANT')).id);
    expect(whole.errors).toMatchObject([{ code: 'CONFLICT' }]);
    const both = await Promise.all([reverse(customer, burn.id), reverse(customer, burn.id)]);
    expect(both.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(['CONFLICT']);
    expect((await seen(customer)).credits.balanceExact).toBe('1');
    expect((await reverse(customer, (await line('CHARGE')).id)).errors).toEqual([]);
    expect(await verified()).toEqual({ balanced: true, faults: [] });
    expect((await reverse(customer, (await line('GRANT')).id)).errors).toEqual([]);
    expect((await seen(customer)).credits.balanceExact).toBe('0');
    const mirror = await line('REVERSAL');
    expect((await reverse(customer, mirror.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const stranger = await charged();
    expect((await reverse(stranger, burn.id)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await verified()).toEqual({ balanced: true, faults: [] });
  });

  it('takes no line that is changed, deleted, one-sided, or a false mirror, from nobody at all', async () => {
    const customer = await charged();
    await grant(customer, '3');
    const { servicePool, unitOfWork } = world.app.platform.database;
    const { customerId } = customer;
    const [line] = (await seen(customer)).ledger.nodes;
    const attempts = [
      `update ledger_transfers set amount = 4 where customer_id = $1`,
      `delete from ledger_transfers where customer_id = $1`,
    ];
    for (const text of attempts)
      await expect(servicePool.query(text, [customerId])).rejects.toThrow(/only ever added/);
    const insert = (values: string) =>
      servicePool.query(
        `insert into ledger_transfers (customer_id, created_at, id, kind, debit_account, credit_account, grant_id, currency, amount, reverses_id)
         values ($1, now(), flywheel_id('ltr', now()), ${values})`,
        [customerId],
      );
    const id = line!.id;
    const g = `(select id from credit_grants where customer_id = $1)`;
    for (const values of [
      `'CHARGE', 'RECEIVABLE', 'RECEIVABLE', null, 'USD', 1, null`,
      `'CHARGE', 'RECEIVABLE', null, null, 'USD', 1, null`,
      `'CHARGE', 'RECEIVABLE', 'REVENUE', null, 'USD', -1, null`,
      `'BURN', 'CREDIT', 'REVENUE', null, 'USD', 1, null`,
      `'REVERSAL', 'CREDIT', 'PROMOTION', ${g}, 'USD', 2, '${id}'`,
      `'REVERSAL', 'PROMOTION', 'CREDIT', ${g}, 'USD', 3, '${id}'`,
    ])
      await expect(insert(values)).rejects.toThrow();
    const asTenant = (text: string) => unitOfWork.run(tenant(customerId), () => unitOfWork.sql(text));
    for (const table of ['ledger_transfers', 'credit_grants']) {
      await expect(asTenant(`delete from ${table}`)).rejects.toThrow(/permission denied/);
      await expect(asTenant(`update ${table} set currency = 'EUR'`)).rejects.toThrow(/permission denied/);
      await expect(asTenant(`insert into ${table} (customer_id) values ('x')`)).rejects.toThrow(/denied/);
    }
    const { rows } = await servicePool.query<{ sum: string }>(
      'select sum(amount)::text as sum from ledger_entries where customer_id = $1',
      [customerId],
    );
    expect(rows).toEqual([{ sum: '0' }]);
  });

  it('is seen by its customer alone', async () => {
    const owner = await charged();
    const stranger = await charged();
    const id = await grant(owner, '3');
    const [line] = (await seen(owner, owner)).ledger.nodes;
    const find = (person: Person, one: string) =>
      person.client.ask<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id: one });
    for (const one of [id, line!.id]) {
      expect(await find(owner, one)).toEqual({ node: { id: one } });
      expect(await find(stranger, one)).toEqual({ node: null });
    }
    const { unitOfWork } = world.app.platform.database;
    for (const table of ['ledger_transfers', 'ledger_entries', 'credit_grants'])
      expect(
        await unitOfWork.run(tenant(stranger.customerId), () =>
          unitOfWork.sql(`select 1 from ${table} where customer_id <> '${stranger.customerId}'`),
        ),
      ).toEqual([]);
  });

  it('says what does not add up, by the query and by the daily job', async () => {
    const customer = await charged();
    const id = await grant(customer, '9');
    await use(customer, '2');
    const { servicePool } = world.app.platform.database;
    const { customerId } = customer;
    await servicePool.query('update credit_grants set remaining = 8 where id = $1', [id]);
    await servicePool.query('update usage_counters set charged = charged + 1 where customer_id = $1', [
      customerId,
    ]);
    const { balanced, faults } = await verified();
    expect(balanced).toBe(false);
    expect(faults).toEqual([
      {
        rule: 'what is charged is what the counter says',
        customerId,
        subject: expect.any(String),
        ledger: '2',
        found: '3',
      },
      { rule: 'what is left of a grant is its balance', customerId, subject: id, ledger: '7', found: '8' },
    ]);
    await run('billing.verify-ledger');
    const { rows } = await servicePool.query<{ data: object }>(
      `select data from outbox_events where type = 'ledger.unbalanced'`,
    );
    expect(rows).toMatchObject([{ data: { faults: 2 } }]);
  });
});
