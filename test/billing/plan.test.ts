/** Plans and the FREE start: what everyone may see, and what nobody may see of others. */
import { newId } from '../../src/kernel/id';
import { PlanService } from '../../src/modules/billing/plan/plan.service';
import { startApp } from '../../src/app/app';
import { GraphqlClient } from '../support/client';
import { testConfig } from '../support/config';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { standing, subscribed } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

describe('the plans', () => {
  it('are open to everyone, cheapest first, with what they entitle to', async () => {
    const { plans } = await world.client().ask<{ plans: { code: string; price: { formatted: string } }[] }>(`{
      plans { code version price { formatted } interval entitlements { feature kind limit used overage values } prices { unit unitAmount currency } }
    }`);
    expect(plans.map(({ code, price }) => `${code} ${price.formatted}`)).toEqual([
      'FREE 0.00 USD',
      'PRO 49.00 USD',
      'SCALE 499.00 USD',
      'ENTERPRISE 0.00 USD',
    ]);
    expect(plans[1]).toMatchObject({
      interval: 'MONTH',
      entitlements: [
        { feature: 'inference.requests', limit: '100000', used: null, overage: 'CHARGE' },
        {},
        {},
        { feature: 'features', values: null },
      ],
      prices: [
        { unit: 'REQUEST', unitAmount: '0.4', currency: 'USD' },
        { unit: 'CACHED_REQUEST', unitAmount: '0.1', currency: 'USD' },
        { unit: 'ECONOMY_REQUEST', unitAmount: '0.2', currency: 'USD' },
        { unit: 'PROMPT_TOKEN', unitAmount: '0.0001', currency: 'USD' },
        { unit: 'COMPLETION_TOKEN', unitAmount: '0.0004', currency: 'USD' },
      ],
    });
  });

  it('are found by node(id)', async () => {
    const { plans } = await world.client().ask<{ plans: { id: string }[] }>('{ plans { id } }');
    const { node } = await (
      await world.customer()
    ).client.ask<{ node: object }>(`query ($id: ID!) { node(id: $id) { id ... on Plan { code } } }`, {
      id: plans[0]!.id,
    });
    expect(node).toEqual({ id: plans[0]!.id, code: 'FREE' });
  });

  it('are read again at once when they could not be read', async () => {
    const { database, signals } = world.app.platform;
    let isDown = true;
    const list: typeof database.read.list = (...asked) =>
      isDown ? Promise.reject(new Error('the database is away')) : database.read.list(...asked);
    const plans = new PlanService({ ...database, read: { ...database.read, list } }, world.clock, signals);
    await expect(plans.free()).rejects.toThrow('the database is away');
    isDown = false;
    expect(await plans.free()).toMatchObject({ code: 'FREE' });
  });
});

describe('a new customer', () => {
  it('stands on FREE from its first moment', async () => {
    const { client } = await world.customer();
    const { customer } = await client.ask<{ customer: object }>(`{ customer {
      subscription { status quantity plan { code version } currentPeriodStart currentPeriodEnd trialEndsAt cancelAt stripeSubscriptionId }
      invoices { nodes { id } totalCount }
      usage { charge { amountMinor } forecast { requests } byDay { day } }
    } }`);
    expect(customer).toMatchObject({
      subscription: {
        status: 'ACTIVE',
        quantity: 1,
        plan: { code: 'FREE', version: 1 },
        stripeSubscriptionId: null,
      },
      invoices: { nodes: [], totalCount: 0 },
      usage: { charge: { amountMinor: '0' }, forecast: { requests: '0' }, byDay: [] },
    });
  });

  it('tells of its plan by an event with the figures that recurring revenue is made of', async () => {
    const { customerId } = await world.customer();
    const { rows } = await world.app.platform.database.servicePool.query<{ data: object }>(
      `select data from outbox_events where customer_id = $1 and type = 'subscription.started'`,
      [customerId],
    );
    expect(rows).toMatchObject([
      { data: { planCode: 'FREE', monthlyMinor: '0', previousMonthlyMinor: '0', currency: 'USD' } },
    ]);
  });

  it('goes on to the next month by itself', async () => {
    const { client, customerId } = await world.customer();
    await world.app.platform.database.servicePool.query(
      `update plan_subscriptions set anchor_at = anchor_at - interval '40 days',
         current_period_start = current_period_start - interval '40 days',
         current_period_end = current_period_start - interval '40 days' + interval '1 month'
       where customer_id = $1`,
      [customerId],
    );
    const { customer } = await client.ask<{
      customer: { subscription: { currentPeriodStart: string; currentPeriodEnd: string } };
    }>('{ customer { subscription { currentPeriodStart currentPeriodEnd } } }');
    const { currentPeriodStart, currentPeriodEnd } = customer.subscription;
    expect(Date.parse(currentPeriodStart)).toBeLessThan(world.clock.millis());
    expect(Date.parse(currentPeriodEnd)).toBeGreaterThan(world.clock.millis());
  });
});

