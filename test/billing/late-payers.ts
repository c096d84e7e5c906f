/** Payments that do not come: what becomes of the plan, and of those who are late beside one whose step cannot be taken. */
import type { CustomerPerson, World } from '../support/world';
import {
  click,
  eventsOf,
  mails,
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

/** Registers the tests. */
export function latePayersAreDunned(world: () => World): void {
  const stands = async (owner: CustomerPerson): Promise<object | undefined> =>
    (await rows(world(), STANDS, [owner.customerId]))[0];
  const becomeLate = (owner: CustomerPerson): Promise<object[]> =>
    rows(
      world(),
      `update plan_subscriptions set status = 'PAST_DUE', grace_ends_at = $2
       where customer_id = $1 and ended_at is null`,
      [owner.customerId, new Date(world().clock.millis() - DAY)],
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

  it('of one whose step cannot be taken keeps back nobody else’s, and is seen to when it can', async () => {
    const [broken, other] = [await subscribed(world()), await subscribed(world())];
    await pass(world(), 0);
    for (const owner of [broken, other]) await becomeLate(owner);
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
