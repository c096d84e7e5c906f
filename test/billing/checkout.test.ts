/** Subscribing, as a customer does it: a page at Stripe (the sandbox), a click, and back again; and what is done at Stripe itself. */
import type Stripe from 'stripe';
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { checkout, click, inDashboard, moves, sendEvent, standing, subscribed } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld({ accountUrl: 'https://app.example/account' });
});
afterAll(() => world.close());

const sql = async <R extends object>(text: string, values: unknown[]): Promise<R[]> =>
  (await world.app.platform.database.servicePool.query<R>(text, values)).rows;

/** Staff bill something by hand, to be paid within a month. */
async function billed(stripe: Stripe, customer: string): Promise<void> {
  await stripe.invoiceItems.create({ customer, amount: 700, currency: 'usd' });
  const terms = { collection_method: 'send_invoice', days_until_due: 30 } as const;
  const { id } = await stripe.invoices.create({
    customer,
    ...terms,
    pending_invoice_items_behavior: 'include',
  });
  await stripe.invoices.finalizeInvoice(id);
}

/** What keeps a customer from having so many seats. */
const seats = async (owner: CustomerPerson, quantity = 2): Promise<unknown> => {
  const { plan } = (await standing(owner)).subscription;
  const input = { plan: plan.code, quantity };
  return (await owner.client.attempt('subscriptionChange', 'SubscriptionChangeInput!', input)).errors;
};

