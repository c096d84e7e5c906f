/** Bad days of Stripe's, as the sandbox brings them about on demand, seen by the real client. */
import Stripe from 'stripe';
import { SandboxHouse } from './sandbox-house';

describe('the sandbox fails on demand', () => {
  let house: SandboxHouse;
  let stripe: Stripe;

  beforeAll(async () => {
    house = await SandboxHouse.open();
    stripe = house.stripe;
  });
  afterAll(() => house.close());
  afterEach(() => house.sandbox.faults.lift());

  const named = async (email: string): Promise<number> =>
    (await stripe.customers.list({ email })).data.length;

  it('does nothing when it is down, too busy, or broken before the effect', async () => {
    const { faults } = house.sandbox;
    const email = 'none@customer.test';
    // The client itself tries a broken connection once more.
    faults.bring({ kind: 'DOWN' }, { times: 2 });
    await expect(stripe.customers.create({ email })).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    );
    faults.bring({ kind: 'TOO_MANY', retryAfter: 7 });
    await expect(stripe.customers.create({ email })).rejects.toMatchObject({
      statusCode: 429,
      headers: expect.objectContaining({ 'retry-after': '7' }),
    });
    faults.bring({ kind: 'FAILED_BEFORE' });
    await expect(stripe.customers.create({ email })).rejects.toMatchObject({
      statusCode: 500,
      rawType: 'api_error',
    });
    expect(await named(email)).toBe(0);
    expect(faults.struck.map((line) => line.split(' ')[0])).toEqual([
      'DOWN',
      'DOWN',
      'TOO_MANY',
      'FAILED_BEFORE',
    ]);
  });

  it('leaves one effect when the answer was lost and the same key asks again', async () => {
    for (const kind of ['CUT_AFTER', 'FAILED_AFTER'] as const) {
      const email = `${kind.toLowerCase()}@customer.test`;
      const create = () => stripe.customers.create({ email }, { idempotencyKey: kind });
      house.sandbox.faults.bring({ kind }, { times: kind === 'CUT_AFTER' ? 2 : 1 });
      await expect(create()).rejects.toThrow();
      expect((await create()).email).toBe(email);
      expect(await named(email)).toBe(1);
    }
  });

  it('keeps a failure of its own under the key, as Stripe does, though all was done', async () => {
    const email = 'kept@customer.test';
    const create = () => stripe.customers.create({ email }, { idempotencyKey: 'kept' });
    house.sandbox.faults.bring({ kind: 'FAILED_AFTER', kept: true });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    await expect(create()).rejects.toMatchObject({ statusCode: 500 });
    expect(await named(email)).toBe(1);
  });

  it('strikes only what it was told to, as often as it was told to', async () => {
    const { faults } = house.sandbox;
    faults.bring({ kind: 'FAILED_BEFORE' }, { on: /^POST \/v1\/products$/, times: 2 });
    const { id } = await stripe.customers.create({});
    const make = () => stripe.products.create({ name: 'P' });
    await expect(make()).rejects.toThrow();
    await expect(make()).rejects.toThrow();
    expect((await make()).object).toBe('product');
    expect((await stripe.customers.retrieve(id)).id).toBe(id);
  });

  it('is told by HTTP too: by a header for one request, at its own address for the next ones', async () => {
    const { address, sandbox } = house;
    const authorization = `Bearer ${sandbox.apiKey}`;
    const made = (email: string, headers: Record<string, string>) =>
      fetch(`${address}/v1/customers`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ email }),
      });
    const faults = (method: string, fields?: Record<string, string>, bearer = authorization) =>
      fetch(`${address}/sandbox/faults`, {
        method,
        headers: { authorization: bearer },
        ...(fields && { body: new URLSearchParams(fields) }),
      });
    const told = { 'x-sandbox-fault': 'FAILED_AFTER; kept', 'idempotency-key': 'told' };
    expect((await made('told@customer.test', told)).status).toBe(500);
    expect((await made('told@customer.test', { 'idempotency-key': 'told' })).status).toBe(500);
    expect(await named('told@customer.test')).toBe(1);
    expect((await made('x@customer.test', { 'x-sandbox-fault': 'NONSENSE' })).status).toBe(400);
    expect(await named('x@customer.test')).toBe(0);

    const busy = { fault: 'TOO_MANY; retry-after=3', on: '^POST /v1/products$', times: '2' };
    expect(await (await faults('POST', busy)).json()).toMatchObject({ waiting: 2 });
    await expect(stripe.products.create({ name: 'P' })).rejects.toMatchObject({ statusCode: 429 });
    expect(await (await faults('GET')).json()).toMatchObject({
      waiting: 1,
      struck: ['FAILED_AFTER POST /v1/customers', 'TOO_MANY POST /v1/products'],
    });
    await faults('DELETE');
    expect((await stripe.products.create({ name: 'P' })).object).toBe('product');
    await faults('POST', { fault: 'SLOW; ms=5' });
    expect((await stripe.products.create({ name: 'P' })).object).toBe('product');
    expect((await faults('POST', { fault: 'SLOW; ms=-5' })).status).toBe(400);
    expect((await faults('POST', { fault: 'DOWN', on: '(' })).status).toBe(400);
    expect((await faults('POST', { fault: 'DOWN' }, 'Bearer nobody')).status).toBe(401);
  });

  it('is slow for as long as it was told to, and does the work then', async () => {
    let go: (value: unknown) => void = () => undefined;
    house.sandbox.faults.bring({ kind: 'SLOW', until: new Promise((resolve) => (go = resolve)) });
    const slow = stripe.customers.create({ email: 'slow@customer.test' });
    expect(await named('slow@customer.test')).toBe(0);
    go(undefined);
    expect((await slow).email).toBe('slow@customer.test');
  });
});
