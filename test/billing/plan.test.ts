/** Plans and the FREE start: what everyone may see, and what nobody may see of others. */
import { newId } from '../../src/kernel/id';
import { startWorld, type World } from '../support/world';

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
      ],
      prices: [
        { unit: 'REQUEST', unitAmount: '0.4', currency: 'USD' },
        { unit: 'CACHED_REQUEST', unitAmount: '0.1', currency: 'USD' },
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
