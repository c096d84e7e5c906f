/** What things cost in the sandbox: tiers, packages, meters, coupons and codes, to the cent, by the real client. */
import type Stripe from 'stripe';
import { itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = 1775001600;
const END = 1777593600;

describe('the sandbox counts as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  async function priced(terms: Partial<Stripe.PriceCreateParams>): Promise<Stripe.Price> {
    return stripe.prices.create({
      currency: 'usd',
      recurring: { interval: 'month' },
      product_data: { name: 'Fonts' },
      ...terms,
    });
  }
  async function invoiceFor(price: string, quantity: number): Promise<Stripe.Invoice> {
    const { id: customer } = await house.customer({ at: START });
    const subscription = await stripe.subscriptions.create({
      customer,
      items: [{ price, quantity }],
      expand: ['latest_invoice'],
    });
    return subscription.latest_invoice as Stripe.Invoice;
  }

  const FONTS: Stripe.PriceCreateParams.Tier[] = [
    { up_to: 5, unit_amount: 700 },
    { up_to: 10, unit_amount: 650 },
    { up_to: 'inf', unit_amount: 600 },
  ];

  it('charges each unit at its own tier when tiers are graduated', async () => {
    const price = await priced({ billing_scheme: 'tiered', tiers_mode: 'graduated', tiers: FONTS });
    expect(price).not.toHaveProperty('tiers');
    const shown = await stripe.prices.retrieve(price.id, { expand: ['tiers'] });
    expect(shown.tiers!.map(({ up_to }) => up_to)).toEqual([5, 10, null]);
    const totals: number[] = [];
    for (const quantity of [5, 6, 20]) totals.push((await invoiceFor(price.id, quantity)).total);
    expect(totals).toEqual([3500, 4150, 12750]);
    const { lines } = await invoiceFor(price.id, 20);
    expect(lines.data.map(({ quantity, amount }) => [quantity, amount])).toEqual([
      [5, 3500],
      [5, 3250],
      [10, 6000],
    ]);
  });

  it('charges all units at the tier that the quantity reaches when tiers go by volume', async () => {
    const price = await priced({ billing_scheme: 'tiered', tiers_mode: 'volume', tiers: FONTS });
    const totals: number[] = [];
    for (const quantity of [5, 6, 20]) totals.push((await invoiceFor(price.id, quantity)).total);
    expect(totals).toEqual([3500, 3900, 12000]);
  });

  it('refuses tiers without an open end, out of order, or without an amount', async () => {
    for (const tiers of [
      [{ up_to: 5, unit_amount: 1 }],
      [
        { up_to: 5, unit_amount: 1 },
        { up_to: 3, unit_amount: 1 },
        { up_to: 'inf' as const, unit_amount: 1 },
      ],
      [{ up_to: 'inf' as const }],
    ])
      await expect(priced({ billing_scheme: 'tiered', tiers_mode: 'volume', tiers })).rejects.toMatchObject({
        statusCode: 400,
      });
  });

  it('sells by the package, and a part of one as a whole', async () => {
    const price = await priced({ unit_amount: 1000, transform_quantity: { divide_by: 10, round: 'up' } });
    const { total, lines } = await invoiceFor(price.id, 21);
    expect(total).toBe(3000);
    expect(lines.data[0]).toMatchObject({ quantity: 21, amount: 3000 });
  });

  it.each([
    ['sum', 12, 144],
    ['count', 3, 36],
    ['last', 4, 48],
  ] as const)('meters the %s of what was sent in the period', async (formula, quantity, amount) => {
    const { id: customer, clock } = await house.customer({ at: START });
    const event_name = `used_${formula}`;
    const meter = await stripe.billing.meters.create({
      display_name: 'Used',
      event_name,
      default_aggregation: { formula },
    });
    const price = await priced({
      unit_amount: 12,
      recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
    });
    await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const uses = [
      [1, 3],
      [3, 4],
      [2, 5],
    ];
    await house.advance(clock, START + 4 * DAY);
    for (const [day, value] of uses) {
      const payload = { stripe_customer_id: customer, value: String(value) };
      await stripe.billing.meterEvents.create({ event_name, timestamp: START + day! * DAY, payload });
    }
    await house.advance(clock, END + HOUR);
    const [invoice] = (await stripe.invoices.list({ customer })).data;
    expect(invoice!.lines.data.map((line) => [line.quantity, line.amount])).toEqual([[quantity, amount]]);
    const days = await stripe.billing.meters.listEventSummaries(meter.id, {
      customer,
      start_time: START,
      end_time: START + 4 * DAY,
      value_grouping_window: 'day',
    });
    expect(days.data).toHaveLength(4);
  });

  it('bills at the end what was metered until then, also of a subscription that ends', async () => {
    const { id: customer, clock } = await house.customer({ at: START });
    const meter = await stripe.billing.meters.create({
      display_name: 'Last days',
      event_name: 'last_days',
      default_aggregation: { formula: 'sum' },
    });
    const recurring = { interval: 'month', usage_type: 'metered', meter: meter.id } as const;
    const price = await priced({ unit_amount: 10, recurring });
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    await stripe.subscriptions.update(id, { cancel_at_period_end: true });
    const payload = { stripe_customer_id: customer, value: '7' };
    await stripe.billing.meterEvents.create({ event_name: 'last_days', payload });
    await house.advance(clock, END + HOUR);
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled');
    expect((await house.invoicesOf(id))[0]).toMatchObject({ total: 70, status: 'paid' });
  });

  it('bills nothing where more was taken back than metered, and the rest where less was', async () => {
    const { id: customer, clock } = await house.customer({ at: START });
    const meter = await stripe.billing.meters.create({
      display_name: 'Taken back',
      event_name: 'taken_back',
      default_aggregation: { formula: 'sum' },
    });
    const recurring = { interval: 'month', usage_type: 'metered', meter: meter.id } as const;
    const price = await priced({ unit_amount: 10, recurring });
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const metered = (value: string) =>
      stripe.billing.meterEvents.create({
        event_name: 'taken_back',
        payload: { stripe_customer_id: customer, value },
      });
    for (const value of ['7', '-9']) await metered(value);
    await house.advance(clock, END + HOUR);
    expect((await house.invoicesOf(id))[0]).toMatchObject({ total: 0 });
    for (const value of ['7', '-2']) await metered(value);
    const [item] = (await stripe.subscriptions.retrieve(id)).items.data;
    await house.advance(clock, item!.current_period_end + HOUR);
    expect((await house.invoicesOf(id))[0]).toMatchObject({ total: 50 });
  });

  it.each([
    ['once', {}, [2250, 2500, 2500, 2500]],
    ['repeating', { duration_in_months: 2 }, [2250, 2250, 2500, 2500]],
    ['forever', {}, [2250, 2250, 2250, 2250]],
  ] as const)('takes a coupon off %s', async (duration, more, totals) => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration, ...more });
    const discounts = [{ coupon: coupon.id }];
    const { subscription, clock } = await house.subscribe(START, 2500, { discounts });
    let end = itemOf(subscription).current_period_end;
    for (let renewal = 1; renewal < totals.length; renewal++) {
      await house.advance(clock, end + HOUR);
      end = itemOf(await stripe.subscriptions.retrieve(subscription.id)).current_period_end;
    }
    const invoices = (await house.invoicesOf(subscription.id)).reverse();
    expect(invoices.map(({ total }) => total)).toEqual(totals);
  });

  it('bills usage at the price of its time, and that of an item that goes', async () => {
    const meter = await stripe.billing.meters.create({
      display_name: 'Calls',
      event_name: 'priced-calls',
      default_aggregation: { formula: 'sum' },
    });
    const metered = (unit_amount: number): Promise<Stripe.Price> =>
      stripe.prices.create({
        currency: 'usd',
        unit_amount,
        product_data: { name: 'Calls' },
        recurring: { interval: 'month', usage_type: 'metered', meter: meter.id },
      });
    const { id: customer, clock } = await house.customer({ at: START });
    const use = (value: string): Promise<unknown> =>
      stripe.billing.meterEvents.create({
        event_name: 'priced-calls',
        payload: { stripe_customer_id: customer, value },
      });
    const begun = await stripe.subscriptions.create({
      customer,
      items: [{ price: (await metered(10)).id }, { price: await house.price(1000) }],
    });
    await use('10');
    await house.advance(clock, START + 15 * DAY);
    const items = [{ id: itemOf(begun).id, price: (await metered(20)).id }];
    await stripe.subscriptions.update(begun.id, { items });
    await house.advance(clock, START + 20 * DAY);
    await use('5');
    const end = itemOf(begun).current_period_end;
    await house.advance(clock, end + HOUR);
    expect((await house.invoicesOf(begun.id))[0]!.total).toBe(10 * 10 + 5 * 20 + 1000);
    await use('3');
    await house.advance(clock, end + DAY);
    await stripe.subscriptionItems.del(itemOf(begun).id);
    const waiting = await stripe.invoiceItems.list({ customer, pending: true });
    expect(waiting.data.map(({ amount }) => amount)).toEqual([60]);
  });

  it('keeps a coupon that is given once for the first invoice after the trial', async () => {
    const coupon = await stripe.coupons.create({ amount_off: 500, currency: 'usd', duration: 'once' });
    const begun = await house.subscribe(START, 2500, {
      discounts: [{ coupon: coupon.id }],
      trial_period_days: 7,
    });
    await house.advance(begun.clock, START + 7 * DAY + HOUR);
    expect((await house.invoicesOf(begun.subscription.id))[0]).toMatchObject({ total: 2000, status: 'paid' });
  });

  it('carries the discount into both halves of a change', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const begun = await house.subscribe(START, 1000, { discounts: [{ coupon: coupon.id }] });
    await house.advance(begun.clock, START + 15 * DAY);
    const items = [{ id: itemOf(begun.subscription).id, price: await house.price(2000) }];
    await stripe.subscriptions.update(begun.subscription.id, { items, proration_behavior: 'always_invoice' });
    const [now] = await house.invoicesOf(begun.subscription.id);
    expect(now!.lines.data.map(({ amount }) => amount)).toEqual([-450, 900]);
    expect(now!.total).toBe(450);
  });

  it('redeems a code as often as it may be, for whom it is, while it is active', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    const code = await stripe.promotionCodes.create({ promotion, code: 'HALF', max_redemptions: 1 });
    const discounts = [{ promotion_code: code.id }];
    expect((await house.subscribe(START, 2500, { discounts })).invoice.total).toBe(1250);
    await expect(house.subscribe(START, 2500, { discounts })).rejects.toMatchObject({ statusCode: 400 });
    const found = await stripe.promotionCodes.list({ code: 'half', coupon: coupon.id });
    expect(found.data).toMatchObject([{ id: code.id, active: false, times_redeemed: 1 }]);
    const used = await stripe.coupons.retrieve(coupon.id);
    expect(used).toMatchObject({ times_redeemed: 1, valid: true });

    const someone = await house.customer({ at: START });
    const own = await stripe.promotionCodes.create({ promotion, customer: someone.id });
    const theirs = house.subscribe(START, 2500, { discounts: [{ promotion_code: own.id }] });
    await expect(theirs).rejects.toMatchObject({ param: 'discounts[0][promotion_code]' });
    expect((await stripe.promotionCodes.update(own.id, { active: false })).active).toBe(false);
  });

  it('takes a typed code on the page of a checkout', async () => {
    const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'forever' });
    await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'SAVE20' });
    const session = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: await house.price(5000), quantity: 1 }],
      success_url: 'http://127.0.0.1/done',
      allow_promotion_codes: true,
    });
    const wrong = await house.press(session.url!, { act: 'pay', card: 'visa', promotion_code: 'NOPE' });
    expect(wrong.status).toBe(402);
    await house.press(session.url!, { act: 'pay', card: 'visa', promotion_code: 'save20' });
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
    expect(paid).toMatchObject({ amount_subtotal: 5000, amount_total: 4000, status: 'complete' });
    expect((paid.invoice as Stripe.Invoice).total).toBe(4000);
  });
});
