/** Changing, cancelling and looking after a paid plan: to the cent, paid before it is granted, one effect each. */
import { type CustomerPerson, startWorld, type World } from '../support/world';
import {
  checkout,
  click,
  inDashboard,
  moves,
  pass,
  rows,
  settleUsage,
  standing,
  subscribed,
  usageOf,
} from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INPUT = 'SubscriptionChangeInput!';
const SHOWN = 'subscription { status plan { code } cancelAt currentPeriodEnd }';

interface Preview {
  readonly preview: {
    readonly amountDue: { readonly formatted: string; readonly amountMinor: string };
    readonly lines: readonly {
      readonly description: string;
      readonly amount: { readonly amountMinor: string };
    }[];
    readonly prorationDate: string;
  };
}

const PREVIEW =
  'preview { amountDue { formatted amountMinor } lines { description amount { amountMinor } } prorationDate }';

describe('a higher plan', () => {
  it('costs what the preview said, and is granted once it is paid', async () => {
    const owner = await subscribed(world);
    const { preview } = await owner.client.mutate<Preview>(
      'subscriptionChangePreview',
      INPUT,
      { plan: 'SCALE' },
      PREVIEW,
    );
    expect(preview.lines.map(({ amount }) => amount.amountMinor)).toEqual(['-4900', '49900']);
    expect(preview.amountDue.formatted).toBe('450.00 USD');
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
    const { subscription } = await owner.client.mutate<{ subscription: object }>(
      'subscriptionChange',
      INPUT,
      { plan: 'SCALE', prorationDate: preview.prorationDate, idempotencyKey: 'up' },
      SHOWN,
    );
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'SCALE' } });
    const { invoices } = await standing(owner);
    expect(invoices.nodes.map(({ total }) => total.formatted).sort()).toEqual(['450.00 USD', '49.00 USD']);
    await owner.client.mutate(
      'subscriptionChange',
      INPUT,
      { plan: 'SCALE', prorationDate: preview.prorationDate, idempotencyKey: 'up' },
      SHOWN,
    );
    await world.settle();
    expect((await standing(owner)).invoices.nodes).toHaveLength(2);
    expect(await moves(world, owner.customerId)).toEqual([
      'subscription.started FREE 0→0',
      'subscription.started PRO 0→4900',
      'subscription.changed SCALE 4900→49900',
    ]);
  });

  it('can be bought in the second in which the period began, though our clock is behind Stripe’s', async () => {
    const owner = await subscribed(world);
    const { stripeSubscriptionId: id } = (await standing(owner)).subscription;
    // It begins three seconds from now, as Stripe has it.
    await rows(
      world,
      `update stripe_sandbox_objects set body = regexp_replace(body::text, '("current_period_start": )[0-9]+', '\\1' || $2, 'g')::jsonb
       where id = $1`,
      [id, String(Math.floor(world.clock.millis() / 1000) + 3)],
    );
    const { preview } = await owner.client.mutate<Preview>(
      'subscriptionChangePreview',
      INPUT,
      { plan: 'SCALE' },
      PREVIEW,
    );
    const { prorationDate } = preview;
    expect(preview.amountDue.formatted).toBe('450.00 USD');
    await owner.client.mutate('subscriptionChange', INPUT, { plan: 'SCALE', prorationDate }, SHOWN);
    expect((await standing(owner)).subscription.plan.code).toBe('SCALE');
  });

  it('is charged once when the process dies between Stripe’s answer and our commit', async () => {
    const owner = await subscribed(world);
    const change = { plan: 'SCALE', idempotencyKey: 'once' };
    await owner.client.mutate('subscriptionChange', INPUT, change, SHOWN);
    await world.app.platform.database.servicePool.query(
      `update plan_orders set status = 'PENDING', result = null where customer_id = $1 and kind = 'CHANGE'`,
      [owner.customerId],
    );
    await owner.client.mutate('subscriptionChange', INPUT, change, SHOWN);
    expect((await standing(owner)).invoices.nodes).toHaveLength(2);
  });

  it('is not granted when the card is declined, and the person learns what to do', async () => {
    const owner = await world.customer();
    const page = await checkout(owner, { plan: 'PRO' });
    await fetch((await click(page, { act: 'pay' })).location!);
    const portal = await owner.client.mutate<{ portalUrl: string }>(
      'billingPortalCreate',
      'BillingPortalCreateInput!',
      {},
      'portalUrl',
    );
    await click(portal.portalUrl, { act: 'card', card: 'chargeCustomerFail' });
    const { errors } = await owner.client.attempt('subscriptionChange', INPUT, { plan: 'SCALE' });
    expect(errors).toMatchObject([{ __typename: 'PaymentRequired', code: 'PAYMENT_REQUIRED' }]);
    expect(await standing(owner)).toMatchObject({
      subscription: { status: 'ACTIVE', plan: { code: 'PRO' } },
      invoices: { nodes: [{ status: 'PAID' }] },
    });
  });

  it('is refused with a stale preview, where nothing changes, and without a paid one', async () => {
    const owner = await subscribed(world);
    const change = async (input: object): Promise<unknown> =>
      (await owner.client.attempt('subscriptionChange', INPUT, input)).errors;
    const stale = new Date(world.clock.millis() - 11 * 60_000).toISOString();
    expect(await change({ plan: 'SCALE', prorationDate: stale })).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'prorationDate'] },
    ]);
    expect(await change({ plan: 'PRO' })).toMatchObject([{ code: 'CONFLICT', path: ['input', 'plan'] }]);
    const free = await world.customer();
    const { errors } = await free.client.attempt('subscriptionChange', INPUT, { plan: 'SCALE' });
    expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
  });
});

