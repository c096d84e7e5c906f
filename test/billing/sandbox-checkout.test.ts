/** Checkouts of the sandbox in all three modes: what is asked beside the card, what it is taxed, and what remains. */
import type Stripe from 'stripe';
import { SandboxHouse } from './sandbox-house';

const DONE = 'http://shop.test/thanks';

describe('a checkout of the sandbox', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  type Params = Stripe.Checkout.SessionCreateParams;
  const open = (params: Params): Promise<Stripe.Checkout.Session> =>
    stripe.checkout.sessions.create({ success_url: DONE, ...params });
  const subscribing = async (more: Params): Promise<Stripe.Checkout.Session> =>
    open({ mode: 'subscription', line_items: [{ price: await house.price(4900), quantity: 1 }], ...more });
  const credits = (unit_amount: number, currency = 'usd'): Params['line_items'] => [
    { price_data: { currency, unit_amount, product_data: { name: 'Credits' } }, quantity: 1 },
  ];
  const pay = (session: Stripe.Checkout.Session, fields: Record<string, string> = {}): Promise<Response> =>
    house.press(session.url!, { act: 'pay', card: 'visa', ...fields });
  const taxed = { automatic_tax: { enabled: true }, customer_update: { address: 'auto' as const } };

  it('asks a customer whom nobody can place where they live, and taxes by that from then on', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'buyer@customer.test' });
    const bare = { customer, automatic_tax: { enabled: true } };
    await expect(subscribing(bare)).rejects.toMatchObject({ code: 'customer_tax_location_invalid' });
    const session = await subscribing({ customer, ...taxed });
    expect(session).toMatchObject({
      amount_total: 4900,
      automatic_tax: { enabled: true, status: 'requires_location_inputs', provider: 'stripe' },
    });
    expect((await pay(session)).status).toBe(402);
    const quoted = await house.press(session.url!, { act: 'quote', country: 'DE' });
    expect(await quoted.text()).toContain('Pay $58.31');
    expect((await pay(session, { country: 'US' })).status).toBe(402);
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
    expect((await pay(session, { country: 'DE', postal_code: '10115' })).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['invoice', 'subscription', 'line_items'],
    });
    expect(paid).toMatchObject({
      amount_subtotal: 4900,
      amount_total: 5831,
      total_details: { amount_tax: 931 },
      automatic_tax: { status: 'complete' },
      customer_details: { address: { country: 'DE' }, tax_exempt: 'none' },
      invoice: { total: 5831, amount_paid: 5831, total_taxes: [{ amount: 931 }] },
      subscription: { automatic_tax: { enabled: true } },
      line_items: { data: [{ amount_tax: 931, amount_total: 5831 }] },
    });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ address: { country: 'DE' } });
    expect(await subscribing(bare)).toMatchObject({
      amount_total: 5831,
      automatic_tax: { status: 'complete' },
    });
  });

  it('takes a tax id for a reverse charge, and no number of another country', async () => {
    const { id: customer } = await stripe.customers.create({});
    const collects = { tax_id_collection: { enabled: true } };
    await expect(subscribing({ customer, ...collects })).rejects.toMatchObject({
      param: 'tax_id_collection',
    });
    const session = await subscribing({
      customer,
      ...collects,
      automatic_tax: { enabled: true },
      customer_update: { address: 'auto', name: 'auto' },
    });
    expect(session.tax_id_collection).toEqual({ enabled: true, required: 'never' });
    const form = { country: 'FR', business_name: 'Ada SARL' };
    const wrong = await pay(session, { ...form, tax_id: 'DE123456789' });
    expect(await wrong.text()).toContain('not one of the country');
    expect((await pay(session, { ...form, tax_id: 'FR12345678901' })).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id, { expand: ['invoice'] });
    expect(paid).toMatchObject({
      amount_total: 4900,
      customer_details: { business_name: 'Ada SARL', tax_ids: [{ type: 'eu_vat', value: 'FR12345678901' }] },
      invoice: { total_taxes: [{ amount: 0, taxability_reason: 'reverse_charge' }] },
    });
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ name: 'Ada SARL' });
    const must = await subscribing({
      tax_id_collection: { enabled: true, required: 'if_supported' },
      billing_address_collection: 'required',
    });
    expect((await pay(must, { country: 'FR' })).status).toBe(402);
    expect((await pay(must, { country: 'BR' })).status).toBe(303);
  });

  it('sells once: with an invoice, with tax and a code, or to a guest without either', async () => {
    const { id: customer } = await stripe.customers.create({ address: { country: 'DE' } });
    const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'once' });
    const session = await open({
      mode: 'payment',
      customer,
      line_items: credits(2000),
      discounts: [{ coupon: coupon.id }],
      automatic_tax: { enabled: true },
      payment_intent_data: { metadata: { order: 'ord_1' }, description: 'Credits' },
      invoice_creation: { enabled: true, invoice_data: { metadata: { order: 'ord_1' } } },
    });
    expect(session).toMatchObject({ mode: 'payment', amount_total: 2142, payment_intent: null });
    expect((await pay(session, { card: 'chargeCustomerFail' })).status).toBe(402);
    expect((await stripe.invoices.list({ customer })).data).toEqual([]);
    expect((await pay(session)).status).toBe(303);
    const paid = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['invoice', 'payment_intent'],
    });
    expect(paid).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      subscription: null,
      amount_total: 2142,
      total_details: { amount_discount: 200, amount_tax: 342 },
      invoice: {
        status: 'paid',
        billing_reason: 'manual',
        subtotal: 2000,
        total: 2142,
        metadata: { order: 'ord_1' },
      },
      payment_intent: { status: 'succeeded', amount: 2142, metadata: { order: 'ord_1' } },
    });
    const guest = await open({
      mode: 'payment',
      line_items: credits(500),
      customer_email: 'guest@customer.test',
    });
    expect(guest).toMatchObject({ customer_creation: 'if_required' });
    await pay(guest);
    const left = await stripe.checkout.sessions.retrieve(guest.id, { expand: ['payment_intent'] });
    expect(left).toMatchObject({
      customer: null,
      invoice: null,
      customer_details: { email: 'guest@customer.test' },
      payment_intent: { status: 'succeeded', amount: 500, customer: null },
    });
    const refund = await stripe.refunds.create({
      payment_intent: (left.payment_intent as Stripe.PaymentIntent).id,
    });
    expect(refund.amount).toBe(500);
    const known = await open({ mode: 'payment', line_items: credits(500), customer_creation: 'always' });
    await pay(known);
    expect((await stripe.checkout.sessions.retrieve(known.id)).customer).toMatch(/^cus_/);
  });

  it('keeps a card for later without taking money', async () => {
    const { id: customer } = await stripe.customers.create({});
    const session = await open({
      mode: 'setup',
      customer,
      setup_intent_data: { metadata: { why: 'later' } },
    });
    expect(session).toMatchObject({ amount_total: null, payment_status: 'no_payment_required' });
    const intent = session.setup_intent as string;
    expect(await stripe.setupIntents.retrieve(intent)).toMatchObject({ status: 'requires_payment_method' });
    expect(await (await fetch(session.url!)).text()).toContain('Save this card');
    expect((await pay(session, { card: 'chargeDeclined' })).status).toBe(402);
    expect((await pay(session)).status).toBe(303);
    const done = await stripe.setupIntents.retrieve(intent, { expand: ['payment_method'] });
    expect(done).toMatchObject({ status: 'succeeded', metadata: { why: 'later' }, customer });
    expect((done.payment_method as Stripe.PaymentMethod).customer).toBe(customer);
    expect((await stripe.paymentIntents.list({ customer })).data).toEqual([]);
  });

  it('refuses what does not go together', async () => {
    const recurring = await house.price(100);
    const once = (
      await stripe.prices.create({ currency: 'usd', unit_amount: 5, product_data: { name: 'Once' } })
    ).id;
    const refused = (params: Params) => expect(open(params)).rejects;
    const priced = (price: string) => [{ price, quantity: 1 }];
    await refused({ mode: 'payment', line_items: priced(recurring) }).toMatchObject({ statusCode: 400 });
    await refused({ mode: 'subscription', line_items: priced(once) }).toMatchObject({ statusCode: 400 });
    await refused({ mode: 'setup', line_items: priced(once) }).toMatchObject({ param: 'line_items' });
    await refused({ mode: 'payment', line_items: [...credits(1)!, ...credits(1, 'eur')!] }).toMatchObject({
      param: 'line_items',
    });
    await refused({
      mode: 'payment',
      line_items: credits(5),
      customer_update: { address: 'auto' },
    }).toMatchObject({
      param: 'customer_update',
    });
    await refused({ mode: 'setup', automatic_tax: { enabled: true } }).toMatchObject({
      param: 'automatic_tax',
    });
  });
});
