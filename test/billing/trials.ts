/** Trials: what they cost, who has one, what usage in them is, and what ends them. */
import type { World } from '../support/world';
import { checkout, click, mails, pass, rows, settleUsage, standing, usageOf } from './support';

const INPUT = 'SubscriptionChangeInput!';
const CHECKOUT = 'SubscriptionCheckoutCreateInput!';
const SHOWN = 'subscription { status }';

/** Registers the tests. */
export function trialsAreGiven(world: () => World): void {
  it('costs nothing, is granted once an account and once a card, and a second one is ended and told', async () => {
    const trial = { plan: 'PRO', trial: true };
    const first = await world().customer();
    await fetch((await click(await checkout(first, trial), { act: 'pay', card: 'mastercard' })).location!);
    const { subscription, invoices } = await standing(first);
    expect(subscription).toMatchObject({ status: 'TRIALING', plan: { code: 'PRO' } });
    expect(invoices.nodes).toMatchObject([{ status: 'PAID', total: { formatted: '0.00 USD' } }]);
    await first.client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', { when: 'NOW' }, SHOWN);
    const again = await first.client.attempt('subscriptionCheckoutCreate', CHECKOUT, trial);
    expect(again.errors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'trial'] }]);

    const second = await world().customer();
    await fetch((await click(await checkout(second, trial), { act: 'pay', card: 'mastercard' })).location!);
    await pass(world(), 1000);
    expect((await standing(second)).subscription.plan.code).toBe('FREE');
    expect(mails(world(), second)).toContain('Subject: Your trial has ended');
    await checkout(second, { plan: 'PRO' });
  });

  it('gives usage up to the limit of the plan: it costs nothing, burns no credits and counts to no cap', async () => {
    const owner = await world().customer();
    const { customerId, client } = owner;
    // Seats that nobody has paid yet bring nothing.
    const page = await checkout(owner, { plan: 'PRO', trial: true, quantity: 3 });
    await fetch((await click(page, { act: 'pay' })).location!);
    const staff = await world().staff();
    await staff.client.mutate(
      'creditGrant',
      'CreditGrantInput!',
      { customerId, amountMinor: '100', currency: 'USD', reason: 'Welcome', idempotencyKey: 'trial' },
      'grant { id }',
    );
    // Of who pays, a cap of nothing refuses everything that credits do not pay.
    await client.mutate('spendCapSet', 'SpendCapSetInput!', { amountMinor: '0', kind: 'HARD' }, 'kind');
    await world().settle();
    const { metering, pricing } = world().app.modules.billing;
    const reservation = await metering.reserve(customerId, 5);
    await settleUsage(world(), [await usageOf(world(), reservation)]);
    const seen = `{ customer { usage { charge { formatted } byUnit { unit quantity amount } }
      credits { balanceExact } spending { charged credited } entitlements { feature overage remaining } } }`;
    expect(await client.ask(seen)).toMatchObject({
      customer: {
        usage: {
          charge: { formatted: '0.00 USD' },
          byUnit: expect.arrayContaining([{ unit: 'REQUEST', quantity: '5', amount: '0' }]) as unknown,
        },
        credits: { balanceExact: '100' },
        spending: { charged: '0', credited: '0' },
        entitlements: expect.arrayContaining([
          { feature: 'inference.requests', overage: 'REFUSE', remaining: '99995' },
        ]) as unknown,
      },
    });
    await expect(metering.reserve(customerId, 99_996)).rejects.toThrow('100000');
    // The second after its end, whether or not Stripe's news have come.
    const { trialEndsAt } = (await standing(owner)).subscription;
    world().clock.advance(Date.parse(trialEndsAt!) - world().clock.millis());
    const units = { requests: 1, rows: 1, deviceMs: 1 };
    expect(await pricing.priceOf(customerId, 'mdl_test', units)).toMatchObject({ price: '0.4' });
    const after = await metering.reserve(customerId, 1);
    expect(after.periodStart.toISOString()).toBe(new Date(trialEndsAt!).toISOString());
    await settleUsage(world(), [await usageOf(world(), after)]);
    expect(
      await rows(world(), 'select remaining from credit_grants where customer_id = $1', [customerId]),
    ).toMatchObject([{ remaining: '99.6' }]);
  });

  it('goes on to its end when a change is planned for then', async () => {
    const owner = await world().customer();
    await fetch(
      (await click(await checkout(owner, { plan: 'PRO', trial: true }), { act: 'pay', card: 'amex' }))
        .location!,
    );
    // Sessions end while the clock is moved.
    const { client } = await world().apiKey(owner);
    const { trialEndsAt } = (await standing(owner)).subscription;
    const input = { plan: 'SCALE', when: 'PERIOD_END' };
    await owner.client.mutate('subscriptionChange', INPUT, input, SHOWN);
    const { subscription, invoices } = await standing(owner);
    expect(subscription).toMatchObject({ status: 'TRIALING', trialEndsAt, plan: { code: 'PRO' } });
    expect(invoices.nodes).toMatchObject([{ total: { formatted: '0.00 USD' } }]);
    await pass(world(), Date.parse(trialEndsAt!) - world().clock.millis() + 2 * 3_600_000);
    const after = await standing({ ...owner, client });
    expect(after.subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'SCALE' } });
    expect(after.invoices.nodes[0]).toMatchObject({ status: 'PAID', total: { formatted: '499.00 USD' } });
  });
}
