/** What a person sees and presses in the sandbox: checkout, invoice and portal, and what comes of it. */
import type Stripe from 'stripe';
import { SandboxHouse } from './sandbox-house';

describe('the sandbox shows its pages', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  async function checkout(
    more: Partial<Stripe.Checkout.SessionCreateParams> = {},
  ): Promise<Stripe.Checkout.Session> {
    return stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: await house.price(4900, 'Pro <script>'), quantity: 2 }],
      success_url: 'http://shop.test/thanks?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'http://shop.test/back',
      metadata: { plan: 'pro' },
      ...more,
    });
  }
  const read = async (url: string): Promise<string> => (await fetch(url)).text();

  it('says on every page and in every answer that it is not Stripe, and takes no name for markup', async () => {
    const { url } = await checkout();
    const response = await fetch(url!);
    expect(response.headers.get('x-sandbox')).toContain('not Stripe');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await response.text();
    expect(text).toContain('This is not Stripe.');
    expect(text).toContain('Pay $98.00');
    expect(text).toContain('Pro &lt;script&gt;');
    expect(text).not.toContain('<script>');
  });

  it('sells a subscription by a click, and leads on with the id of the session', async () => {
    const { id: customer } = await stripe.customers.create({ email: 'buyer@customer.test' });
    const session = await checkout({ customer, subscription_data: { metadata: { order: 'ord_1' } } });
    const paid = await house.press(session.url!, { act: 'pay', card: 'visa' });
    expect([paid.status, paid.headers.get('location')]).toEqual([
      303,
      `http://shop.test/thanks?session=${session.id}`,
    ]);
    const done = await stripe.checkout.sessions.retrieve(session.id, {
      expand: ['subscription', 'invoice', 'line_items'],
    });
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      subscription: { status: 'active', metadata: { order: 'ord_1' } },
      invoice: { status: 'paid', total: 9800 },
      line_items: { data: [{ quantity: 2, amount_total: 9800 }] },
    });
    expect((await house.press(session.url!, { act: 'pay', card: 'visa' })).status).toBe(410);
    expect((await stripe.subscriptions.list({ customer })).data).toHaveLength(1);
    const [event] = (await stripe.events.list({ type: 'checkout.session.completed', limit: 1 })).data;
    expect(event!.data.object).toMatchObject({ id: session.id });
  });

  it('leads on to an address in any script', async () => {
    const success_url = 'http://shop.test/спасибо?id={CHECKOUT_SESSION_ID}';
    const session = await checkout({ success_url });
    const paid = await house.press(session.url!, { act: 'pay', card: 'visa' });
    expect(paid.status).toBe(303);
    expect(paid.headers.get('location')).toBe(
      `http://shop.test/${encodeURIComponent('спасибо')}?id=${session.id}`,
    );
  });

  it('makes a customer of a stranger who pays', async () => {
    const session = await checkout({ customer_email: 'stranger@customer.test' });
    await house.press(session.url!, { act: 'pay', card: 'mastercard' });
    const { customer } = await stripe.checkout.sessions.retrieve(session.id);
    expect(await stripe.customers.retrieve(customer as string)).toMatchObject({
      email: 'stranger@customer.test',
    });
  });

  it('stays open after a decline, says so, and leaves nothing behind', async () => {
    const { id: customer } = await stripe.customers.create();
    const session = await checkout({ customer });
    for (const card of ['chargeDeclined', 'chargeDeclinedInsufficientFunds', 'chargeCustomerFail']) {
      const declined = await house.press(session.url!, { act: 'pay', card });
      expect(declined.status).toBe(402);
      expect(await declined.text()).toContain('role="alert"');
    }
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
    expect((await stripe.paymentMethods.list({ customer })).data).toEqual([]);
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');
    expect((await house.press(session.url!, { act: 'pay', card: 'visa' })).status).toBe(303);
  });

  it('asks again for what no form can mean', async () => {
    const { url } = await checkout({ allow_promotion_codes: true, tax_id_collection: { enabled: true } });
    const wrong: Record<string, string>[] = [
      { card: '\0' },
      { card: 'visa', promotion_code: 'a\0b' },
      { card: '../visa' },
    ];
    for (const fields of wrong) expect((await house.press(url!, { act: 'pay', ...fields })).status).toBe(402);
    expect((await house.press(url!, { act: 'pay', card: 'visa', business_name: 'a\0b' })).status).toBe(303);
  });

  it('lets the person leave, the shop close it, and time close it after a day', async () => {
    const left = await checkout();
    expect((await house.press(left.url!, { act: 'cancel' })).headers.get('location')).toBe(
      'http://shop.test/back',
    );
    await stripe.checkout.sessions.expire(left.id);
    expect(await read(left.url!)).toContain('This checkout is expired');
    const forgotten = await checkout();
    house.clock.advance(24 * 3_600_000 + 1000);
    expect((await stripe.checkout.sessions.retrieve(forgotten.id)).status).toBe('expired');
    expect((await house.press(forgotten.url!, { act: 'pay', card: 'visa' })).status).toBe(410);
    expect((await fetch(`${house.address}/c/pay/cs_test_nope`)).status).toBe(404);
  });

  it('sells once when the button is pressed twice at the same time', async () => {
    const { id: customer } = await stripe.customers.create();
    const { url } = await checkout({ customer });
    const presses = await Promise.all(
      Array.from({ length: 8 }, () => house.press(url!, { act: 'pay', card: 'visa' })),
    );
    // Whichever of them the browser shows, it says that it is paid.
    for (const pressed of presses)
      if (pressed.status !== 303) expect(await pressed.text()).toContain('It is paid');
    expect((await stripe.subscriptions.list({ customer })).data).toHaveLength(1);
  });

  it('counts a trial from the day on which it is taken, and asks for nothing before it ends', async () => {
    const { id: customer } = await stripe.customers.create();
    const { url } = await checkout({ customer, subscription_data: { trial_period_days: 14 } });
    const shown = await read(url!);
    expect(shown).toContain('Free for 14 days');
    expect(shown).not.toContain('Pay $');
    house.clock.advance(20 * 3_600_000);
    expect((await house.press(url!, { act: 'pay', card: 'visa' })).status).toBe(303);
    const [bought] = (await stripe.subscriptions.list({ customer })).data;
    expect(bought).toMatchObject({ status: 'trialing', trial_end: bought!.created + 14 * 86_400 });
  });

  it('lets a customer end, keep and pay anew in the portal', async () => {
    const { id: customer } = await stripe.customers.create();
    const session = await checkout({ customer });
    await house.press(session.url!, { act: 'pay', card: 'visa' });
    const [bought] = (await stripe.subscriptions.list({ customer })).data;
    const { url } = await stripe.billingPortal.sessions.create({
      customer,
      return_url: 'http://shop.test/account',
    });
    expect(await read(url)).toContain('Renews on');
    const subscription = bought!.id;
    await house.press(url, { act: 'cancel', subscription });
    expect((await stripe.subscriptions.retrieve(subscription)).cancel_at_period_end).toBe(true);
    expect(await read(url)).toContain('Keep the subscription');
    await house.press(url, { act: 'resume', subscription });
    expect((await stripe.subscriptions.retrieve(subscription)).cancel_at).toBeNull();
    await house.press(url, { act: 'card', card: 'mastercard' });
    const { default_payment_method: card } = await stripe.subscriptions.retrieve(subscription, {
      expand: ['default_payment_method'],
    });
    expect(card).toMatchObject({ card: { brand: 'mastercard' } });
  });

  it('changes plan and seats in the portal for what is paid at once, and for nothing less', async () => {
    const { subscription, customer, clock } = await house.subscribe(1775001600, 1000);
    await house.advance(clock, 1775001600 + 15 * 86_400);
    const price = await house.price(2000);
    const { url } = await stripe.billingPortal.sessions.create({ customer });
    const change = { act: 'change', subscription: subscription.id, price, quantity: '2' };
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
    expect((await house.press(url, change)).status).toBe(402);
    expect((await stripe.subscriptions.retrieve(subscription.id)).items.data[0]!.quantity).toBe(1);
    await house.press(url, { act: 'card', card: 'visa' });
    expect((await house.press(url, { ...change, quantity: '3000000000' })).status).toBe(402);
    expect((await house.press(url, change)).status).toBe(303);
    const { items } = await stripe.subscriptions.retrieve(subscription.id);
    expect(items.data[0]).toMatchObject({ quantity: 2, price: { id: price } });
    expect((await house.invoicesOf(subscription.id))[0]).toMatchObject({ total: 1500, status: 'paid' });
  });

  it('takes a payment on the page of an open invoice, and the subscription comes back', async () => {
    const at = 1762799364;
    const { id: customer, clock } = await house.customer({ at });
    const created = await stripe.subscriptions.create({
      customer,
      items: [{ price: await house.price(2500) }],
    });
    const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await stripe.customers.update(customer, { invoice_settings: { default_payment_method: bad.id } });
    await house.advance(clock, created.items.data[0]!.current_period_end + 3600);
    const [open] = (await stripe.invoices.list({ customer, status: 'open' })).data;
    const url = open!.hosted_invoice_url!;
    expect(await read(url)).toContain('Pay $25.00');
    expect((await house.press(url, { act: 'pay', card: 'chargeDeclined' })).status).toBe(402);
    expect((await house.press(url, { act: 'pay', card: 'visa' })).status).toBe(303);
    expect((await stripe.invoices.retrieve(open!.id)).status).toBe('paid');
    expect((await stripe.subscriptions.retrieve(created.id)).status).toBe('active');
  });

  it('takes the money of an open invoice once when the button is pressed twice at the same time', async () => {
    const card = { card: 'pm_card_chargeCustomerFail' };
    const { invoice, customer } = await house.subscribe(1762799364, 2500, {}, card);
    const url = invoice.hosted_invoice_url!;
    await Promise.all([1, 2, 3].map(() => house.press(url, { act: 'pay', card: 'visa' })));
    const { data } = await stripe.charges.list({ customer });
    expect(data.filter(({ paid }) => paid)).toHaveLength(1);
    expect((await stripe.invoices.retrieve(invoice.id)).status).toBe('paid');
  });

  it('D05: waits for 3-D Secure, begins when it is passed, and stays incomplete when it is failed', async () => {
    for (const act of ['authenticate', 'fail'] as const) {
      const card = { card: 'pm_card_authenticationRequired' };
      const { subscription, invoice } = await house.subscribe(1762799364, 2500, {}, card);
      expect(subscription.status).toBe('incomplete');
      expect(invoice).toMatchObject({ status: 'open', amount_due: 2500 });
      const intent = await house.intentOf(invoice);
      expect(intent).toMatchObject({ status: 'requires_action', amount: 2500 });
      const challenge = intent.next_action!.redirect_to_url!.url!;
      expect(await read(challenge)).toContain('Complete authentication');
      const passed = act === 'authenticate';
      expect((await house.press(challenge, { act })).status).toBe(passed ? 303 : 402);
      const { status } = await stripe.subscriptions.retrieve(subscription.id);
      expect(status).toBe(passed ? 'active' : 'incomplete');
      expect((await stripe.invoices.retrieve(invoice.id)).status).toBe(passed ? 'paid' : 'open');
      expect(await house.intentOf(invoice)).toMatchObject({
        status: passed ? 'succeeded' : 'requires_payment_method',
      });
    }
  });

  it('leads to its pages after a restart by links that were made before', async () => {
    const session = await checkout();
    const { pathname } = new URL(session.url!);
    await house.restart();
    stripe = house.stripe;
    expect((await fetch(`${house.address}${pathname}`)).status).toBe(200);
    expect((await stripe.checkout.sessions.retrieve(session.id)).url).toBe(`${house.address}${pathname}`);
  });
});
