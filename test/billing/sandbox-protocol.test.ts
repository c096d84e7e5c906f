/** How the sandbox answers: idempotency, pages, expansion, refusals, restart; driven by the real `stripe` client. */
import Stripe from 'stripe';
import { signatureHeader } from '../../src/modules/billing/stripe/sandbox/event/signature';
import { SandboxHouse, WEBHOOK_SECRET } from './sandbox-house';

describe('the sandbox answers as Stripe does', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());

  const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${house.address}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${house.sandbox.apiKey}`,
        ...(init.headers as Record<string, string>),
      },
    });

  it('D15: gives one key one effect and the same answer', async () => {
    const email = 'once@customer.test';
    const create = (): Promise<Response> =>
      raw('/v1/customers', {
        method: 'POST',
        headers: { 'idempotency-key': 'once' },
        body: new URLSearchParams({ email }),
      });
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get('idempotency-key')).toBe('once');
    expect(second.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect((await stripe.customers.list({ email })).data).toHaveLength(1);
  });

  it('D15: holds also when both requests come at once', async () => {
    const email = 'race@customer.test';
    const create = () => stripe.customers.create({ email }, { idempotencyKey: 'race' });
    const made = await Promise.all([create(), create(), create(), create()]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect((await stripe.customers.list({ email })).data).toHaveLength(1);
  });

  it('D16: refuses a key that was used for something else', async () => {
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'other' });
    const again = stripe.customers.create({ name: 'B' }, { idempotencyKey: 'other' });
    await expect(again).rejects.toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    await expect(again).rejects.toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
  });

  it('keeps the answer of a declined payment under its key, and nothing else of it', async () => {
    const { id: customer } = await house.customer({ at: 1762799364, card: 'pm_card_chargeCustomerFail' });
    const items = [{ price: await house.price(2500) }];
    const order = { customer, items, payment_behavior: 'error_if_incomplete' as const };
    const buy = () => stripe.subscriptions.create(order, { idempotencyKey: 'declined' });
    await expect(buy()).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
    const second = await buy().catch((error: unknown) => error as Stripe.errors.StripeCardError);
    expect(second).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect((await stripe.subscriptions.list({ customer, status: 'all' })).data).toEqual([]);
  });

  it('D17: signs so that the client takes what is fresh and refuses what is older than five minutes', () => {
    const body = JSON.stringify({ id: 'evt_1', object: 'event' });
    const now = 1762799364;
    const check = (age: number): unknown =>
      stripe.webhooks.constructEvent(
        body,
        signatureHeader(body, now - age, ['whsec_old', WEBHOOK_SECRET]),
        WEBHOOK_SECRET,
        300,
        undefined,
        now * 1000,
      );
    expect(check(300)).toMatchObject({ id: 'evt_1' });
    expect(() => check(302)).toThrow(Stripe.errors.StripeSignatureVerificationError);
  });

  it('D20: pages newest first, and the client walks through all of it', async () => {
    const product = await stripe.products.create({ name: 'Paged' });
    const made: string[] = [];
    for (let i = 0; i < 25; i++) {
      const recurring = { interval: 'month' as const };
      made.push(
        (await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: i, recurring })).id,
      );
    }
    const seen: { starting_after: string | null; has_more: boolean }[] = [];
    const watch = ({ path }: { path: string }): void => {
      seen.push({
        starting_after: new URL(path, 'http://x').searchParams.get('starting_after'),
        has_more: true,
      });
    };
    stripe.on('request', watch);
    const all = await stripe.prices
      .list({ product: product.id, limit: 10 })
      .autoPagingToArray({ limit: 100 });
    stripe.off('request', watch);
    expect(all.map(({ id }) => id)).toEqual([...made].reverse());
    expect(seen.map(({ starting_after }) => starting_after)).toEqual([null, made[15], made[5]]);
    const last = await stripe.prices.list({ product: product.id, limit: 10, starting_after: made[5] });
    expect([last.has_more, last.data.length]).toEqual([false, 5]);
    const back = await stripe.prices.list({ product: product.id, limit: 2, ending_before: made[0] });
    expect(back.data.map(({ id }) => id)).toEqual([made[2], made[1]]);
  });

  it('D21: knows no such customer, in the envelope and with the headers', async () => {
    const found = stripe.customers.retrieve('cus_nope');
    await expect(found).rejects.toMatchObject({
      statusCode: 404,
      rawType: 'invalid_request_error',
      code: 'resource_missing',
      param: 'id',
      message: "No such customer: 'cus_nope'",
    });
    const response = await raw('/v1/customers/cus_nope');
    const { error } = (await response.json()) as { error: Record<string, string> };
    expect(error.doc_url).toBe('https://stripe.com/docs/error-codes/resource-missing');
    expect(error.request_log_url).toContain(response.headers.get('request-id'));
    expect(response.headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(response.headers.get('x-sandbox')).toContain('not Stripe');
  });

  it('D22: names the parameter that holds an unknown price', async () => {
    const { id: customer } = await house.customer({ at: 1762799364 });
    await expect(
      stripe.subscriptions.create({ customer, items: [{ price: 'invalid' }] }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing', param: 'items[0][price]' });
  });

  it('refuses by name what it does not know, and changes nothing then', async () => {
    const unknown = stripe.payouts.list();
    await expect(unknown).rejects.toMatchObject({ statusCode: 404, rawType: 'invalid_request_error' });
    await expect(unknown).rejects.toThrow('/v1/payouts');
    const email = 'unknown@customer.test';
    const strange = stripe.customers.create({ email, tax: { ip_address: '127.0.0.1' } });
    await expect(strange).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_unknown',
      param: 'tax[ip_address]',
    });
    expect((await stripe.customers.list({ email })).data).toEqual([]);
  });

  it('refuses a currency, an address and metadata that cannot be, and changes nothing then', async () => {
    const { id } = await stripe.customers.create({ email: 'limits@customer.test', metadata: { kept: '1' } });
    const metadata = (values: Record<string, string>) => stripe.customers.update(id, { metadata: values });
    const keys = Array.from({ length: 50 }, (_, index) => [`key_${index}`, 'value']);
    const long = 'x'.repeat(501);
    for (const [ask, param] of [
      [() => stripe.customers.update(id, { email: 'nobody' }), 'email'],
      [
        () => stripe.prices.create({ currency: 'xyz', unit_amount: 500, product_data: { name: 'Plan' } }),
        'currency',
      ],
      [() => metadata({ ['k'.repeat(41)]: 'value' }), `metadata[${'k'.repeat(41)}]`],
      [() => metadata({ long }), 'metadata[long]'],
      [() => metadata(Object.fromEntries(keys) as Record<string, string>), 'metadata'],
    ] as const)
      await expect(ask()).rejects.toMatchObject({ statusCode: 400, param });
    expect(await stripe.customers.retrieve(id)).toMatchObject({
      email: 'limits@customer.test',
      metadata: { kept: '1' },
    });
  });

  it('refuses a wrong key and another API version', async () => {
    const wrong = await fetch(`${house.address}/v1/customers`, {
      headers: { authorization: 'Bearer sk_test_wrong' },
    });
    expect(wrong.status).toBe(401);
    expect((await fetch(`${house.address}/v1/customers`)).status).toBe(401);
    expect((await raw('/v1/customers', { headers: { 'stripe-version': '2020-08-27' } })).status).toBe(400);
  });

  it('expands what it is asked to, and says what cannot be', async () => {
    const { id: customer } = await house.customer({ at: 1762799364 });
    const price = await house.price(2500);
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price }] });
    const expand = ['data.customer', 'data.latest_invoice'];
    const [listed] = (await stripe.subscriptions.list({ customer, expand })).data;
    expect(listed).toMatchObject({ id, customer: { id: customer }, latest_invoice: { status: 'paid' } });
    const products = { expand: ['items.data.price.product'] };
    const { items } = await stripe.subscriptions.retrieve(id, products);
    expect(items.data[0]!.price.product).toMatchObject({ object: 'product', name: 'Plan' });
    await expect(stripe.subscriptions.retrieve(id, { expand: ['nothing'] })).rejects.toMatchObject({
      statusCode: 400,
    });
  });

  it('updates, unsets and deletes a customer, whose subscriptions end with it', async () => {
    const { id } = await house.customer({ at: 1762799364 });
    await stripe.customers.update(id, { name: 'Ada', metadata: { plan: 'pro', team: 'a' } });
    const updated = await stripe.customers.update(id, { metadata: { team: '' } });
    expect(updated).toMatchObject({ name: 'Ada', metadata: { plan: 'pro' } });
    const subscription = await stripe.subscriptions.create({
      customer: id,
      items: [{ price: await house.price(100) }],
    });
    expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ deleted: true });
    expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  });

  it('lets one price hold a lookup key, until it is moved', async () => {
    const key = 'plan_pro';
    const product = (await stripe.products.create({ name: 'Pro' })).id;
    const create = (more: Partial<Stripe.PriceCreateParams> = {}) =>
      stripe.prices.create({
        product,
        currency: 'usd',
        unit_amount: 100,
        lookup_key: key,
        recurring: { interval: 'month' },
        ...more,
      });
    await create();
    await expect(create()).rejects.toMatchObject({ statusCode: 400, param: 'lookup_key' });
    const second = await create({ transfer_lookup_key: true });
    expect((await stripe.prices.list({ lookup_keys: [key] })).data.map(({ id }) => id)).toEqual([second.id]);
  });

  it('keeps everything over a restart: objects, answers to keys, and time that went by', async () => {
    const recurring = { interval: 'month' as const };
    const { id: customer } = await stripe.customers.create(
      { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } },
      { idempotencyKey: 'before' },
    );
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 900,
      recurring,
      product_data: { name: 'P' },
    });
    const { id } = await stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    await house.sandbox.stop();
    house.clock.advance(32 * 86_400_000);
    await house.start();
    stripe = house.stripe;
    const again = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
    expect(again.latest_invoice).toMatchObject({
      billing_reason: 'subscription_cycle',
      status: 'paid',
      total: 900,
    });
    expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(2);
    expect(again.items.data[0]!.current_period_end * 1000).toBeGreaterThan(house.clock.millis());
  });
});
