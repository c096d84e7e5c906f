/** Changes of a subscription in the sandbox, to the cent and the second, driven by the real `stripe` client. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = 1775001600;
const HALF = 1776297600;
const END = 1777593600;

describe('the sandbox changes subscriptions as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  describe('a change at the middle of a month', () => {
    async function upgraded(proration_behavior: Stripe.SubscriptionUpdateParams.ProrationBehavior) {
      const begun = await house.subscribe(START, 1000);
      expect(itemOf(begun.subscription).current_period_end).toBe(END);
      await house.advance(begun.clock, HALF);
      const price = await house.price(2000);
      const items = [{ id: itemOf(begun.subscription).id, price }];
      const change = { items, proration_behavior };
      const preview = await stripe.invoices.createPreview({
        customer: begun.customer,
        subscription: begun.subscription.id,
        subscription_details: change,
      });
      const changed = await stripe.subscriptions.update(begun.subscription.id, change);
      return { ...begun, preview, changed };
    }
    async function renewal(clock: string, subscription: string): Promise<Stripe.Invoice> {
      await house.advance(clock, END + HOUR);
      return (await house.invoicesOf(subscription))[0]!;
    }

    it('D09: create_prorations lets a credit and a charge wait for the renewal', async () => {
      const { subscription, customer, clock, preview } = await upgraded('create_prorations');
      const waiting = await stripe.invoiceItems.list({ customer, pending: true });
      const found = waiting.data.map(({ amount, description }) => [amount, description!.split(' on ')[0]]);
      expect(found.reverse()).toEqual([
        [-500, 'Unused time'],
        [1000, 'Remaining time'],
      ]);
      expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
      expect(preview.total).toBe(2500);
      expect(await renewal(clock, subscription.id)).toMatchObject({ total: 2500, status: 'paid' });
      expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toEqual([]);
    });

    it('D10: always_invoice charges the difference at once', async () => {
      const { subscription, clock, preview } = await upgraded('always_invoice');
      const [now] = await house.invoicesOf(subscription.id);
      expect(now).toMatchObject({ total: 500, billing_reason: 'subscription_update', status: 'paid' });
      expect(preview).toMatchObject({ total: 500, amount_due: 500, status: 'draft' });
      expect(preview.lines.data.map(({ amount }) => amount)).toEqual(
        now!.lines.data.map(({ amount }) => amount),
      );
      expect(await renewal(clock, subscription.id)).toMatchObject({ total: 2000, status: 'paid' });
    });

    it('D11: none changes the price from the renewal on', async () => {
      const { subscription, customer, clock } = await upgraded('none');
      expect((await stripe.invoiceItems.list({ customer, pending: true })).data).toEqual([]);
      expect(await renewal(clock, subscription.id)).toMatchObject({ total: 2000 });
    });

    it('gives a downgrade back as credit that the next invoice burns', async () => {
      const begun = await house.subscribe(START, 2000);
      await house.advance(begun.clock, HALF);
      const items = [{ id: itemOf(begun.subscription).id, price: await house.price(1000) }];
      await stripe.subscriptions.update(begun.subscription.id, {
        items,
        proration_behavior: 'always_invoice',
      });
      expect((await stripe.customers.retrieve(begun.customer)) as Stripe.Customer).toMatchObject({
        balance: -500,
      });
      const next = await renewal(begun.clock, begun.subscription.id);
      expect(next).toMatchObject({ total: 1000, amount_due: 500, amount_paid: 500, starting_balance: -500 });
    });

    it('charges a whole period when the interval changes, less what was not used', async () => {
      const begun = await house.subscribe(START, 1000);
      await house.advance(begun.clock, HALF);
      const yearly = await stripe.prices.create({
        currency: 'usd',
        unit_amount: 10_000,
        recurring: { interval: 'year' },
        product_data: { name: 'Yearly' },
      });
      const items = [{ id: itemOf(begun.subscription).id, price: yearly.id }];
      const changed = await stripe.subscriptions.update(begun.subscription.id, { items });
      expect(itemOf(changed)).toMatchObject({
        current_period_start: HALF,
        current_period_end: HALF + 365 * DAY,
      });
      expect((await house.invoicesOf(begun.subscription.id))[0]).toMatchObject({
        total: 9500,
        status: 'paid',
      });
    });
  });

  it('ends with the period that runs, also where a change has begun another one', async () => {
    const begun = await house.subscribe(START, 1000);
    await stripe.subscriptions.update(begun.subscription.id, { cancel_at_period_end: true });
    await house.advance(begun.clock, HALF);
    const yearly = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 10_000,
      recurring: { interval: 'year' },
      product_data: { name: 'Yearly' },
    });
    const items = [{ id: itemOf(begun.subscription).id, price: yearly.id }];
    const changed = await stripe.subscriptions.update(begun.subscription.id, { items });
    expect(changed).toMatchObject({ cancel_at_period_end: true, cancel_at: HALF + 365 * DAY });
    const end = itemOf(begun.subscription).current_period_end;
    await house.advance(begun.clock, end + DAY);
    expect((await stripe.subscriptions.retrieve(begun.subscription.id)).status).toBe('active');
  });

  it('gives back what was charged, and not what the price has become since', async () => {
    const { subscription, clock } = await house.subscribe(START, 1000);
    const { id, price } = itemOf(subscription);
    await house.advance(clock, START + 10 * DAY);
    const dearer = [{ id, price: await house.price(2000) }];
    await stripe.subscriptions.update(subscription.id, { items: dearer, proration_behavior: 'none' });
    await house.advance(clock, START + 20 * DAY);
    const items = [{ id, price: price.id }];
    await stripe.subscriptions.update(subscription.id, { items, proration_behavior: 'always_invoice' });
    const [settled] = await house.invoicesOf(subscription.id);
    expect(settled!.lines.data.map(({ amount }) => amount)).toEqual([-333, 333]);
    expect(settled!.total).toBe(0);
  });

  it('takes an amount off several items in proportion, and gives one of them back with its share', async () => {
    const coupon = await stripe.coupons.create({ amount_off: 500, currency: 'usd', duration: 'forever' });
    const { id: customer, clock } = await house.customer({ at: START });
    const begun = await stripe.subscriptions.create({
      customer,
      items: [{ price: await house.price(1000) }, { price: await house.price(2000) }],
      discounts: [{ coupon: coupon.id }],
      expand: ['latest_invoice'],
    });
    const { lines, total } = begun.latest_invoice as Stripe.Invoice;
    expect(lines.data.map(({ discount_amounts }) => discount_amounts![0]!.amount)).toEqual([166, 334]);
    expect(total).toBe(2500);
    await stripe.coupons.del(coupon.id);
    await house.advance(clock, HALF);
    await stripe.subscriptionItems.del(itemOf(begun).id, { proration_behavior: 'create_prorations' });
    const waiting = await stripe.invoiceItems.list({ customer, pending: true });
    expect(waiting.data.map(({ amount }) => amount)).toEqual([-417]);
    const next = await stripe.invoices.createPreview({ subscription: begun.id });
    expect(next).toMatchObject({ total: 2000 - 500 - 417, next_payment_attempt: END + HOUR });
  });

  it('grants nothing when an upgrade that must be paid is declined', async () => {
    const { subscription, customer } = await house.subscribe(1762799364, 1000);
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    const items = [{ id: itemOf(subscription).id, price: await house.price(2000) }];
    const upgrade = stripe.subscriptions.update(subscription.id, {
      items,
      proration_behavior: 'always_invoice',
      payment_behavior: 'error_if_incomplete',
    });
    await expect(upgrade).rejects.toMatchObject({
      statusCode: 402,
      rawType: 'card_error',
      code: 'card_declined',
    });
    expect(itemOf(await stripe.subscriptions.retrieve(subscription.id)).price.unit_amount).toBe(1000);
    expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
  });
});