const change = (owner: CustomerPerson, input: object) =>
  owner.client.mutate('subscriptionChange', INPUT, input, SHOWN);
const RESUME = 'SubscriptionResumeInput!';

const stands = async (owner: CustomerPerson): Promise<object | undefined> =>
  (await rows(world, STANDS, [owner.customerId]))[0];
const STANDS = `select s.status, p.code, s.quantity from plan_subscriptions s join plans p on p.id = s.plan_id
  where s.customer_id = $1 and ended_at is null`;

describe('a lower plan', () => {
  it('begins with the next period, costs nothing now, is shown until then, and leaves the customer its discount', async () => {
    const owner = await subscribed(world, 'SCALE');
    const { stripeSubscriptionId } = (await standing(owner)).subscription;
    await inDashboard(world, async (stripe) => {
      const { id: coupon } = await stripe.coupons.create({ percent_off: 10, duration: 'forever' });
      await stripe.subscriptions.update(stripeSubscriptionId!, { discounts: [{ coupon }] });
    });
    const { preview } = await owner.client.mutate<{ preview: { amountDue: object; startsAt: string } }>(
      'subscriptionChangePreview',
      INPUT,
      { plan: 'PRO' },
      'preview { amountDue { formatted } startsAt }',
    );
    const { currentPeriodEnd } = (await standing(owner)).subscription;
    expect(preview).toEqual({ amountDue: { formatted: '0.00 USD' }, startsAt: currentPeriodEnd });
    await change(owner, { plan: 'PRO', quantity: 2 });
    const { subscription, invoices } = await standing(owner);
    expect(subscription.plan.code).toBe('SCALE');
    expect(subscription.plannedChange).toEqual({ plan: { code: 'PRO' }, quantity: 2, at: currentPeriodEnd });
    expect(invoices.nodes).toHaveLength(1);

    await pass(world, Date.parse(currentPeriodEnd) - world.clock.millis() + 2 * HOUR);
    expect(await stands(owner)).toEqual({ status: 'ACTIVE', code: 'PRO', quantity: 2 });
    const totals = await rows(
      world,
      'select total_minor, status from invoices where customer_id = $1 order by created_at',
      [owner.customerId],
    );
    expect(totals).toEqual([
      { total_minor: '49900', status: 'PAID' },
      { total_minor: '8820', status: 'PAID' },
    ]);
  });

  it('that is planned can be taken back, and gives way to a higher one and to an end', async () => {
    const owner = await subscribed(world, 'SCALE');
    await change(owner, { plan: 'PRO' });
    await owner.client.mutate('subscriptionResume', RESUME, {}, SHOWN);
    expect((await standing(owner)).subscription.plannedChange).toBeNull();
    await change(owner, { plan: 'PRO' });
    await change(owner, { plan: 'SCALE', quantity: 2 });
    expect((await standing(owner)).subscription).toMatchObject({ quantity: 2, plannedChange: null });
    await change(owner, { plan: 'SCALE', quantity: 1 });
    await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, SHOWN);
    const { subscription } = await standing(owner);
    expect(subscription).toMatchObject({ plannedChange: null, cancelAt: subscription.currentPeriodEnd });
    await change(owner, { plan: 'PRO' });
    expect((await standing(owner)).subscription).toMatchObject({
      cancelAt: null,
      plannedChange: { quantity: 2 },
    });
  });

  it('leaves an end that is planned, and says so before and after, unless it is told to take it back', async () => {
    const owner = await subscribed(world);
    await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, SHOWN);
    const { cancelAt } = (await standing(owner)).subscription;
    const ends = async (input: object): Promise<string | null> =>
      (
        await owner.client.mutate<{ preview: { cancelAt: string | null } }>(
          'subscriptionChangePreview',
          'SubscriptionChangeInput!',
          input,
          'preview { cancelAt }',
        )
      ).preview.cancelAt;
    const higher = { plan: 'PRO', quantity: 2 };
    expect(cancelAt).not.toBeNull();
    expect(await ends(higher)).toBe(cancelAt);
    await change(owner, higher);
    expect((await standing(owner)).subscription).toMatchObject({ quantity: 2, cancelAt });
    const kept = { plan: 'SCALE', resume: true };
    expect(await ends(kept)).toBeNull();
    await change(owner, kept);
    const { subscription } = await standing(owner);
    expect(subscription).toMatchObject({ plan: { code: 'SCALE' }, cancelAt: null });
  });

  it('can begin at once where that is asked for: what was paid too much stays at Stripe as a balance', async () => {
    const owner = await subscribed(world, 'SCALE');
    await change(owner, { plan: 'PRO', when: 'NOW' });
    const { subscription, invoices } = await standing(owner);
    expect(subscription.plan.code).toBe('PRO');
    expect(invoices.nodes.map(({ total }) => total.formatted)).toContain('-450.00 USD');
  });
});