describe('subscribing', () => {
  it('grants the plan when the person comes back, although no webhook has come', async () => {
    const { sandbox } = world.app.modules.billing;
    sandbox!.webhooks.hold();
    try {
      const owner = await world.customer();
      const page = await checkout(owner, { plan: 'PRO' });
      expect(await (await fetch(page)).text()).toContain('49.00');
      expect((await standing(owner)).subscription.plan.code).toBe('FREE');
      const { location } = await click(page, { act: 'pay' });
      const landing = await fetch(location!);
      expect(landing.status).toBe(200);
      expect(await landing.text()).toContain('Your account is on the plan Pro');
      expect(await standing(owner)).toMatchObject({
        subscription: { status: 'ACTIVE', quantity: 1, plan: { code: 'PRO' }, cancelAt: null },
        invoices: { nodes: [{ status: 'PAID', total: { formatted: '49.00 USD' } }] },
      });
    } finally {
      sandbox!.webhooks.release();
      await sandbox!.webhooks.flush();
      await world.settle();
    }
  });

  it('grants it by webhook alone when the person never comes back', async () => {
    const owner = await world.customer();
    await click(await checkout(owner, { plan: 'PRO' }), { act: 'pay' });
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
  });

  it('works anew for a customer whom somebody has deleted at Stripe, whether or not the news came', async () => {
    const { sandbox } = world.app.modules.billing;
    for (const isHeard of [true, false]) {
      const owner = await subscribed(world);
      const dead = (await standing(owner)).subscription.stripeCustomerId!;
      await inDashboard(world, (stripe) => billed(stripe, dead));
      await world.settle();
      expect(await seats(owner)).toMatchObject([{ code: 'PAYMENT_REQUIRED' }]);
      if (!isHeard) sandbox!.webhooks.hold();
      await inDashboard(world, ({ customers }) => customers.del(dead));
      await world.settle();
      await owner.client.mutate('billingPortalCreate', 'BillingPortalCreateInput!', {}, 'portalUrl');
      await fetch((await click(await checkout(owner, { plan: 'SCALE' }), { act: 'pay' })).location!);
      sandbox!.webhooks.release();
      await sandbox!.webhooks.flush();
      await world.settle();
      const { subscription, invoices } = await standing(owner);
      expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'SCALE' } });
      expect(subscription.stripeCustomerId).not.toBe(dead);
      // What the dead one still owed is heard of no more, and keeps nobody from changing.
      expect(invoices.nodes.map(({ status }) => status).sort()).toEqual(['OPEN', 'PAID', 'PAID']);
      expect(await seats(owner)).toEqual([]);
      const unknown = `update invoices set stripe_invoice_id = 'in_' || id where customer_id = $1 and status = 'OPEN'`;
      await sql(unknown, [owner.customerId]);
      expect(await seats(owner, 3)).toEqual([]);
      const entitled = '{ customer { entitlements { feature limit } } }';
      const { customer } = await owner.client.ask<{ customer: { entitlements: object[] } }>(entitled);
      expect(customer.entitlements).toContainEqual({ feature: 'inference.requests', limit: '6000000' });
    }
  });

  it('tells its story once, however often and in whatever order it is told', async () => {
    const owner = await subscribed(world);
    const { stripeCustomerId } = (await standing(owner)).subscription;
    for (const type of ['customer.subscription.deleted', 'invoice.paid', 'customer.subscription.created']) {
      await sendEvent(world, { type, stripeCustomerId });
    }
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
    expect(await moves(world, owner.customerId)).toEqual([
      'subscription.started FREE 0→0',
      'subscription.started PRO 0→4900',
    ]);
    const paid = await sql(
      `select data from outbox_events where customer_id = $1 and type = 'invoice.paid'`,
      [owner.customerId],
    );
    expect(paid).toMatchObject([{ data: { totalMinor: '4900', currency: 'USD' } }]);
    const open = await sql(
      'select 1 from stripe_inbox where stripe_customer_id = $1 and handled_at is null',
      [stripeCustomerId],
    );
    expect(open).toEqual([]);
  });

  it('changes nothing when the card is declined or the person leaves', async () => {
    const owner = await world.customer();
    const page = await checkout(owner, { plan: 'PRO' });
    expect((await click(page, { act: 'pay', card: 'chargeDeclined' })).status).toBe(402);
    const left = await click(page, { act: 'cancel' });
    expect(await (await fetch(left.location!)).text()).toContain('Nothing was bought');
    expect((await standing(owner)).subscription.plan.code).toBe('FREE');
  });

  it('offers two tabs the same page, and closes it when another plan is chosen', async () => {
    const owner = await world.customer();
    const [first, second] = await Promise.all([
      checkout(owner, { plan: 'PRO' }),
      checkout(owner, { plan: 'PRO' }),
    ]);
    expect(second).toBe(first);
    const other = await checkout(owner, { plan: 'SCALE' });
    expect(other).not.toBe(first);
    expect((await click(first, { act: 'pay' })).status).toBe(410);
    await fetch((await click(other, { act: 'pay' })).location!);
    expect((await standing(owner)).subscription.plan.code).toBe('SCALE');
  });

  it('is refused while a paid plan runs, with the subscription to change', async () => {
    const owner = await subscribed(world);
    const { errors } = await owner.client.attempt(
      'subscriptionCheckoutCreate',
      'SubscriptionCheckoutCreateInput!',
      { plan: 'SCALE' },
    );
    expect(errors).toMatchObject([{ __typename: 'Conflict', code: 'CONFLICT' }]);
  });

  it('answers a repeated key with the first result, also after it was paid, and refuses it for another plan', async () => {
    const owner = await world.customer();
    const key = { idempotencyKey: 'buy-1' };
    const page = await checkout(owner, { plan: 'PRO', ...key });
    await fetch((await click(page, { act: 'pay' })).location!);
    expect(await checkout(owner, { plan: 'PRO', ...key })).toBe(page);
    const { errors } = await owner.client.attempt(
      'subscriptionCheckoutCreate',
      'SubscriptionCheckoutCreateInput!',
      { plan: 'SCALE', ...key },
    );
    expect(errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  it('has one effect when the process dies between Stripe’s answer and our commit', async () => {
    const owner = await world.customer();
    const page = await checkout(owner, { plan: 'PRO' });
    await sql(
      `update plan_orders set status = 'PENDING', result = null, finished_at = null where customer_id = $1`,
      [owner.customerId],
    );
    expect(await checkout(owner, { plan: 'PRO' })).toBe(page);
    const sessions = await sql(
      `select 1 from stripe_sandbox_objects where kind = 'checkout.session' and body ->> 'client_reference_id' = $1`,
      [owner.customerId],
    );
    expect(sessions).toHaveLength(1);
  });

  it('says what is wrong with a plan that cannot be bought', async () => {
    const owner = await world.customer();
    const buy = async (plan: string): Promise<unknown> =>
      (await owner.client.attempt('subscriptionCheckoutCreate', 'SubscriptionCheckoutCreateInput!', { plan }))
        .errors;
    expect(await buy('FREE')).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'plan'] }]);
    expect(await buy('GOLD')).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'plan'] }]);
    expect(await buy('not a plan')).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'plan'] }]);
  });

  it('is for those who pay: a key and a stranger are refused', async () => {
    const owner = await world.customer();
    const key = await world.apiKey(owner);
    const query = `mutation { subscriptionCheckoutCreate(input: { plan: "PRO" }) { checkoutUrl } }`;
    expect((await key.client.send(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await world.client().send(query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('shows nothing to a visitor with an invented session', async () => {
    expect((await fetch(`${world.url}/billing/success?session_id=cs_invented`)).status).toBe(404);
    const unknown = await fetch(`${world.url}/billing/success`);
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain('<a href="https://app.example/account">To your account</a>');
  });
});

describe('the portal', () => {
  it('leads back to a page that looks by itself, and believes no visitor without proof', async () => {
    const owner = await subscribed(world);
    const { portalUrl } = await owner.client.mutate<{ portalUrl: string }>(
      'billingPortalCreate',
      'BillingPortalCreateInput!',
      {},
      'portalUrl',
    );
    const shown = await (await fetch(portalUrl)).text();
    const links = [...shown.matchAll(/href="([^"]*)"/g)].map(([, link]) => link!.replaceAll('&amp;', '&'));
    const invoice = links.find((link) => link.includes('/i/in_'))!;
    expect(await (await fetch(new URL(invoice, portalUrl))).text()).toContain('Invoice');
    const back = links.find((link) => link.includes('/billing/return'))!;
    expect((await fetch(back)).status).toBe(200);
    const forged = new URL(back);
    forged.searchParams.set('customer', (await world.customer()).customerId);
    expect((await fetch(forged)).status).toBe(404);
  });

  it.each([
    'return?customer=a&customer=b&proof=x',
    'return?customer=a&proof=x&proof=y',
    'success?session_id=a&session_id=b',
    'credits?session_id=a&session_id=b',
  ])('and the checkout lead nowhere where a thing is said twice: %s', async (visit) => {
    expect((await fetch(`${world.url}/billing/${visit}`)).status).toBe(404);
  });
});

describe('an end that was planned at Stripe for later', () => {
  it('comes after an end with the period that the customer asks for', async () => {
    const owner = await subscribed(world);
    const { stripeSubscriptionId, currentPeriodEnd } = (await standing(owner)).subscription;
    const later = Date.parse(currentPeriodEnd) / 1000 + 86_400;
    await inDashboard(world, (stripe) =>
      stripe.subscriptions.update(stripeSubscriptionId!, { cancel_at: later }),
    );
    await owner.client.mutate(
      'subscriptionCancel',
      'SubscriptionCancelInput!',
      {},
      'subscription { status }',
    );
    expect((await standing(owner)).subscription.cancelAt).toBe(currentPeriodEnd);
  });
});
