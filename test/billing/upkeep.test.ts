/** What billing sees to by itself: trials, late payers, webhooks that nobody can deal with, and a mirror that went wrong. */
import { CustomerSyncService } from '../../src/modules/billing/subscription/customer-sync.service';
import type { StripeReading } from '../../src/modules/billing/stripe/stripe-gateway';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';
import { latePayersAreDunned } from './late-payers';
import { renewalsAreTold } from './renewal-notices';
import {
  checkout,
  click,
  eventsOf,
  pass,
  reconciled,
  rows,
  sendEvent,
  standing,
  subscribed,
} from './support';

const HOUR = 3_600_000;
const SHOWN = 'subscription { status }';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const stripeIdOf = async (owner: CustomerPerson) => (await standing(owner)).subscription.stripeCustomerId!;

// A year passes here: before there are others whose months it would bring.
describe('a renewal', () => renewalsAreTold(() => world));

describe('a reading of Stripe', () => {
  it('that is older never overwrites a newer one, whichever answers first', async () => {
    const owner = await subscribed(world);
    // What its webhooks bring is written before: here only these two read.
    await pass(world, 0);
    const stripeCustomerId = await stripeIdOf(owner);
    const answers: ((reading: StripeReading) => void)[] = [];
    const written: unknown[] = [];
    const asked = (): Promise<void> => world.until(async () => answers.length > 0, 'Stripe to be asked');
    const sync = new CustomerSyncService(
      world.app.platform.database,
      world.clock,
      { write: async (_mirrored, reading) => void written.push(reading) },
      { read: () => new Promise((resolve) => answers.push(resolve)) },
    );
    const older = sync.syncCustomer(stripeCustomerId);
    await asked();
    const answerOlder = answers.pop()!;
    const newer = sync.syncCustomer(stripeCustomerId);
    await asked();
    const reading = (name: string) =>
      ({ name, subscriptions: [], invoices: [], creditPurchases: [] }) as StripeReading;
    answers.pop()!(reading('new'));
    await newer;
    answerOlder(reading('old'));
    await asked();
    answers.pop()!(reading('newest'));
    await older;
    expect(written).toEqual([reading('new'), reading('newest')]);
  });

  it('follows webhooks that come an hour late, twice and in any order, to what Stripe has', async () => {
    const { webhooks } = world.app.modules.billing.sandbox!;
    webhooks.hold();
    const owners = [await subscribed(world), await subscribed(world, 'SCALE')];
    for (const owner of owners)
      await owner.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, SHOWN);
    await click(await checkout(await world.customer(), { plan: 'PRO' }), { act: 'pay' });
    world.clock.advance(HOUR);
    expect(await webhooks.scatter({ seed: 7, doubled: 0.3 })).toBeGreaterThan(10);
    await world.settle();
    webhooks.release();
    expect(await reconciled(world, await world.staff())).toEqual([]);
    for (const owner of owners)
      expect(await eventsOf(world, owner.customerId, 'subscription.%')).toEqual([
        'subscription.started',
        'subscription.started',
        'subscription.updated',
      ]);
  });
});

