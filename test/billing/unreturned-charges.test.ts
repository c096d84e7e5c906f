/** A charge that is reversed after the last invoice: staff sees what is to be given back until it is, and never a second time. */
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { reconciled, rows, settleUsage, signedIn, subscribed, usageOf } from './support';

const HOUR = 3_600_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** Ten requests that cost 4 cents, handed over to Stripe. */
async function user(): Promise<CustomerPerson> {
  const owner = await subscribed(world);
  const reservation = await world.app.modules.billing.metering.reserve(owner.customerId, 10);
  await settleUsage(world, [await usageOf(world, reservation)]);
  world.clock.advance(2 * HOUR);
  await flush();
  return owner;
}

const flush = () => world.app.modules.billing.meter.flush();

async function end(owner: CustomerPerson): Promise<void> {
  const client = await signedIn(world, owner);
  const input = { when: 'NOW' };
  await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', input, 'subscription { status }');
  await world.settle();
}

async function reverse({ customerId }: CustomerPerson): Promise<void> {
  const [charge] = await rows<{ id: string }>(
    world,
    `select id from ledger_transfers where customer_id = $1 and kind = 'CHARGE'`,
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
  const [paid] = await rows<{ id: string }>(
    world,
    `select id from invoices where customer_id = $1 and status = 'PAID' and amount_paid_minor >= 4 order by paid_at desc limit 1`,
    [owner.customerId],
  );
  const what = `0.04 USD was reversed after the plan had ended, when no invoice was to come any more; give it back with invoiceRefund of ${paid!.id}`;
  expect(await found(owner)).toEqual([{ what, repaired: false }]);
  expect(await found(owner)).toEqual([{ what, repaired: false }]);
  const refund = { invoiceId: paid!.id, amountMinor: '3', reason: 'Wrong', idempotencyKey: 'three' };
  const { client } = await freshStaff();
  await client.mutate('invoiceRefund', 'InvoiceRefundInput!', refund, 'invoice { id }');
  expect(await found(owner)).toEqual([{ what: expect.stringMatching(/^0\.01 USD /), repaired: false }]);
  const rest = { ...refund, amountMinor: '1', idempotencyKey: 'one' };
  await client.mutate('invoiceRefund', 'InvoiceRefundInput!', rest, 'invoice { id }');
  expect(await found(owner)).toEqual([]);
});

test('what the next invoice takes into account is nothing to give back', async () => {
  const owner = await user();
  await reverse(owner);
  expect(await found(owner)).toEqual([]);
});
