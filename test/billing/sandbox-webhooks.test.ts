/** The sandbox's events and their deliveries: signed, in order, until they are taken, and as a test wants them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type Stripe from 'stripe';
import { SandboxHouse, WEBHOOK_SECRET } from './sandbox-house';

const OLDER_SECRET = 'whsec_sandbox_before';

interface Delivery {
  readonly body: string;
  readonly signature: string;
}

describe('the sandbox brings its events', () => {
  let house: SandboxHouse;
  let received: Delivery[] = [];
  let answer = 200;
  const endpoint = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ body, signature: String(request.headers['stripe-signature']) });
      response.writeHead(answer).end();
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    house = await SandboxHouse.open({ olderWebhookSecrets: [OLDER_SECRET] });
    house.webhookUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/`;
  });
  beforeEach(async () => {
    answer = 200;
    house.sandbox.webhooks.release();
    await house.sandbox.webhooks.flush();
    received = [];
  });
  afterAll(async () => {
    await house.close();
    await new Promise((resolve) => endpoint.close(resolve));
  });

  const typesOf = (deliveries: readonly Delivery[]): string[] =>
    deliveries.map(({ body }) => (JSON.parse(body) as Stripe.Event).type);

  async function subscribe(): Promise<Stripe.Subscription> {
    const { stripe } = house;
    const { id: customer } = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      invoice_settings: { default_payment_method: 'pm_card_visa' },
    });
    return stripe.subscriptions.create({ customer, items: [{ price: await house.price(500) }] });
  }

  it('signs each so that the client takes it, and tells the steps in their order', async () => {
    await subscribe();
    await house.sandbox.webhooks.flush();
    for (const { body, signature } of received) {
      expect(house.stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET)).toMatchObject({
        object: 'event',
        api_version: '2026-10-28.endive',
      });
    }
    const types = typesOf(received);
    const order = [
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'payment_intent.succeeded',
      'invoice.paid',
      'customer.subscription.updated',
    ];
    expect(types.filter((type) => order.includes(type))).toEqual(order);
  });

  it('tells what was different before a change', async () => {
    const { stripe } = house;
    const { id } = await stripe.customers.create({ name: 'Before' });
    await stripe.customers.update(id, { name: 'After' });
    const [event] = (await stripe.events.list({ type: 'customer.updated', limit: 1 })).data;
    expect(event!.data.previous_attributes).toEqual({ name: 'Before' });
    expect((await stripe.events.retrieve(event!.id)).data.object).toMatchObject({ id, name: 'After' });
  });

  it('tells of nested parts alone, of the request that it came of, and nothing of what did not change', async () => {
    const key = 'made-by-this-key';
    const made = await house.stripe.customers.create({ metadata: { plan: 'pro' } }, { idempotencyKey: key });
    await house.stripe.customers.update(made.id, { metadata: { seats: '2' } });
    await house.stripe.customers.update(made.id, { metadata: { seats: '2' } });
    const { data } = await house.stripe.events.list({ type: 'customer.*', limit: 100 });
    const own = data.filter(({ data: { object } }) => (object as { id?: string }).id === made.id);
    expect(own.map(({ type }) => type)).toEqual(['customer.updated', 'customer.created']);
    expect(own[0]!.data).toMatchObject({ previous_attributes: { metadata: { seats: null } } });
    expect(own[1]!.request).toEqual({ id: made.lastResponse.requestId, idempotency_key: key });
  });

  it('comes again after a refusal, by its schedule, until the event is taken', async () => {
    answer = 500;
    await house.stripe.customers.create({ name: 'Later' });
    await house.sandbox.webhooks.flush();
    const tries = received.length;
    expect(tries).toBe(1);
    await house.sandbox.webhooks.flush();
    expect(received).toHaveLength(tries);
    answer = 200;
    house.clock.advance(6_000);
    await house.sandbox.webhooks.flush();
    expect(received).toHaveLength(tries + 1);
    expect(await house.sandbox.webhooks.pending()).toEqual([]);
  });

  it('D18: brings an event late, twice and out of order when a test wants it so', async () => {
    const { webhooks } = house.sandbox;
    webhooks.hold();
    await subscribe();
    expect(received).toEqual([]);
    const held = await webhooks.pending();
    for (const { id } of [...held].reverse()) expect(await webhooks.deliver(id)).toBe(200);
    const first = held[0]!.id;
    for (let again = 0; again < 3; again++) await webhooks.deliver(first);
    const ids = received.map(({ body }) => (JSON.parse(body) as Stripe.Event).id);
    expect(ids).toEqual([...held.map(({ id }) => id).reverse(), first, first, first]);
    const old = Math.floor(house.clock.millis() / 1000) - 400;
    await webhooks.deliver(first, { at: old });
    const { body, signature } = received.at(-1)!;
    expect(() => house.stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET)).toThrow('tolerance');
    webhooks.release();
    await webhooks.flush();
    expect(received).toHaveLength(held.length + 4);
  });

  it('loses nothing when it is stopped before an event was brought', async () => {
    house.sandbox.webhooks.hold();
    await house.stripe.customers.create({ name: 'Kept' });
    await house.restart();
    await house.sandbox.webhooks.flush();
    expect(typesOf(received)).toEqual(['customer.created']);
  });

  it('signs with every secret while one is being replaced', async () => {
    await subscribe();
    await house.sandbox.webhooks.flush();
    const { body, signature } = received[0]!;
    for (const secret of [WEBHOOK_SECRET, OLDER_SECRET])
      expect(house.stripe.webhooks.constructEvent(body, signature, secret).object).toBe('event');
    expect(() => house.stripe.webhooks.constructEvent(body, signature, 'whsec_forged')).toThrow();
  });

  it('brings everything in the same disorder for the same seed, and some of it twice', async () => {
    house.sandbox.webhooks.hold();
    await subscribe();
    const waiting = (await house.sandbox.webhooks.pending()).map(({ id }) => id);
    const count = await house.sandbox.webhooks.scatter({ seed: 4, doubled: 0.5 });
    const ids = received.map(({ body }) => (JSON.parse(body) as Stripe.Event).id);
    expect(ids).toHaveLength(count);
    expect(count).toBeGreaterThan(waiting.length);
    expect(new Set(ids)).toEqual(new Set(waiting));
    expect([...new Set(ids)]).not.toEqual(waiting);
    expect(await house.sandbox.webhooks.pending()).toEqual([]);
  });
});
