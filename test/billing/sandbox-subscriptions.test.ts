/** Subscriptions in the sandbox, to the cent and the second, driven by the real `stripe` client. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;

describe('the sandbox keeps subscriptions as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  it('D01: starts active and paid, with the period on the item', async () => {
    const { subscription, invoice } = await house.subscribe(1762799364, 2500);
    expect(subscription.status).toBe('active');
    expect(invoice).toMatchObject({ status: 'paid', total: 2500, billing_reason: 'subscription_create' });
    expect(itemOf(subscription)).toMatchObject({
      current_period_start: 1762799364,
      current_period_end: 1765391364,
    });
    expect(subscription).not.toHaveProperty('current_period_end');
    expect(subscription.billing_mode.type).toBe('flexible');
    expect(invoice.parent?.subscription_details?.subscription).toBe(subscription.id);
    expect(await house.intentOf(invoice)).toMatchObject({
      status: 'succeeded',
      amount: 2500,
    });
  });

  it('D02, D03: a trial ends to the second, and its first invoice is drafted then and paid an hour later', async () => {
    const { subscription, invoice, clock } = await house.subscribe(1761934518, 2500, {
      trial_period_days: 14,
    });
    const end = 1763144118;
    expect(subscription).toMatchObject({ status: 'trialing', trial_end: end, billing_cycle_anchor: end });
    expect(itemOf(subscription).current_period_end).toBe(end);
    expect(invoice).toMatchObject({ status: 'paid', total: 0 });
    expect(invoice.lines.data.map(({ amount }) => amount)).toEqual([0]);

    await house.advance(clock, end);
    const [draft] = await house.invoicesOf(subscription.id);
    expect(draft).toMatchObject({ status: 'draft', total: 2500, auto_advance: true });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).not.toBe('trialing');

    await house.advance(clock, end + HOUR);
    const renewed = await stripe.subscriptions.retrieve(subscription.id);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ id: draft!.id, status: 'paid' });
    expect(renewed.status).toBe('active');
    expect(itemOf(renewed)).toMatchObject({ current_period_start: end, current_period_end: 1765736118 });
  });

  it('D04: an unpaid first invoice ends the subscription after 23 hours, for good', async () => {
    for (const payment_behavior of ['default_incomplete', 'allow_incomplete'] as const) {
      const start = 1762799364;
      const { subscription, invoice, clock } = await house.subscribe(
        start,
        2500,
        { payment_behavior },
        { card: 'pm_card_chargeCustomerFail' },
      );
      expect(subscription.status).toBe('incomplete');
      expect(invoice.status).toBe('open');
      expect(await house.intentOf(invoice)).toMatchObject({
        status: 'requires_payment_method',
      });
      await house.advance(clock, start + 23 * HOUR);
      expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('incomplete_expired');
      expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('void');
      await house.advance(clock, start + 70 * DAY);
      expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
    }
  });

  it('D06: the 31st clamps to the last day and comes back', async () => {
    const { subscription, clock } = await house.subscribe(1801389600, 1000);
    const ends = [itemOf(subscription).current_period_end];
    for (let cycle = 1; cycle < 4; cycle++) {
      await house.advance(clock, ends.at(-1)!);
      ends.push(itemOf(await stripe.subscriptions.retrieve(subscription.id)).current_period_end);
    }
    expect(ends).toEqual([1803808800, 1806487200, 1809079200, 1811757600]);
  });

  it('D07: sells quantities on one line', async () => {
    const { invoice } = await house.subscribe(1762799364, 2500, {}, { quantity: 10 });
    expect(invoice).toMatchObject({ status: 'paid', total: 25000 });
    expect(invoice.lines.data).toHaveLength(1);
    expect(invoice.lines.data[0]).toMatchObject({ amount: 25000, quantity: 10 });
  });

  it('sells one price on one item only', async () => {
    const { id: customer } = await house.customer({ at: 1762799364 });
    const price = await house.price(1000);
    const twice = stripe.subscriptions.create({ customer, items: [{ price }, { price }] });
    await expect(twice).rejects.toThrow('Cannot add multiple subscription items with the same plan');
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
  });

  it('D08: takes a coupon off the total and leaves the line as it is', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const { invoice, subscription } = await house.subscribe(1762799364, 2500, {
      discounts: [{ coupon: coupon.id }],
    });
    expect(invoice).toMatchObject({ total: 2250, subtotal: 2500, amount_paid: 2250 });
    expect(invoice.lines.data[0]!.amount).toBe(2500);
    expect(invoice.total_discount_amounts).toEqual([{ amount: 250, discount: subscription.discounts[0] }]);
  });

  it('D12: ends at the end of its period when asked, without another invoice', async () => {
    const start = 1762799364;
    const { subscription, clock } = await house.subscribe(start, 2500);
    const end = itemOf(subscription).current_period_end;
    await house.advance(clock, start + DAY);
    const asked = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    expect(asked).toMatchObject({ status: 'active', cancel_at: end, canceled_at: start + DAY });
    await house.advance(clock, end);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      ended_at: end,
    });
    expect(await house.invoicesOf(subscription.id)).toHaveLength(1);
    const events = await stripe.events.list({ type: 'customer.subscription.deleted', limit: 1 });
    expect((events.data[0]!.data.object as Stripe.Subscription).id).toBe(subscription.id);
  });

  it('D13: goes on when the person thinks better of it', async () => {
    const { subscription, clock } = await house.subscribe(1762799364, 2500);
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    const kept = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false });
    expect(kept).toMatchObject({ cancel_at: null, canceled_at: null, cancel_at_period_end: false });
    await house.advance(clock, itemOf(subscription).current_period_end + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({
      billing_reason: 'subscription_cycle',
      status: 'paid',
    });
  });

  it('D14: ends at once without credit, and then lets only be said why', async () => {
    const start = 1762799364;
    const { subscription, clock, customer } = await house.subscribe(start, 2500);
    await house.advance(clock, start + 10 * DAY);
    const ended = await stripe.subscriptions.cancel(subscription.id);
    expect(ended).toMatchObject({
      status: 'canceled',
      ended_at: start + 10 * DAY,
      cancel_at_period_end: false,
      cancel_at: null,
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect((await stripe.customers.retrieve(customer)) as Stripe.Customer).toMatchObject({ balance: 0 });
    await expect(
      stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }),
    ).rejects.toMatchObject({ statusCode: 400, rawType: 'invalid_request_error' });
    const said = await stripe.subscriptions.update(subscription.id, { metadata: { why: 'price' } });
    expect(said.metadata).toEqual({ why: 'price' });
    await expect(stripe.subscriptions.cancel(subscription.id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('falls behind when a renewal is declined, and comes back when the invoice is paid', async () => {
    const { subscription, customer, clock } = await house.subscribe(1762799364, 2500);
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
    const end = itemOf(subscription).current_period_end;
    await house.advance(clock, end + HOUR);
    const [open] = await house.invoicesOf(subscription.id);
    expect(open).toMatchObject({
      status: 'open',
      attempt_count: 1,
      next_payment_attempt: end + HOUR + 3 * DAY,
    });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
    await expect(stripe.invoices.pay(open!.id)).rejects.toMatchObject({ statusCode: 402 });
    const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    expect((await stripe.invoices.pay(open!.id, { payment_method: good.id })).status).toBe('paid');
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  });

  it('ends after the last try when nobody pays', async () => {
    const { subscription, customer, clock } = await house.subscribe(1762799364, 2500);
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
    await house.advance(clock, itemOf(subscription).current_period_end + HOUR + 15 * DAY);
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'canceled',
      cancellation_details: { reason: 'payment_failed' },
    });
  });

  it('D19: bills what was metered in the period, once per identifier', async () => {
    const start = 1762799364;
    const { id: customer, clock } = await house.customer({ at: start });
    const meter = await stripe.billing.meters.create({
      display_name: 'Requests',
      event_name: 'requests',
      default_aggregation: { formula: 'sum' },
    });
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 12,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      product_data: { name: 'Requests' },
    });
    const subscription = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    for (const value of [3, 4, 5]) {
      const payload = { stripe_customer_id: customer, value: String(value) };
      await stripe.billing.meterEvents.create({
        event_name: 'requests',
        identifier: `use-${value}`,
        payload,
      });
    }
    const twice = stripe.billing.meterEvents.create({
      event_name: 'requests',
      identifier: 'use-3',
      payload: { stripe_customer_id: customer, value: '3' },
    });
    await expect(twice).rejects.toMatchObject({ statusCode: 400 });
    const end = itemOf(subscription).current_period_end;
    const whole = (time: number): number => time - (time % 60);
    const range = { customer, start_time: whole(start), end_time: whole(end) };
    const uneven = stripe.billing.meters.listEventSummaries(meter.id, { ...range, end_time: end });
    await expect(uneven).rejects.toMatchObject({ param: 'end_time' });
    const summaries = await stripe.billing.meters.listEventSummaries(meter.id, range);
    expect(summaries.data[0]!.aggregated_value).toBe(12);
    await house.advance(clock, end + HOUR);
    const [invoice] = await house.invoicesOf(subscription.id);
    expect(invoice!.lines.data.map(({ quantity, amount }) => [quantity, amount])).toEqual([[12, 144]]);
    expect(invoice).toMatchObject({ total: 144, status: 'paid' });
  });

  it('tells a week ahead of what a renewal will cost, and of none that will not come', async () => {
    const START = 1775001600;
    const END = 1777593600;
    const { subscription, clock } = await house.subscribe(START, 2500);
    const told = async () =>
      (await stripe.events.list({ type: 'invoice.upcoming', limit: 100 })).data.filter(
        ({ data }) => (data.object as Stripe.Invoice).customer === subscription.customer,
      );
    await house.advance(clock, END - 7 * DAY - 1);
    expect(await told()).toEqual([]);
    await house.advance(clock, END - 7 * DAY);
    const [upcoming] = await told();
    expect(upcoming).toMatchObject({
      created: END - 7 * DAY,
      data: { object: { total: 2500, status: 'draft' } },
    });
    await house.advance(clock, END + HOUR);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 2500, status: 'paid' });
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    const preview = () => stripe.invoices.createPreview({ subscription: subscription.id });
    await expect(preview()).rejects.toMatchObject({ code: 'invoice_upcoming_none' });
    await stripe.invoiceItems.create({
      customer: subscription.customer as string,
      subscription: subscription.id,
      amount: 700,
      currency: 'usd',
    });
    expect(await preview()).toMatchObject({ total: 700 });
    await house.advance(clock, END + 40 * DAY);
    expect(await told()).toHaveLength(1);
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 700, status: 'paid' });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  });
});
