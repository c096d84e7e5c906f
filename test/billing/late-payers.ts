/** Payments that do not come: what becomes of the plan, and of those who are late beside one whose step cannot be taken. */
import { SERVICE } from '../../src/platform/database';
import type { CustomerPerson, World } from '../support/world';
import {
  checkout,
  click,
  eventsOf,
  mails,
  moves,
  pass,
  poisoned,
  rows,
  secondLook,
  signedIn,
  standing,
  subscribed,
} from './support';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STANDS = `select s.status, p.code from plan_subscriptions s join plans p on p.id = s.plan_id
  where s.customer_id = $1 and ended_at is null`;

const ENDS = `select job_id as id, status from plan_orders where customer_id = $1 and kind = 'END_UNPAID'`;

/** Registers the tests. */
export function latePayersAreDunned(world: () => World): void {
  const stands = async (owner: CustomerPerson): Promise<object | undefined> =>
    (await rows(world(), STANDS, [owner.customerId]))[0];
  const ago = (ms: number): Date => new Date(world().clock.millis() - ms);
  const becomeLate = (owner: CustomerPerson, since: Date): Promise<object[]> =>
    rows(
      world(),
      `update plan_subscriptions set status = 'PAST_DUE', grace_ends_at = $2
       where customer_id = $1 and ended_at is null`,
      [owner.customerId, since],
    );

  it('keeps service for the days of grace, then reading, then leads to FREE, each told once', async () => {
    const owner = await subscribed(world());
    const change = async () =>
      (
        await (
          await signedIn(world(), owner)
        ).attempt('subscriptionChange', 'SubscriptionChangeInput!', { plan: 'SCALE' })
      ).errors;
    const { portalUrl } = await owner.client.mutate<{ portalUrl: string }>(
      'billingPortalCreate',
      'BillingPortalCreateInput!',
      {},
      'portalUrl',
    );
    await click(portalUrl, { act: 'card', card: 'chargeCustomerFail' });
    const { currentPeriodEnd } = (await standing(owner)).subscription;
    await pass(world(), Date.parse(currentPeriodEnd) - world().clock.millis() + 2 * HOUR);
    expect(await stands(owner)).toMatchObject({ status: 'PAST_DUE', code: 'PRO' });
    const { metering, dun } = world().app.modules.billing;
    metering.release(await metering.reserve(owner.customerId, 1));
    await expect(change()).resolves.toMatchObject([{ code: 'PAYMENT_REQUIRED' }]);
    await dun();
    expect(mails(world(), owner)).toContain('Subject: A payment did not come through');

    await pass(world(), 7 * DAY);
    await dun();
    await dun();
    await world().settle();
    expect(await stands(owner)).toMatchObject({ status: 'PAST_DUE', code: 'PRO' });
    expect(mails(world(), owner)).toContain('Subject: Your account can be read, and runs nothing');
    await expect(metering.reserve(owner.customerId, 1)).rejects.toMatchObject({ code: 'PAYMENT_REQUIRED' });

    await rows(
      world(),
      `update plan_subscriptions set grace_ends_at = grace_ends_at - interval '14 days' where customer_id = $1`,
      [owner.customerId],
    );
    await dun();
    await secondLook(world());
    expect(await stands(owner)).toMatchObject({ code: 'FREE' });
    expect(mails(world(), owner)).toContain('Subject: Your plan has ended');
    expect(await eventsOf(world(), owner.customerId, 'subscription.%')).toEqual([
      'subscription.started',
      'subscription.started',
      'subscription.updated',
      'subscription.payment-late',
      'subscription.read-only',
      'subscription.given-up',
      'subscription.canceled',
      'subscription.started',
    ]);
  });

  it('and is the first one, after a trial, counts for nothing until it comes', async () => {
    const owner = await world().customer();
    const page = await checkout(owner, { plan: 'PRO', trial: true });
    await fetch((await click(page, { act: 'pay', card: 'chargeCustomerFail' })).location!);
    const { trialEndsAt } = (await standing(owner)).subscription;
    await pass(world(), Date.parse(trialEndsAt!) - world().clock.millis() + 2 * HOUR);
    expect(await stands(owner)).toEqual({ status: 'PAST_DUE', code: 'PRO' });
    expect(await moves(world(), owner.customerId)).toEqual([
      'subscription.started FREE 0→0',
      'subscription.started PRO 0→0',
    ]);
  });

  it('that arrives while the late are gone through is told of no more', async () => {
    const owner = await subscribed(world());
    await pass(world(), 0);
    const before = await eventsOf(world(), owner.customerId, 'subscription.%');
    const late = `set status = 'PAST_DUE', grace_ends_at = now() - interval '1 day'`;
    await rows(world(), `update plan_subscriptions ${late} where customer_id = $1 and ended_at is null`, [
      owner.customerId,
    ]);
    const sync = await world().app.platform.database.servicePool.connect();
    try {
      await sync.query('begin');
      await sync.query('select from billing_accounts where customer_id = $1 for update', [owner.customerId]);
      const dunned = world().app.modules.billing.dun();
      const waits = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await world().until(async () => (await rows(world(), waits, [])).length > 0, 'the job to wait');
      const paid = `set status = 'ACTIVE', grace_ends_at = null`;
      await sync.query(`update plan_subscriptions ${paid} where customer_id = $1 and ended_at is null`, [
        owner.customerId,
      ]);
      await sync.query('commit');
      await dunned;
    } finally {
      sync.release();
    }
    expect(await eventsOf(world(), owner.customerId, 'subscription.%')).toEqual(before);
  });

  it('is ended again a day after an order to end it was given up, and not before', async () => {
    const owner = await subscribed(world());
    await pass(world(), 0);
    const since = ago(60 * DAY);
    await becomeLate(owner, since);
    const { dun } = world().app.modules.billing;
    const orders = async (): Promise<string[]> =>
      (await rows<{ status: string }>(world(), ENDS, [owner.customerId])).map(({ status }) => status);
    const { faults } = world().app.modules.billing.sandbox!;
    faults.bring({ kind: 'DOWN' }, { on: /^GET \/v1\/subscriptions/, times: Infinity });
    try {
      await dun();
      expect(await orders()).toEqual(['PENDING']);
      const jobs = world().app.platform.jobs;
      const [order] = await rows<{ id: string }>(world(), `${ENDS} and status = 'PENDING'`, [
        owner.customerId,
      ]);
      await world().app.platform.database.unitOfWork.run(SERVICE, () => jobs.cancel(order!.id));
      await world().until(async () => (await orders())[0] === 'REFUSED', 'the order to be given up');
    } finally {
      faults.lift();
    }
    await world().settle();
    // What was being tried meanwhile may have read it as paid, which it is at Stripe.
    await becomeLate(owner, since);
    await dun();
    expect(await orders()).toEqual(['REFUSED']);
    world().clock.advance(DAY);
    await dun();
    expect((await orders())[0]).toBe('REFUSED');
    expect(await orders()).toHaveLength(2);
    await world().settle();
    expect(await eventsOf(world(), owner.customerId, 'subscription.given-up')).toHaveLength(1);
  });

  it('of one whose step cannot be taken keeps back nobody else’s, and is seen to when it can', async () => {
    const [broken, other] = [await subscribed(world()), await subscribed(world())];
    await pass(world(), 0);
    for (const owner of [broken, other]) await becomeLate(owner, ago(DAY));
    const told = ({ customerId }: CustomerPerson) => eventsOf(world(), customerId, 'subscription.read-only');
    const { dun } = world().app.modules.billing;
    const heal = await poisoned(world(), 'dunning_steps', broken.customerId);
    await expect(dun()).rejects.toThrow('could not be taken, 1 times');
    expect([await told(broken), await told(other)]).toEqual([[], ['subscription.read-only']]);
    await heal();
    await dun();
    expect([await told(broken), await told(other)]).toEqual([
      ['subscription.read-only'],
      ['subscription.read-only'],
    ]);
  });
}