describe('cancelling', () => {
  it('ends the plan with the period that is paid for, and FREE follows', async () => {
    const owner = await subscribed(world);
    const { subscription } = await owner.client.mutate<{
      subscription: { status: string; cancelAt: string; currentPeriodEnd: string };
    }>('subscriptionCancel', 'SubscriptionCancelInput!', {}, SHOWN);
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'PRO' } });
    expect(subscription.cancelAt).toBe(subscription.currentPeriodEnd);
    await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, SHOWN);

    world.clock.advance(Date.parse(subscription.cancelAt) - world.clock.millis() + DAY);
    const { sandbox } = world.app.modules.billing;
    await sandbox!.tick();
    await sandbox!.webhooks.flush();
    await world.settle();
    const [state] = (
      await world.app.platform.database.servicePool.query<{ code: string }>(
        `select p.code from plan_subscriptions s join plans p on p.id = s.plan_id where s.customer_id = $1 and ended_at is null`,
        [owner.customerId],
      )
    ).rows;
    expect(state?.code).toBe('FREE');
    expect((await moves(world, owner.customerId)).slice(2)).toEqual([
      'subscription.canceled PRO 4900→0',
      'subscription.started FREE 0→0',
    ]);
  });

  it('at once is billed with what was used up to then, the running hour too', async () => {
    const owner = await subscribed(world);
    world.clock.advance(5 * MINUTE);
    const { metering, meter } = world.app.modules.billing;
    const reservation = await metering.reserve(owner.customerId, 500);
    await settleUsage(world, [await usageOf(world, reservation)]);
    await meter.flush();
    const ended = await owner.client.mutate(
      'subscriptionCancel',
      'SubscriptionCancelInput!',
      { when: 'NOW' },
      'customer { id subscription { plan { code } } }',
    );
    // Another subscription: what a client keeps of the customer leads to the one that has ended.
    const customer = { id: owner.customerId, subscription: { plan: { code: 'FREE' } } };
    expect(ended).toMatchObject({ customer });
    const { subscription, invoices } = await standing(owner);
    expect(subscription.plan.code).toBe('FREE');
    // 500 requests at 0.4 cents.
    expect(invoices.nodes.map(({ total }) => total.formatted)).toEqual(['2.00 USD', '49.00 USD']);
  });

  it('has nothing to end on FREE', async () => {
    const owner = await world.customer();
    const { errors } = await owner.client.attempt('subscriptionCancel', 'SubscriptionCancelInput!', {});
    expect(errors).toMatchObject([{ code: 'CONFLICT' }]);
  });
});
