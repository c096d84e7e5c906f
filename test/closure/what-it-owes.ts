/** What money and work do when an account closes: the last invoice once, credits only where that is said, work that was accepted. */
import {
  checkout,
  click,
  pass,
  rows,
  secondLook,
  settleUsage,
  standing,
  subscribed,
  usageOf,
} from '../billing/support';
import { PredictionOutcomes } from '../../src/modules/inference/durable/prediction-outcome.service';
import { billed, count } from '../inference/support';
import { runNow } from '../privacy/data-requests';
import { ROW } from '../support/hand-made-version';
import type { CustomerPerson, Person, World } from '../support/world';
import { close, reopen } from './support';

export function closingIsPaid(world: () => World, staff: () => Person): void {
  const seen = async (owner: CustomerPerson): Promise<{ plan: string; totals: string[] }> => {
    await world().app.modules.billing.sandbox!.webhooks.flush();
    await world().settle();
    const { subscription, invoices } = await standing(owner);
    return { plan: subscription.plan.code, totals: invoices.nodes.map(({ total }) => total.formatted) };
  };

  test('a paid plan ends with one invoice of all that was used, for the reason that was given', async () => {
    const owner = await subscribed(world());
    // Stripe counts usage by the minute: that of the one in which a plan began comes with the next.
    await pass(world(), 5 * 60_000);
    const reservation = await world().app.modules.billing.metering.reserve(owner.customerId, 500);
    await settleUsage(world(), [await usageOf(world(), reservation)]);
    expect((await seen(owner)).totals).toEqual(['49.00 USD']);
    expect((await close(owner, { reason: 'PRICE' })).errors).toEqual([]);
    const after = await seen(owner);
    expect(after).toEqual({ plan: 'FREE', totals: ['2.00 USD', '49.00 USD'] });
    await runNow(world(), 'closure.end-plans');
    await secondLook(world());
    expect(await seen(owner)).toEqual(after);
    const wishes = await rows(world(), 'select reason, unpaid from churn_wishes where customer_id = $1', [
      owner.customerId,
    ]);
    expect(wishes).toEqual([{ reason: 'PRICE', unpaid: false }]);
    // The plan does not come back by itself.
    expect(await reopen(owner)).toEqual([]);
    expect(await seen(owner)).toEqual(after);
  });

  test('on a page that was left open nobody pays any more, be it for a plan or for credits', async () => {
    const owner = await world().customer();
    const pages = [
      await checkout(owner, { plan: 'PRO' }),
      (
        await owner.client.mutate<{ checkoutUrl: string }>(
          'creditCheckoutCreate',
          'CreditCheckoutCreateInput!',
          { amountMinor: '2500', idempotencyKey: 'credits' },
          'checkoutUrl',
        )
      ).checkoutUrl,
    ];
    expect((await close(owner)).errors).toEqual([]);
    await world().settle();
    for (const page of pages) {
      expect(await (await fetch(page)).text()).toContain('This checkout is expired');
      expect((await click(page, { act: 'pay' })).location).toBeNull();
    }
    expect(await seen(owner)).toEqual({ plan: 'FREE', totals: [] });
  });

  test('what was paid for in the last moment is given back', async () => {
    const owner = await world().customer();
    const page = await checkout(owner, { plan: 'PRO' });
    const { faults } = world().app.modules.billing.sandbox!;
    faults.bring({ kind: 'FORBIDDEN' }, { on: /expire/, times: Infinity });
    expect((await close(owner)).errors).toEqual([]);
    await world().settle();
    faults.lift();
    expect((await click(page, { act: 'pay' })).location).not.toBeNull();
    expect(await seen(owner)).toEqual({ plan: 'PRO', totals: ['49.00 USD'] });
    await runNow(world(), 'closure.end-plans');
    expect(await seen(owner)).toEqual({ plan: 'FREE', totals: ['49.00 USD'] });
    const invoices = 'select total_minor = refunded_minor as back from invoices where customer_id = $1';
    expect(await rows(world(), invoices, [owner.customerId])).toEqual([{ back: true }]);
    await runNow(world(), 'closure.end-plans');
    expect(await seen(owner)).toMatchObject({ totals: ['49.00 USD'] });
  });

  test('an end that Stripe did not take is asked for again, and keeps nobody from closing', async () => {
    const owner = await subscribed(world());
    const { faults } = world().app.modules.billing.sandbox!;
    faults.bring({ kind: 'FORBIDDEN' }, { on: /^DELETE /, times: Infinity });
    expect((await close(owner)).errors).toEqual([]);
    await world().settle();
    faults.lift();
    await runNow(world(), 'closure.end-plans');
    expect(await seen(owner)).toMatchObject({ plan: 'FREE' });
  });

  test('credits that were paid for are lost only where that is said, and not before the data go', async () => {
    const owner = await world().customer();
    const credits = {
      customerId: owner.customerId,
      amountMinor: '500',
      currency: 'USD',
      source: 'PURCHASED',
      reason: 'Bought',
      idempotencyKey: owner.customerId,
    };
    await staff().client.mutate('creditGrant', 'CreditGrantInput!', credits, 'grant { id }');
    const { errors } = await close(owner);
    expect(errors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'forfeitCredits'], message: expect.stringContaining('5.00 USD') },
    ]);
    expect((await close(owner, { forfeitCredits: true })).errors).toEqual([]);
    await reopen(owner);
    const left = 'select remaining::float8 as remaining from credit_grants where customer_id = $1';
    expect(await rows(world(), left, [owner.customerId])).toEqual([{ remaining: 500 }]);
  });

  test('an invoice that is open stays owed, and keeps nobody', async () => {
    const owner = await subscribed(world());
    // Whatever is told of it has come: no reading mends what is made up here.
    await seen(owner);
    await rows(world(), `update invoices set status = 'OPEN' where customer_id = $1`, [owner.customerId]);
    const { payload, errors } = await close(owner);
    expect([errors, payload.openInvoices]).toEqual([[], 1]);
  });

  test('a prediction that was accepted and not begun fails, and is not billed', async () => {
    const owner = await world().customer();
    const key = await world().apiKey(owner);
    const begin = PredictionOutcomes.prototype.begin;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const held = jest.spyOn(PredictionOutcomes.prototype, 'begin').mockImplementationOnce(async function (
      this: PredictionOutcomes,
      ...asked
    ) {
      await gate;
      return begin.apply(this, asked);
    });
    const before = await billed(world());
    const { prediction } = await key.client.mutate<{ prediction: { id: string } }>(
      'predictionCreate',
      'PredictionCreateInput!',
      { deployment: 'wages', rows: ROW },
      'prediction { id }',
    );
    expect((await close(owner)).errors).toEqual([]);
    open();
    await world().settle();
    held.mockRestore();
    const { node } = await owner.client.ask<{ node: object }>(
      'query ($id: ID!) { node(id: $id) { ... on Prediction { status error { code } } } }',
      { id: prediction.id },
    );
    expect(node).toEqual({ status: 'FAILED', error: { code: 'ACCOUNT_CLOSING' } });
    expect(await billed(world())).toBe(before);
    expect(
      await count(world(), 'select count(*)::int as count from inferences where customer_id = $1', [
        owner.customerId,
      ]),
    ).toBe(0);
  });
}
