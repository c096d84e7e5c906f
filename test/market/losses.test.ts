/** Where customers and leads are lost, and why: what they said when they asked to end, counted only of those who really left. */
import { click, pass, secondLook, signedIn, standing, subscribed } from '../billing/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Losses {
  readonly leadsWon: number;
  readonly leadsLost: number;
  readonly winRate: number | null;
  readonly reasons: readonly { reason: string | null; leads: number; customers: number; revenue: object }[];
  readonly unpaidCustomers: number;
  readonly unpaidRevenue: object;
}

const LOSSES = `query ($period: PeriodInput, $currency: String) { market(currency: $currency) { losses(period: $period) {
  leadsWon leadsLost winRate reasons { reason leads customers revenue { amountMinor } } unpaidCustomers
  unpaidRevenue { amountMinor } } } }`;
const HOUR_MS = 3_600_000;
/** Longer than any month: 31 days are one to the moment where it has as many, and what is renewed then is not told yet. */
const OVER_A_MONTH_MS = 32 * 24 * HOUR_MS;

describe('what is lost', () => {
  let world: World;
  let staff: Person;
  let owners: CustomerPerson[];
  let leads = 0;

  beforeAll(async () => {
    world = await startWorld();
    owners = [];
    for (let i = 0; i < 6; i++) owners.push(await subscribed(world, 'PRO'));
    await pass(world, OVER_A_MONTH_MS);
    staff = await world.staff();
  });
  afterAll(() => world.close());

  async function losses(variables: Record<string, unknown> = {}): Promise<Losses> {
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    return (await staff.client.ask<{ market: { losses: Losses } }>(LOSSES, variables)).market.losses;
  }
  async function cancel(owner: CustomerPerson, input: object): Promise<void> {
    const client = await signedIn(world, owner);
    await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', input, 'subscription { cancelAt }');
  }
  async function lead(closing: string, more: object): Promise<void> {
    const input = { organisation: 'Acme', email: `lead${++leads}@acme.test` };
    const made = await staff.client.mutate<{ lead: { id: string } }>(
      'leadCreate',
      'LeadCreateInput!',
      input,
      'lead { id }',
    );
    const close = { id: made.lead.id, ...more };
    await staff.client.mutate(
      closing,
      `${closing[0]!.toUpperCase()}${closing.slice(1)}Input!`,
      close,
      '__typename',
    );
  }
  it('is nothing at first', async () => {
    expect(await losses()).toMatchObject({
      leadsWon: 0,
      leadsLost: 0,
      winRate: null,
      reasons: [],
      unpaidCustomers: 0,
    });
  });

  it('is told by reason of those who left, not of those who only asked', async () => {
    await cancel(owners[0]!, { when: 'NOW', reason: 'PRICE' });
    await cancel(owners[1]!, { when: 'NOW', reason: 'MISSING_FEATURE' });
    await cancel(owners[2]!, { when: 'NOW' });
    // Thought better of it, and said another reason first.
    await cancel(owners[3]!, { reason: 'QUALITY' });
    expect((await losses()).reasons).toEqual([
      { reason: 'MISSING_FEATURE', leads: 0, customers: 1, revenue: { amountMinor: '4900' } },
      { reason: 'PRICE', leads: 0, customers: 1, revenue: { amountMinor: '4900' } },
      { reason: null, leads: 0, customers: 1, revenue: { amountMinor: '4900' } },
    ]);
  });

  it('takes the reason that was said last', async () => {
    await cancel(owners[3]!, { when: 'NOW', reason: 'PRICE' });
    const { reasons } = await losses();
    expect(reasons.find(({ reason }) => reason === 'PRICE')).toMatchObject({
      customers: 2,
      revenue: { amountMinor: '9800' },
    });
    expect(reasons.map(({ reason }) => reason)).not.toContain('QUALITY');
  });

  /** So long after a card failed. */
  async function becomeLate(owner: CustomerPerson, since: number): Promise<void> {
    const client = await signedIn(world, owner);
    const { portalUrl } = await client.mutate<{ portalUrl: string }>(
      'billingPortalCreate',
      'BillingPortalCreateInput!',
      {},
      'portalUrl',
    );
    await click(portalUrl, { act: 'card', card: 'chargeCustomerFail' });
    const { currentPeriodEnd } = (await standing({ ...owner, client })).subscription;
    await pass(world, Date.parse(currentPeriodEnd) - world.clock.millis() + since);
  }

  it('tells apart who did not pay, and gave no reason', async () => {
    const owner = owners[4]!;
    await becomeLate(owner, 2 * HOUR_MS);
    await world.app.platform.database.servicePool.query(
      "update plan_subscriptions set grace_ends_at = grace_ends_at - interval '30 days' where customer_id = $1",
      [owner.customerId],
    );
    await world.app.modules.billing.dun();
    await secondLook(world);
    staff = await world.staff();
    const { unpaidCustomers, unpaidRevenue, reasons } = await losses();
    expect([unpaidCustomers, unpaidRevenue]).toEqual([1, { amountMinor: '4900' }]);
    expect(reasons.reduce((sum, { customers }) => sum + customers, 0)).toBe(4);
  });

  it('tells them apart also where Stripe ended the plan before we did', async () => {
    await becomeLate(owners[5]!, 2 * HOUR_MS);
    await pass(world, 16 * 24 * HOUR_MS);
    staff = await world.staff();
    const { unpaidCustomers, reasons } = await losses();
    expect(unpaidCustomers).toBe(2);
    expect(reasons.reduce((sum, { customers }) => sum + customers, 0)).toBe(4);
  });

  it('sets lost leads beside lost customers, and the share that is won', async () => {
    await lead('leadLose', { reason: 'PRICE' });
    await lead('leadLose', { reason: 'COMPETITOR' });
    await lead('leadConvert', { customerId: (await world.customer()).customerId });
    const { leadsWon, leadsLost, winRate, reasons } = await losses();
    expect([leadsWon, leadsLost, winRate]).toEqual([1, 2, 1 / 3]);
    expect(reasons.find(({ reason }) => reason === 'PRICE')).toMatchObject({ leads: 1, customers: 2 });
    expect(reasons.find(({ reason }) => reason === 'COMPETITOR')).toMatchObject({ leads: 1, customers: 0 });
    const before = { period: { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' } };
    expect(await losses(before)).toMatchObject({ leadsWon: 0, leadsLost: 0, reasons: [] });
    expect((await losses({ currency: 'EUR' })).reasons.every(({ customers }) => customers === 0)).toBe(true);
  });

  it('is on the timeline of who asked', async () => {
    const query = `query ($id: ID!) { customer(by: { id: $id }) { timeline(filter: { kinds: [PLAN] }) { nodes { title } } } }`;
    const { customer } = await staff.client.ask<{ customer: { timeline: { nodes: { title: string }[] } } }>(
      query,
      {
        id: owners[1]!.customerId,
      },
    );
    expect(customer.timeline.nodes.map(({ title }) => title)).toContain(
      'Asked to end its plan (missing feature)',
    );
  });
});
