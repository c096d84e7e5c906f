/**
 * A charge that is reversed after its invoice: it comes off the usage of the next ones until nothing is left, once; and after the last
 * invoice staff sees what is to be given back until it is, and never a second time.
 */
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import {
  click,
  sendEvent,
  checkout,
  pass,
  reconciled,
  rows,
  settleUsage,
  signedIn,
  standing,
  subscribed,
  usageOf,
} from './support';

const HOUR = 3_600_000;
const METER_EVENTS = /^POST \/v1\/billing\/meter_events$/;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());
afterEach(() => world.app.modules.billing.sandbox!.faults.lift());

/** Ten requests that cost 4 cents, handed over to Stripe. Sees with a key: sessions end while the clock is moved. */
async function user(form: object = {}): Promise<CustomerPerson> {
  const owner = await subscribed(world, 'PRO', form);
  const { client } = await world.apiKey(owner);
  await use(owner, 10);
  return { ...owner, client };
}

async function use({ customerId }: CustomerPerson, requests: number): Promise<void> {
  const reservation = await world.app.modules.billing.metering.reserve(customerId, requests);
  await settleUsage(world, [await usageOf(world, reservation)]);
  world.clock.advance(2 * HOUR);
  await flush();
}

const flush = () => world.app.modules.billing.meter.flush();

/** The next period has begun, and the invoice of this one is paid. */
async function nextPeriod(owner: CustomerPerson): Promise<void> {
  const ends = Date.parse((await standing(owner)).subscription.currentPeriodEnd);
  await pass(world, ends - world.clock.millis() + 10 * 60_000);
  await flush();
  await pass(world, HOUR);
}

async function totals(owner: CustomerPerson): Promise<string[]> {
  return (await standing(owner)).invoices.nodes.map(({ total }) => total.formatted);
}

async function left(owner: CustomerPerson): Promise<object[]> {
  const { customer } = await owner.client.ask<{ customer: { unreturnedCharges: object[] } }>(
    '{ customer { unreturnedCharges { amount currency returned } } }',
  );
  return customer.unreturnedCharges;
}

const byInvoice = (amount: string) => [{ amount, currency: 'USD', returned: 'NEXT_INVOICES' }];
const byRefund = (amount: string) => [{ amount, currency: 'USD', returned: 'BY_REFUND' }];

async function end(owner: CustomerPerson): Promise<void> {
  const client = await signedIn(world, owner);
  const input = { when: 'NOW' };
  await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', input, 'subscription { status }');
  await world.settle();
}

/** The first charge: 4 cents. */
async function reverse({ customerId }: CustomerPerson): Promise<void> {
  const [charge] = await rows<{ id: string }>(
    world,
    `select id from ledger_transfers where customer_id = $1 and kind = 'CHARGE' order by created_at`,
    [customerId],
  );
  const wish = { customerId, transferId: charge!.id, reason: 'Wrong', idempotencyKey: charge!.id };
  const client = (await freshStaff()).client;
  await client.mutate('ledgerReverse', 'LedgerReverseInput!', wish, 'transfer { id }');
  await flush();
}

/** Sessions end while the clock is moved. */
const freshStaff = (): Promise<Person> => world.staff();

const found = async ({ customerId }: CustomerPerson) =>
  (await reconciled(world, await freshStaff(), customerId)).map(({ what, repaired }) => ({ what, repaired }));

test('what was reversed after the plan had ended is shown until it is given back, and not afterwards', async () => {
  const owner = await user();
  await end(owner);
  await reverse(owner);
  expect(await left(owner)).toEqual(byRefund('4'));
  const [paid] = await rows<{ id: string }>(
    world,
    `select id from invoices where customer_id = $1 and status = 'PAID' and amount_paid_minor >= 4 order by paid_at desc limit 1`,
    [owner.customerId],
  );
  const what = `0.04 USD was reversed and comes off no invoice any more, because the plan has ended; give it back with invoiceRefund of ${paid!.id}`;
  expect(await found(owner)).toEqual([{ what, repaired: false }]);
  expect(await found(owner)).toEqual([{ what, repaired: false }]);
  const refund = { invoiceId: paid!.id, amountMinor: '3', reason: 'Wrong', idempotencyKey: 'three' };
  const { client } = await freshStaff();
  await client.mutate('invoiceRefund', 'InvoiceRefundInput!', refund, 'invoice { id }');
  expect(await left(owner)).toEqual(byRefund('1'));
  expect(await found(owner)).toEqual([{ what: expect.stringMatching(/^0\.01 USD /), repaired: false }]);
  const rest = { ...refund, amountMinor: '1', idempotencyKey: 'one' };
  await client.mutate('invoiceRefund', 'InvoiceRefundInput!', rest, 'invoice { id }');
  expect(await found(owner)).toEqual([]);
});

