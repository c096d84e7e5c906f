/** The ledger: lines that never change, corrections by mirrors, and sums that somebody checks. */
import { tenant } from '../../src/platform/database';
import type { CustomerPerson, Person } from '../support/world';
import { type Line, MoneyHouse } from './money-house';

let house: MoneyHouse;

beforeAll(async () => {
  house = await MoneyHouse.open();
});
afterAll(() => house.world.close());

describe('the ledger', () => {
  const reverse = (customer: CustomerPerson, transferId: string) =>
    house.staff.client.attempt<{ transfer: { kind: string } | null }>(
      'ledgerReverse',
      'LedgerReverseInput!',
      { customerId: customer.customerId, transferId, reason: 'Wrong', idempotencyKey: house.key() },
      'transfer { kind reversesId amount debitAccount creditAccount }',
    );

  it('is corrected by mirrors alone: usage goes back to its credits, or off what is owed, and only once', async () => {
    const customer = await house.charged();
    await house.grant(customer, '1');
    await house.use(customer, '1.4');
    const line = async (wanted: string): Promise<Line> =>
      (await house.seen(customer)).ledger.nodes.find(({ kind }) => kind === wanted)!;
    const burn = await line('BURN');
    const whole = await reverse(customer, (await line('GRANT')).id);
    expect(whole.errors).toMatchObject([{ code: 'CONFLICT' }]);
    const both = await Promise.all([reverse(customer, burn.id), reverse(customer, burn.id)]);
    expect(both.flatMap(({ errors }) => errors.map(({ code }) => code))).toEqual(['CONFLICT']);
    expect((await house.seen(customer)).credits.balanceExact).toBe('1');
    expect((await reverse(customer, (await line('CHARGE')).id)).errors).toEqual([]);
    expect(await house.verified()).toEqual({ balanced: true, faults: [] });
    expect((await reverse(customer, (await line('GRANT')).id)).errors).toEqual([]);
    expect((await house.seen(customer)).credits.balanceExact).toBe('0');
    const mirror = await line('REVERSAL');
    expect((await reverse(customer, mirror.id)).errors).toMatchObject([{ code: 'CONFLICT' }]);
    const stranger = await house.charged();
    expect((await reverse(stranger, burn.id)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await house.verified()).toEqual({ balanced: true, faults: [] });
  });

  it('takes no line that is changed, deleted, one-sided, or a false mirror, from nobody at all', async () => {
    const customer = await house.charged();
    await house.grant(customer, '3');
    const { servicePool, unitOfWork } = house.world.app.platform.database;
    const { customerId } = customer;
    const [line] = (await house.seen(customer)).ledger.nodes;
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
    const owner = await house.charged();
    const stranger = await house.charged();
    const id = await house.grant(owner, '3');
    const [line] = (await house.seen(owner, owner)).ledger.nodes;
    const find = (person: Person, one: string) =>
      person.client.ask<{ node: object | null }>('query ($id: ID!) { node(id: $id) { id } }', { id: one });
    for (const one of [id, line!.id]) {
      expect(await find(owner, one)).toEqual({ node: { id: one } });
      expect(await find(stranger, one)).toEqual({ node: null });
    }
    const { unitOfWork } = house.world.app.platform.database;
    for (const table of ['ledger_transfers', 'ledger_entries', 'credit_grants'])
      expect(
        await unitOfWork.run(tenant(stranger.customerId), () =>
          unitOfWork.sql(`select 1 from ${table} where customer_id <> '${stranger.customerId}'`),
        ),
      ).toEqual([]);
  });

  it('says what does not add up, by the query and by the daily job', async () => {
    const customer = await house.charged();
    const id = await house.grant(customer, '9');
    await house.use(customer, '2');
    const { servicePool } = house.world.app.platform.database;
    const { customerId } = customer;
    await servicePool.query('update credit_grants set remaining = 8 where id = $1', [id]);
    await servicePool.query('update usage_counters set charged = charged + 1 where customer_id = $1', [
      customerId,
    ]);
    const { balanced, faults } = await house.verified();
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
    await house.run('billing.verify-ledger');
    const { rows } = await servicePool.query<{ data: object }>(
      `select data from outbox_events where type = 'ledger.unbalanced'`,
    );
    expect(rows).toMatchObject([{ data: { faults: 2 } }]);
  });
});
