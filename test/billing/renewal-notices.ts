/** What customers hear of a renewal before it is charged. */
import type { CustomerPerson, World } from '../support/world';
import { listening } from './money-house';
import { eventsOf, inDashboard, mails, pass, sendEvent, standing, subscribed } from './support';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Registers the tests. They move the clock by a year. */
export function renewalsAreTold(world: () => World): void {
  const YEARLY = {
    code: 'YEARLY',
    name: 'Yearly',
    priceMinor: '49900',
    currency: 'USD',
    interval: 'YEAR',
    sellable: true,
    overage: 'CHARGE',
    weight: 1,
    prices: ['REQUEST', 'CACHED_REQUEST', 'PROMPT_TOKEN', 'COMPLETION_TOKEN'].map((unit) => ({
      unit,
      unitAmount: '0',
    })),
    idempotencyKey: 'yearly',
  };
  const told = (owner: CustomerPerson) => eventsOf(world(), owner.customerId, 'invoice.upcoming');

  it('of a year is told of a week before, once, by event, mail and webhook, without word of it a little later; one that does not come or costs nothing is not', async () => {
    const staff = await world().staff();
    await staff.client.mutate('planPublish', 'PlanPublishInput!', YEARLY, 'plan { id }');
    const owner = await subscribed(world(), 'YEARLY');
    const [ending, guest] = [await subscribed(world(), 'YEARLY'), await subscribed(world(), 'YEARLY')];
    await ending.client.mutate(
      'subscriptionCancel',
      'SubscriptionCancelInput!',
      {},
      'subscription { status }',
    );
    const hook = await listening();
    await owner.client.mutate(
      'webhookEndpointCreate',
      'WebhookEndpointCreateInput!',
      { url: hook.url, events: ['INVOICE_UPCOMING'] },
      'webhookEndpoint { id }',
    );
    const { id, currentPeriodEnd, stripeCustomerId } = (await standing(owner)).subscription;
    const invited = (await standing(guest)).subscription;
    await inDashboard(world(), async (stripe) => {
      const { id: coupon } = await stripe.coupons.create({ percent_off: 100, duration: 'forever' });
      await stripe.subscriptions.update(invited.stripeSubscriptionId!, { discounts: [{ coupon }] });
    });
    const concerned = [
      stripeCustomerId,
      stripeCustomerId,
      invited.stripeCustomerId,
      (await standing(ending)).subscription.stripeCustomerId,
    ];
    await pass(world(), Date.parse(currentPeriodEnd) - world().clock.millis() - 8 * DAY);
    expect(await told(owner)).toEqual([]);
    await pass(world(), DAY + HOUR);
    for (const one of concerned)
      await sendEvent(world(), { type: 'invoice.upcoming', stripeCustomerId: one });
    await world().settle();
    await hook.close();
    expect(await told(owner)).toEqual(['invoice.upcoming']);
    const mail = mails(world(), owner);
    expect(mail.match(/Subject: Your subscription is renewed on/g)).toHaveLength(1);
    expect(mail).toContain(`On ${new Date(currentPeriodEnd).toISOString()} it is renewed by itself`);
    expect(mail).toContain('499.00 USD');
    expect(mail).toContain('subscriptionCancel');
    expect(hook.heard.map((body) => JSON.parse(body) as object)).toMatchObject([
      {
        type: 'invoice.upcoming',
        data: { subjectId: id, amountDueMinor: '49900', currency: 'USD', renewsAt: expect.any(String) },
      },
    ]);
    for (const one of [ending, guest]) {
      expect(await told(one)).toEqual([]);
      expect(mails(world(), one)).not.toContain('renewed');
    }

    // No word came of this one.
    const unheard = await subscribed(world(), 'YEARLY');
    const { currentPeriodEnd: itsEnd } = (await standing(unheard)).subscription;
    const lookOut = async () => {
      await world().app.platform.database.unitOfWork.run({ service: true }, () =>
        world().app.platform.jobs.enqueue('billing.find-renewals', {}),
      );
      await world().settle();
    };
    await pass(world(), Date.parse(currentPeriodEnd) - world().clock.millis() - 2 * DAY);
    await lookOut();
    expect(await told(unheard)).toEqual([]);

    // What was announced before is no news of the period that has begun since.
    const tooLate = { stripeCustomerId: stripeCustomerId!, announcedAt: world().clock.now().toISOString() };
    await pass(world(), 8 * DAY);
    await world().app.platform.database.unitOfWork.run({ service: true }, () =>
      world().app.platform.jobs.enqueue('billing.tell-renewal', tooLate),
    );
    await world().settle();
    for (const one of [ending, guest]) expect(await told(one)).toEqual([]);
    expect(await told(owner)).toEqual(['invoice.upcoming']);

    await pass(world(), Date.parse(itsEnd) - world().clock.millis() - 2 * DAY);
    await lookOut();
    await lookOut();
    expect(await told(unheard)).toEqual(['invoice.upcoming']);
  });
}