describe('webhooks that nobody can deal with', () => {
  const EVENTS = `query ($state: StripeEventState) { stripeEvents(state: $state, first: 50) { nodes { id type failure parkedAt handledAt } } }`;
  interface Inbox {
    readonly stripeEvents: {
      readonly nodes: readonly { id: string; failure: string | null; handledAt: string | null }[];
    };
  }
  const inbox = async (staff: Person, state: string) =>
    (await staff.client.ask<Inbox>(EVENTS, { state })).stripeEvents.nodes;

  it('are parked with the reason, shown to staff alone, and dealt with by a button', async () => {
    const staff = await world.staff();
    const owner = await subscribed(world);
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    const { stripeSubscriptionId, stripeCustomerId } = (await standing(owner)).subscription;
    const become = (status: string) =>
      rows(world, `update stripe_sandbox_objects set body = jsonb_set(body, '{status}', $2) where id = $1`, [
        stripeSubscriptionId,
        JSON.stringify(status),
      ]);
    await become('haunted');
    await sendEvent(world, { id: 'evt_poison', stripeCustomerId });
    await world.settle();
    const parked = await inbox(staff, 'PARKED');
    expect(parked).toMatchObject([
      { failure: expect.stringContaining('haunted') as string, handledAt: null },
    ]);
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
    expect((await owner.client.send('{ stripeEvents { nodes { id } } }')).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );

    const replay = (id: string) =>
      staff.client.attempt('stripeEventReplay', 'StripeEventReplayInput!', { id }, 'stripeEvent { id }');
    await replay(parked[0]!.id);
    await world.settle();
    expect(await inbox(staff, 'PARKED')).toHaveLength(1);
    await become('active');
    expect((await replay(parked[0]!.id)).errors).toEqual([]);
    await world.settle();
    expect(await inbox(staff, 'PARKED')).toEqual([]);
    expect((await inbox(staff, 'HANDLED')).some(({ id }) => id === parked[0]!.id)).toBe(true);
    expect((await replay(owner.customerId)).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('and those that are nobody’s do not wait for ever', async () => {
    await sendEvent(world, { id: 'evt_stranger', stripeCustomerId: 'cus_of_another_shop' });
    await sendEvent(world, { id: 'evt_nobody', type: 'price.updated', stripeCustomerId: null });
    await world.settle();
    const waiting = `select event_id from stripe_inbox where handled_at is null`;
    expect(await rows(world, waiting, [])).toEqual([]);
  });
});

describe('the comparison with Stripe', () => {
  it('lists and puts right what is wrong, and the second one finds and writes nothing', async () => {
    const staff = await world.staff();
    const [changed, lost, gone] = [await subscribed(world), await subscribed(world), await subscribed(world)];
    await pass(world, 0);
    const [{ stripe: ours }] = (await rows<{ stripe: string }>(
      world,
      'select stripe_customer_id as stripe from billing_accounts where customer_id = $1',
      [lost.customerId],
    )) as [{ stripe: string }];
    await rows(
      world,
      `update plan_subscriptions set status = 'PAST_DUE', quantity = 9 where customer_id = $1 and ended_at is null`,
      [changed.customerId],
    );
    await rows(world, 'update invoices set total_minor = 1, tax_minor = 5 where customer_id = $1', [
      changed.customerId,
    ]);
    await rows(world, 'update billing_accounts set stripe_customer_id = null where customer_id = $1', [
      lost.customerId,
    ]);
    // A page of others came after it.
    await rows(
      world,
      `insert into stripe_sandbox_objects (id, kind, created, body)
       select id || n, kind, created + 1, body || jsonb_build_object('id', id || n, 'metadata', '{}'::jsonb)
       from stripe_sandbox_objects, generate_series(1, 100) n where id = $1`,
      [ours],
    );
    await rows(world, 'delete from invoices where customer_id = $1', [gone.customerId]);
    await rows(world, 'delete from plan_subscriptions where customer_id = $1 and ended_at is null', [
      gone.customerId,
    ]);
    const found = await reconciled(world, staff);
    const of = ({ customerId }: CustomerPerson) =>
      found.filter((one) => one.customerId === customerId).map(({ what }) => what);
    expect(of(changed)).toEqual([
      expect.stringMatching(/^sub_\w+: status, quantity differ$/),
      expect.stringMatching(/^in_\w+: taxMinor, totalMinor differ$/),
    ]);
    expect(of(lost)).toEqual([`${ours} was not known as theirs`]);
    expect(of(gone)).toEqual([
      expect.stringMatching(/^sub_\w+ is missing$/),
      expect.stringMatching(/^in_\w+ is missing$/),
    ]);
    expect(found.every(({ repaired }) => repaired)).toBe(true);
    for (const owner of [changed, lost, gone]) {
      const { subscription, invoices } = await standing(owner);
      expect(subscription).toMatchObject({ status: 'ACTIVE', quantity: 1, plan: { code: 'PRO' } });
      expect(invoices.nodes).toMatchObject([{ total: { formatted: '49.00 USD' } }]);
    }
    const writes = `select coalesce(sum(readings), 0)::text as readings, (select count(*)::int from outbox_events where type not like 'billing-reconciliation.%' and type not like 'job%') as events from billing_accounts`;
    const before = await rows(world, writes, []);
    expect(await reconciled(world, staff)).toEqual([]);
    expect(await rows(world, writes, [])).toEqual(before);
  });

  it('is for staff, also of one customer, and says of whom it could not read', async () => {
    const staff = await world.staff();
    const owner = await subscribed(world);
    await pass(world, 0);
    const { faults } = world.app.modules.billing.sandbox!;
    faults.bring({ kind: 'DOWN' }, { on: /^GET \/v1\/invoices/, times: Infinity });
    expect(await reconciled(world, staff, owner.customerId)).toMatchObject([
      {
        customerId: owner.customerId,
        what: expect.stringContaining('could not be compared') as string,
        repaired: false,
      },
    ]);
    faults.lift();
    const query = 'mutation { billingReconcile(input: {}) { errors { code } } }';
    expect((await owner.client.send(query)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const nobody = await staff.client.attempt('billingReconcile', 'BillingReconcileInput!', {
      customerId: staff.id,
    });
    expect(nobody.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });
});

describe('a payment that is late', () => latePayersAreDunned(() => world));
