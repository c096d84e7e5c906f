/** What is planned, paused, pending or cut short in the sandbox, to the cent and the second, by the real client. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';
import { schedulesHold } from './sandbox-schedules';

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = 1775001600;
const HALF = START + 15 * DAY;
const END = 1777593600;

describe('the sandbox plans as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  async function defaultCard(customer: string, card: string): Promise<void> {
    const { id } = await stripe.paymentMethods.attach(card, { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  }
  async function read(id: string): Promise<Stripe.Subscription> {
    return stripe.subscriptions.retrieve(id);
  }
  async function eventsOf(type: string, id: string): Promise<number> {
    const { data } = await stripe.events.list({ type, limit: 100 });
    return data.filter((event) => (event.data.object as { id?: string }).id === id).length;
  }

  it('prorates each of two changes in one period by itself', async () => {
    const { subscription, clock } = await house.subscribe(START, 1000, {}, { quantity: 2 });
    const id = itemOf(subscription).id;
    await house.advance(clock, START + 10 * DAY);
    await stripe.subscriptions.update(subscription.id, { items: [{ id, quantity: 5 }] });
    await house.advance(clock, START + 20 * DAY);
    const price = await house.price(2500);
    await stripe.subscriptions.update(subscription.id, { items: [{ id, price, quantity: 5 }] });
    await house.advance(clock, END + HOUR);
    const [renewal] = await house.invoicesOf(subscription.id);
    expect(renewal!.lines.data.map(({ amount }) => amount)).toEqual([-1333, 3333, -1667, 4167, 12500]);
    expect(renewal).toMatchObject({ total: 17000, status: 'paid' });
  });

  it('ends a trial at once when asked, and charges the first period then', async () => {
    const { subscription, clock } = await house.subscribe(START, 2500, { trial_period_days: 14 });
    await house.advance(clock, START + 3 * DAY);
    const ended = await stripe.subscriptions.update(subscription.id, { trial_end: 'now' });
    expect(ended).toMatchObject({ status: 'active', trial_end: START + 3 * DAY });
    expect(ended.billing_cycle_anchor).toBe(START + 3 * DAY);
    expect(itemOf(ended)).toMatchObject({
      current_period_start: START + 3 * DAY,
      current_period_end: END + 3 * DAY,
    });
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 2500, status: 'paid' });
  });

  it('lets a trial last longer, and does not charge before its new end', async () => {
    const { subscription, clock } = await house.subscribe(START, 2500, { trial_period_days: 7 });
    const end = START + 20 * DAY;
    const longer = await stripe.subscriptions.update(subscription.id, { trial_end: end });
    expect(itemOf(longer).current_period_end).toBe(end);
    await house.advance(clock, START + 10 * DAY);
    expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
    await house.advance(clock, end + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 2500, status: 'paid' });
  });

  it.each([
    ['cancel', 'canceled'],
    ['pause', 'paused'],
  ] as const)('lets a trial without a card %s', async (missing_payment_method, status) => {
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
    const customer = await stripe.customers.create({ test_clock: clock.id });
    const { id } = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: await house.price(2500) }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method } },
    });
    await house.advance(clock.id, START + 8 * DAY);
    expect((await read(id)).status).toBe(status);
    expect(await house.invoicesOf(id)).toHaveLength(1);
  });

  it('tells of the end of a trial three days before, at once when it is nearer, and never of one that was moved', async () => {
    const told = async (subscription: string): Promise<number[]> => {
      const { data } = await stripe.events.list({ type: 'customer.subscription.trial_will_end', limit: 100 });
      return data
        .filter(({ data: { object } }) => (object as Stripe.Subscription).id === subscription)
        .map(({ created }) => created);
    };
    const long = await house.subscribe(START, 2500, { trial_period_days: 14 });
    await house.advance(long.clock, START + 11 * DAY - 1);
    expect(await told(long.subscription.id)).toEqual([]);
    await house.advance(long.clock, START + 11 * DAY);
    expect(await told(long.subscription.id)).toEqual([START + 11 * DAY]);
    const short = await house.subscribe(START, 2500, { trial_period_days: 2 });
    expect(await told(short.subscription.id)).toEqual([START]);
    const moved = await house.subscribe(START, 2500, { trial_period_days: 5 });
    await stripe.subscriptions.update(moved.subscription.id, { trial_end: START + 20 * DAY });
    await house.advance(moved.clock, START + 16 * DAY);
    expect(await told(moved.subscription.id)).toEqual([]);
    await house.advance(moved.clock, START + 18 * DAY);
    expect(await told(moved.subscription.id)).toEqual([START + 17 * DAY]);
    const cut = await house.subscribe(START, 2500, { trial_period_days: 10 });
    await house.advance(cut.clock, START + DAY);
    await stripe.subscriptions.update(cut.subscription.id, { trial_end: 'now' });
    expect(await told(cut.subscription.id)).toEqual([START + DAY]);
  });

  it('charges until a chosen anchor, and whole periods from there', async () => {
    const anchor = START + 10 * DAY;
    const { subscription, invoice, clock } = await house.subscribe(START, 3100, {
      billing_cycle_anchor: anchor,
    });
    // 11 March to 11 April are 31 days, of which ten are left.
    expect(invoice).toMatchObject({ total: 1000, status: 'paid' });
    expect(itemOf(subscription).current_period_end).toBe(anchor);
    await house.advance(clock, anchor + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 3100, status: 'paid' });
  });

  it('puts what is sold once, and what waited, on the first invoice, or on the next one of a change', async () => {
    const { stripe } = house;
    const { id: customer, clock } = await house.customer({ at: START });
    const once = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 500,
      product_data: { name: 'Set-up' },
    });
    await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd', description: 'Advice' });
    const price = await house.price(1000);
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price }],
      add_invoice_items: [{ price: once.id, quantity: 2 }],
      trial_period_days: 7,
    });
    const linesOf = ([invoice]: Stripe.Invoice[]) =>
      invoice!.lines.data.map(({ description, amount, quantity }) => [description, amount, quantity]);
    const first = await house.invoicesOf(subscription.id);
    expect(first[0]).toMatchObject({ status: 'paid', total: 1700, amount_paid: 1700 });
    expect(linesOf(first)).toEqual(
      expect.arrayContaining([
        ['Set-up', 1000, 2],
        ['Advice', 700, 1],
      ]),
    );
    await stripe.subscriptions.update(subscription.id, { add_invoice_items: [{ price: once.id }] });
    expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
    await house.advance(clock, START + 7 * 86_400 + 3600);
    const next = await house.invoicesOf(subscription.id);
    expect(next[0]).toMatchObject({ status: 'paid', total: 1500 });
    const recurring = stripe.subscriptions.create({
      customer,
      items: [{ price }],
      add_invoice_items: [{ price }],
    });
    await expect(recurring).rejects.toMatchObject({ param: 'add_invoice_items[0][price]' });
  });

  it('begins the cycle anew when asked, less what was not used', async () => {
    const { subscription, clock } = await house.subscribe(START, 1000);
    await house.advance(clock, HALF);
    const change = { billing_cycle_anchor: { type: 'now' as const } };
    const moved = await stripe.subscriptions.update(subscription.id, change);
    expect(moved.billing_cycle_anchor).toBe(HALF);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 500, status: 'paid' });
  });

  it('gives unused time back when a subscription is canceled with proration', async () => {
    const { subscription, clock, customer } = await house.subscribe(START, 1000);
    await house.advance(clock, HALF);
    await stripe.subscriptions.cancel(subscription.id, { prorate: true, invoice_now: true });
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: -500, status: 'paid' });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ balance: -500 });
  });

  it.each([
    ['keep_as_draft', 'draft'],
    ['void', 'void'],
    ['mark_uncollectible', 'uncollectible'],
  ] as const)('collects nothing while collection is paused: %s', async (behavior, status) => {
    const { subscription, clock } = await house.subscribe(START, 1000);
    const resumes_at = END + 5 * DAY;
    await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior, resumes_at } });
    await house.advance(clock, END + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]!.status).toBe(status);
    expect((await read(subscription.id)).status).toBe('active');
    await house.advance(clock, itemOf(await read(subscription.id)).current_period_end + HOUR);
    expect((await read(subscription.id)).pause_collection).toBeNull();
    expect((await house.invoicesOf(subscription.id))[0]!.status).toBe('paid');
  });

  it('rests a paused subscription, and begins a new period when it is resumed', async () => {
    const { subscription, clock } = await house.subscribe(START, 1000);
    expect((await stripe.subscriptions.pause(subscription.id)).status).toBe('paused');
    await house.advance(clock, END + 10 * DAY);
    expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
    const resumed = await stripe.subscriptions.resume(subscription.id);
    expect(resumed.status).toBe('active');
    expect(itemOf(resumed).current_period_start).toBe(END + 10 * DAY);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 1000, status: 'paid' });
    await expect(stripe.subscriptions.resume(subscription.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  describe('a change that waits for its payment', () => {
    async function pending() {
      const begun = await house.subscribe(START, 1000);
      await house.advance(begun.clock, HALF);
      await defaultCard(begun.customer, 'pm_card_chargeCustomerFail');
      const items = [{ id: itemOf(begun.subscription).id, price: await house.price(2000) }];
      const asked = await stripe.subscriptions.update(begun.subscription.id, {
        items,
        proration_behavior: 'always_invoice',
        payment_behavior: 'pending_if_incomplete',
      });
      return { ...begun, asked };
    }

    it('grants nothing, and everything once it is paid', async () => {
      const { asked, customer, subscription } = await pending();
      expect(asked).toMatchObject({ status: 'active', pending_update: { expires_at: HALF + 23 * HOUR } });
      expect(itemOf(asked).price.unit_amount).toBe(1000);
      const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
      const open = asked.latest_invoice as string;
      expect((await stripe.invoices.retrieve(open)).total).toBe(500);
      await stripe.invoices.pay(open, { payment_method: good.id });
      const after = await read(subscription.id);
      expect(after.pending_update).toBeNull();
      expect(itemOf(after).price.unit_amount).toBe(2000);
      expect(await eventsOf('customer.subscription.pending_update_applied', after.id)).toBe(1);
    });

    it('is given up after 23 hours, with its invoice', async () => {
      const { asked, clock, subscription } = await pending();
      await house.advance(clock, HALF + 23 * HOUR);
      const after = await read(subscription.id);
      expect(after.pending_update).toBeNull();
      expect(itemOf(after).price.unit_amount).toBe(1000);
      expect((await stripe.invoices.retrieve(asked.latest_invoice as string)).status).toBe('void');
      expect(await eventsOf('customer.subscription.pending_update_expired', after.id)).toBe(1);
    });

    it('gives nothing back of what was given up', async () => {
      const { clock, customer, subscription } = await pending();
      await house.advance(clock, START + 20 * DAY);
      await stripe.subscriptions.cancel(subscription.id, { prorate: true });
      const { data } = await stripe.invoiceItems.list({ customer, pending: true });
      expect(data.map(({ amount }) => amount)).toEqual([-333]);
    });
  });

  schedulesHold(() => house);
});
