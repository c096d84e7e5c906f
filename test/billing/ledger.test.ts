/** The ledger: lines that never change, corrections by mirrors, and sums that somebody checks. */
import { LedgerVerificationService } from '../../src/modules/billing/ledger/ledger-verification.service';
import { tenant } from '../../src/platform/database';
import type { CustomerPerson, Person } from '../support/world';
import { disputesStand } from './disputes';
import { type Line, MoneyHouse } from './money-house';
import { click, eventsOf, inDashboard, sendEvent } from './support';

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
    await servicePool.query('update usage_daily_sums set price = price + 2 where customer_id = $1', [
      customerId,
    ]);
    const { balanced, faults } = await house.verified();
    expect(balanced).toBe(false);
    const subject: unknown = expect.any(String);
    expect(faults).toEqual([
      { rule: 'what days add up to is what the records say', customerId, subject, ledger: '4', found: '2' },
      { rule: 'what is charged is what the counter says', customerId, subject, ledger: '2', found: '3' },
      { rule: 'what is left of a grant is its balance', customerId, subject: id, ledger: '7', found: '8' },
    ]);
    const { database, events, clock, log } = house.world.app.platform;
    const bySome = await new LedgerVerificationService(database, events, clock, log, 2).verify();
    expect(bySome.faults).toEqual(faults);
    const all = 'select count(*)::text as count from ledger_transfers';
    expect(String(bySome.transfers)).toBe((await servicePool.query<{ count: string }>(all)).rows[0]!.count);
    await house.run('billing.verify-ledger');
    const { rows } = await servicePool.query<{ data: object }>(
      `select data from outbox_events where type = 'ledger.unbalanced'`,
    );
    expect(rows).toMatchObject([{ data: { faults: 3 } }]);
  });
});