describe('a new version of a plan', () => {
  const PRO = {
    code: 'PRO',
    name: 'Pro',
    priceMinor: '5900',
    currency: 'USD',
    sellable: true,
    requests: 50,
    overage: 'REFUSE',
    weight: 8,
    features: ['EXPLANATIONS'],
    rate: { burst: 200, perSecond: 100 },
    prices: ['REQUEST', 'CACHED_REQUEST', 'PROMPT_TOKEN', 'COMPLETION_TOKEN'].map((unit) => ({
      unit,
      unitAmount: unit === 'REQUEST' ? '0.123456789012' : '0',
    })),
  };
  const publish = (staff: Person, change: object, key: string) =>
    staff.client.attempt<{ plan: { id: string; version: number } | null }>(
      'planPublish',
      'PlanPublishInput!',
      { ...PRO, ...change, idempotencyKey: key },
      'plan { id version entitlements { feature limit values } prices { unit unitAmount } }',
    );
  const standsOn = async ({ client }: CustomerPerson) =>
    (
      await client.ask<{ customer: { subscription: { plan: object } } }>(
        '{ customer { subscription { plan { code version price { amountMinor } } } } }',
      )
    ).customer.subscription.plan;

  it('is what is sold from then on, and nobody who bought an earlier one is moved', async () => {
    const before = await subscribed(world);
    const staff = await world.staff();
    const published = await publish(staff, {}, 'pro-2');
    expect(published.errors).toEqual([]);
    expect(published.payload.plan).toMatchObject({
      version: 2,
      entitlements: [
        { feature: 'inference.requests', limit: '50' },
        { feature: 'inference.weight', limit: '8' },
        { feature: 'inference.models', values: null },
        { feature: 'features', values: ['EXPLANATIONS'] },
        { feature: 'api.burst', limit: '200' },
        { feature: 'api.rate', limit: '100' },
      ],
      prices: expect.arrayContaining([{ unit: 'REQUEST', unitAmount: '0.123456789012' }]),
    });
    expect(await publish(staff, {}, 'pro-2')).toEqual(published);
    // Whoever began with an earlier version would take back what they never saw.
    const late = await publish(staff, { expectedVersion: 1 }, 'pro-late');
    expect(late.errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'expectedVersion'] }]);
    const { plans } = await world.client().ask<{ plans: object[] }>('{ plans { code version } }');
    expect(plans).toContainEqual({ code: 'PRO', version: 2 });
    expect(plans).not.toContainEqual({ code: 'PRO', version: 1 });
    const after = await subscribed(world);
    expect(await standsOn(before)).toEqual({ code: 'PRO', version: 1, price: { amountMinor: '4900' } });
    expect(await standsOn(after)).toEqual({ code: 'PRO', version: 2, price: { amountMinor: '5900' } });
    const { pricing, metering } = world.app.modules.billing;
    const units = { requests: 2, rows: 1, deviceMs: 0 };
    expect(await pricing.priceOf(before.customerId, 'mdl_x', units)).toMatchObject({ price: '0.8' });
    expect(await pricing.priceOf(after.customerId, 'mdl_x', units)).toMatchObject({
      price: '0.246913578024',
    });
    expect(pricing.rateOf(after.customerId)).toEqual({ burst: 200, perSecond: 100 });
    expect(pricing.rateOf(before.customerId)).toBeUndefined();
    await metering.reserve(after.customerId, 50);
    await expect(metering.reserve(after.customerId, 1)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  });

  it('is refused with all its faults at once, and made by admins alone', async () => {
    const staff = await world.staff();
    const wrong = {
      currency: 'EUR',
      priceMinor: '9223372036854775808',
      prices: [PRO.prices[0], PRO.prices[0]],
    };
    const { payload, errors } = await publish(staff, wrong, 'wrong');
    expect(payload.plan).toBeNull();
    expect(errors.map(({ path }) => path!.join('.'))).toEqual([
      'input.priceMinor',
      'input.currency',
      'input.prices',
      'input.prices.1',
    ]);
    for (const person of [await world.staff('ANALYST'), await world.customer()]) {
      const text = 'mutation ($input: PlanPublishInput!) { planPublish(input: $input) { plan { id } } }';
      const { errors: refused } = await person.client.send(text, { input: { ...PRO, idempotencyKey: 'k' } });
      expect(refused).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it.each([
    ['YEN', 'JPY', '4901', '4901 JPY'],
    ['DINAR', 'KWD', '14990', '14.990 KWD'],
  ])('%s is sold in minor units of %s as they are, from the price to the invoice', async (...money) => {
    const [code, currency, priceMinor, shown] = money;
    const staff = await world.staff();
    expect((await publish(staff, { code, currency, priceMinor }, code)).errors).toEqual([]);
    const owner = await subscribed(world, code);
    const { invoices } = await standing(owner);
    expect(invoices.nodes.map(({ total }) => total.formatted)).toEqual([shown]);
    expect(await standsOn(owner)).toMatchObject({ code, price: { amountMinor: priceMinor } });
    if (currency !== 'KWD') return;
    const odd = await publish(staff, { code, currency, priceMinor: '14995' }, 'odd');
    expect(odd.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'priceMinor'] }]);
    const input = {
      invoiceId: invoices.nodes[0]!.id,
      amountMinor: '5',
      reason: 'odd',
      idempotencyKey: 'odd',
    };
    expect((await staff.client.attempt('invoiceRefund', 'InvoiceRefundInput!', input)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'amountMinor'] },
    ]);
  });

  it('gets one number for each of two who publish at once', async () => {
    const [one, other] = [await world.staff(), await world.staff()];
    const code = { code: 'TEAM' };
    const both = await Promise.all([publish(one, code, 'team-a'), publish(other, code, 'team-b')]);
    expect(both.map(({ payload }) => payload.plan?.version).sort()).toEqual([1, 2]);
  });

  it('follows by itself where the one that is sold leaves units without a price', async () => {
    const { servicePool } = world.app.platform.database;
    await servicePool.query(
      `insert into plans (id, code, version, name, price_minor, currency, interval, sellable, grace_days, entitlement_terms, price_book, created_at)
       select $1, code, 7, name, price_minor, currency, interval, sellable, grace_days, entitlement_terms,
         '[{"unit": "REQUEST", "modelId": null, "unitAmount": "0.3"}]', created_at from plans where code = 'SCALE'`,
      [newId('pln', world.clock.now())],
    );
    const again = await startApp({
      config: testConfig(world.dataDir),
      databaseUrl: world.databaseUrl,
      clock: world.clock,
    });
    try {
      const client = new GraphqlClient(again.url);
      const { plans } = await client.ask<{ plans: { code: string; version: number; prices: object[] }[] }>(
        '{ plans { code version prices { unit unitAmount } } }',
      );
      expect(plans.find(({ code }) => code === 'SCALE')).toEqual({
        code: 'SCALE',
        version: 8,
        prices: [
          { unit: 'REQUEST', unitAmount: '0.3' },
          { unit: 'CACHED_REQUEST', unitAmount: '0.06' },
          { unit: 'PROMPT_TOKEN', unitAmount: '0.00006' },
          { unit: 'COMPLETION_TOKEN', unitAmount: '0.00025' },
        ],
      });
    } finally {
      await again.close();
    }
  });
});

describe('another customer’s', () => {
  it('subscription cannot be told from one that does not exist', async () => {
    const owner = await world.customer();
    const stranger = await world.customer();
    const { customer } = await owner.client.ask<{ customer: { subscription: { id: string } } }>(
      '{ customer { subscription { id } } }',
    );
    const find = (id: string) => stranger.client.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(await find(customer.subscription.id)).toEqual(await find(newId('sub', world.clock.now())));
    const theirs =
      'query ($id: ID!) { customer(by: { id: $id }) { subscription { id } invoices { nodes { id } } } }';
    expect(await stranger.client.ask(theirs, { id: owner.customerId })).toEqual({ customer: null });
  });
});