test('what was reversed comes off the usage of the invoices that come, once, whatever breaks and repeats, until nothing is left', async () => {
  const { faults } = world.app.modules.billing.sandbox!;
  const owner = await user();
  await nextPeriod(owner);
  expect((await totals(owner))[0]).toBe('49.04 USD');
  await reverse(owner);
  expect(await left(owner)).toEqual(byInvoice('4'));
  await use(owner, 5);
  // Stripe took it, and nobody was told; several look at it at once.
  faults.bring({ kind: 'FAILED_AFTER' }, { on: METER_EVENTS, times: Infinity });
  await Promise.all([flush(), flush(), flush()]);
  faults.lift();
  await Promise.all([flush(), flush()]);
  expect(await left(owner)).toEqual(byInvoice('2'));
  const { customer } = await owner.client.ask<{ customer: { meters: object[] } }>(
    '{ customer { meters { used unbilled sent atStripe late { quantity status } } } }',
  );
  const late = [{ quantity: '-2', status: 'BILLED' }];
  expect(customer.meters[1]).toEqual({ used: '2', unbilled: '0', sent: '0', atStripe: '0', late });
  // Stripe is away until the period is over: too late for this invoice, so all of it is carried to the next.
  faults.bring({ kind: 'FAILED_BEFORE' }, { on: METER_EVENTS, times: Infinity });
  await use(owner, 1);
  faults.lift();
  await nextPeriod(owner);
  expect((await totals(owner))[0]).toBe('49.00 USD');
  expect(await left(owner)).toEqual(byInvoice('2'));
  expect(await found(owner)).toEqual([]);
  await use(owner, 10);
  await flush();
  await flush();
  expect(await left(owner)).toEqual([]);
  await nextPeriod(owner);
  expect((await totals(owner))[0]).toBe('49.02 USD');
  await use(owner, 10);
  await nextPeriod(owner);
  expect((await totals(owner))[0]).toBe('49.04 USD');
});

test('at the end of the plan it comes off the last usage; the rest is given back, and by no later plan again', async () => {
  const owner = await user();
  await nextPeriod(owner);
  await reverse(owner);
  const reservation = await world.app.modules.billing.metering.reserve(owner.customerId, 5);
  await settleUsage(world, [await usageOf(world, reservation)]);
  await end(owner);
  expect(await left(owner)).toEqual(byRefund('2'));
  const { what } = (await found(owner))[0]!;
  expect(what).toMatch(/^0\.02 USD .* invoiceRefund of inv_/);
  const refund = {
    invoiceId: what.split(' ').at(-1),
    amountMinor: '2',
    reason: 'Wrong',
    idempotencyKey: 'two',
  };
  const { client } = await freshStaff();
  await client.mutate('invoiceRefund', 'InvoiceRefundInput!', refund, 'invoice { id }');
  expect(await left(owner)).toEqual([]);
  expect(await found(owner)).toEqual([]);
  const back = await signedIn(world, owner);
  const page = await checkout({ ...owner, client: back }, { plan: 'PRO' });
  await fetch((await click(page, { act: 'pay' })).location!);
  await world.settle();
  await use(owner, 10);
  await flush();
  await nextPeriod(owner);
  expect((await totals(owner))[0]).toBe('49.04 USD');
});

test('what the payer’s bank has called back since is not given back besides, until the bank gives it again', async () => {
  const owner = await user({ card: 'createDispute' });
  await end(owner);
  await reverse(owner);
  // Called back before: for something else, and yet Stripe takes no refund of it.
  const what = expect.stringMatching(
    /^0\.04 USD .* no paid invoice has as much left: give it back at Stripe$/,
  ) as string;
  expect(await found(owner)).toEqual([{ what, repaired: false }]);
  const dispute = async (place: string, value: unknown): Promise<void> => {
    const { stripeCustomerId } = (
      await rows<{ stripeCustomerId: string }>(
        world,
        `update stripe_sandbox_objects d set body = jsonb_set(d.body, $2, $3) from stripe_sandbox_objects c, billing_accounts a
       where d.kind = 'dispute' and c.id = d.parent and a.stripe_customer_id = c.customer and a.customer_id = $1
       returning c.customer as "stripeCustomerId"`,
        [owner.customerId, `{${place}}`, JSON.stringify(value)],
      )
    )[0]!;
    await sendEvent(world, { type: 'charge.dispute.updated', stripeCustomerId });
    await world.settle();
  };
  await dispute('created', Math.floor(world.clock.millis() / 1000));
  expect([await left(owner), await found(owner)]).toEqual([[], []]);
  await dispute('status', 'won');
  expect(await left(owner)).toEqual(byRefund('4'));
});

test('what was used in a plan that has ended and nobody paid for is not given back', async () => {
  const owner = await user();
  await end(owner);
  const moved = await rows<{ id: string }>(
    world,
    `update meter_events set metered_at = $2 where customer_id = $1 and meter = 'CHARGE' returning id`,
    [owner.customerId, world.clock.now()],
  );
  expect(moved).toHaveLength(1);
  await reverse(owner);
  expect(await found(owner)).toEqual([]);
  expect(await left(owner)).toEqual([]);
});