describe('buying credits', () => {
  const INPUT = 'CreditCheckoutCreateInput!';
  const sandbox = () => house.world.app.modules.billing.sandbox!;
  const heard = async (): Promise<void> => {
    await sandbox().webhooks.flush();
    await house.world.settle();
  };
  const order = async ({ client }: CustomerPerson, amountMinor: string, idempotencyKey = house.key()) => {
    const input = { amountMinor, idempotencyKey };
    const made = await client.mutate<{ checkoutUrl: string }>(
      'creditCheckoutCreate',
      INPUT,
      input,
      'checkoutUrl',
    );
    return made.checkoutUrl;
  };
  const buy = async (customer: CustomerPerson, amountMinor: string): Promise<string> => {
    const { location } = await click(await order(customer, amountMinor), { act: 'pay' });
    await fetch(location!);
    return location!;
  };
  const INVOICES =
    'query ($id: ID!) { customer(by: { id: $id }) { invoices { nodes { id status total { amountMinor } refunded { amountMinor } } } } }';
  interface Billed {
    readonly id: string;
    readonly status: string;
    readonly refunded: { readonly amountMinor: string };
  }
  const invoiceOf = async ({ customerId: id }: CustomerPerson): Promise<Billed> => {
    type Answer = { customer: { invoices: { nodes: Billed[] } } };
    return (await house.staff.client.ask<Answer>(INVOICES, { id })).customer.invoices.nodes[0]!;
  };
  const refund = async (customer: CustomerPerson, amountMinor?: string): Promise<void> => {
    const { id: invoiceId } = await invoiceOf(customer);
    const input = { invoiceId, amountMinor, reason: 'not needed', idempotencyKey: house.key() };
    await house.staff.client.mutate('invoiceRefund', 'InvoiceRefundInput!', input, 'errors { code }');
  };

  it('grants them once: with the return first, the webhook late, then doubled', async () => {
    const customer = await house.charged();
    sandbox().webhooks.hold();
    try {
      const page = await order(customer, '1000', 'once');
      expect(await order(customer, '1000', 'once')).toBe(page);
      const { location } = await click(page, { act: 'pay' });
      const landing = await fetch(location!);
      expect(await landing.text()).toContain('10.00 USD of credits are yours');
      expect((await house.seen(customer)).credits.balanceExact).toBe('1000');
      expect(await order(customer, '1000', 'once')).toBe(page);
    } finally {
      sandbox().webhooks.release();
    }
    await heard();
    const [{ stripe_customer_id: stripeCustomerId }] = (
      await house.world.app.platform.database.servicePool.query<{ stripe_customer_id: string }>(
        'select stripe_customer_id from billing_accounts where customer_id = $1',
        [customer.customerId],
      )
    ).rows as [{ stripe_customer_id: string }];
    for (const type of ['checkout.session.completed', 'invoice.paid', 'invoice.paid'])
      await sendEvent(house.world, { type, stripeCustomerId });
    await house.world.settle();
    const { credits, ledger } = await house.seen(customer);
    expect(credits.grants.nodes).toMatchObject([{ remaining: '1000' }]);
    expect(ledger.nodes).toMatchObject([{ kind: 'GRANT', debitAccount: 'CASH', amount: '1000' }]);
    expect(await invoiceOf(customer)).toMatchObject({ status: 'PAID', total: { amountMinor: '1000' } });
    expect(await eventsOf(house.world, customer.customerId, 'credit.granted')).toHaveLength(1);
    const other = await customer.client.attempt('creditCheckoutCreate', INPUT, {
      amountMinor: '1001',
      idempotencyKey: 'once',
    });
    expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('grants them by webhook alone, and nothing for what is declined or left', async () => {
    const customer = await house.charged();
    const page = await order(customer, '2500');
    expect((await click(page, { act: 'pay', card: 'chargeDeclined' })).status).toBe(402);
    await heard();
    expect((await house.seen(customer)).credits.balanceExact).toBe('0');
    await click(page, { act: 'pay' });
    await heard();
    expect((await house.seen(customer)).credits.balanceExact).toBe('2500');
  });

  it('takes back with a refund what is not used, in parts and never more, however often it is read', async () => {
    const customer = await house.charged();
    const place = await buy(customer, '1000');
    await house.use(customer, '250.5');
    await refund(customer, '400');
    expect((await house.seen(customer)).credits.balanceExact).toBe('349.5');
    await refund(customer);
    for (let again = 0; again < 2; again++) await fetch(place);
    await heard();
    const { credits, ledger } = await house.seen(customer);
    expect(credits.balanceExact).toBe('0');
    const back = ledger.nodes.filter(({ kind }) => kind === 'REFUND').map(({ amount }) => amount);
    expect(back).toEqual(['349.5', '400']);
    expect((await invoiceOf(customer)).refunded.amountMinor).toBe('1000');
    expect(await eventsOf(house.world, customer.customerId, 'credit.refunded')).toHaveLength(2);
    expect(JSON.stringify(await house.verified())).not.toContain(customer.customerId);
  });

  it('gives credits again whose money was given back and did not arrive', async () => {
    const customer = await house.charged();
    const place = await buy(customer, '1000');
    const sql = (text: string) =>
      house.world.app.platform.database.servicePool.query<{ id: string }>(text, [customer.customerId]);
    const {
      rows: [charge],
    } = await sql(
      `select id from stripe_sandbox_objects join billing_accounts on stripe_customer_id = customer
       where customer_id = $1 and kind = 'charge'`,
    );
    await inDashboard(house.world, (stripe) => stripe.refunds.create({ charge: charge!.id, amount: 400 }));
    await house.use(customer, '100');
    await fetch(place);
    expect((await house.seen(customer)).credits.balanceExact).toBe('500');
    await sql(`update stripe_sandbox_objects set body = jsonb_set(body, '{status}', '"failed"')
      where kind = 'refund' and customer = (select stripe_customer_id from billing_accounts where customer_id = $1)`);
    for (let again = 0; again < 2; again++) await fetch(place);
    const { credits, ledger } = await house.seen(customer);
    expect(credits.balanceExact).toBe('900');
    const moved = ledger.nodes.filter(({ kind }) => kind === 'REFUND');
    expect(moved.map(({ debitAccount, amount }) => [debitAccount, amount])).toEqual([
      ['CASH', '400'],
      ['CREDIT', '400'],
    ]);
    expect(await eventsOf(house.world, customer.customerId, 'credit.re%')).toEqual([
      'credit.refunded',
      'credit.restored',
    ]);
    expect(JSON.stringify(await house.verified())).not.toContain(customer.customerId);
  });

  it('is for those who pay, in amounts that can be paid, and shows nothing to an invented session', async () => {
    const customer = await house.charged();
    for (const amountMinor of ['99', '0', '-1', '50000001', '9223372036854775808']) {
      const { errors } = await customer.client.attempt('creditCheckoutCreate', INPUT, {
        amountMinor,
        idempotencyKey: house.key(),
      });
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'amountMinor'] }]);
    }
    const mutation =
      'mutation { creditCheckoutCreate(input: { amountMinor: "1000", idempotencyKey: "k" }) { checkoutUrl } }';
    const { client: key } = await house.world.apiKey(customer);
    expect((await key.send(mutation)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await house.world.client().send(mutation)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    for (const place of ['credits?session_id=cs_invented', 'credits'])
      expect((await fetch(`${house.world.url}/billing/${place}`)).status).toBe(404);
  });

  describe('with a payment that is disputed', () => disputesStand({ house: () => house, order }));
});
