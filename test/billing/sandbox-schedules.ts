/** What the sandbox promises of schedules, to the cent and the second, by the real client. */
import type Stripe from 'stripe';
import { itemOf, type SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = 1775001600;
const END = 1777593600;

/** Registers the tests. */
export function schedulesHold(house: () => SandboxHouse): void {
  const retrieved = (id: string): Promise<Stripe.Subscription> => house().stripe.subscriptions.retrieve(id);

  describe('a schedule', () => {
    it('downgrades at the end of the period and then lets go', async () => {
      const { subscription, clock } = await house().subscribe(START, 2000, {}, { quantity: 3 });
      const { id, phases } = await house().stripe.subscriptionSchedules.create({
        from_subscription: subscription.id,
      });
      const price = itemOf(subscription).price.id;
      const lower = await house().price(1000);
      const planned = await house().stripe.subscriptionSchedules.update(id, {
        end_behavior: 'release',
        phases: [
          { items: [{ price, quantity: 3 }], start_date: phases[0]!.start_date, end_date: END },
          { items: [{ price: lower, quantity: 1 }], duration: { interval: 'month', interval_count: 1 } },
        ],
      });
      expect(planned).toMatchObject({ status: 'active', current_phase: { end_date: END } });
      expect((await retrieved(subscription.id)).schedule).toBe(id);
      await expect(
        house().stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }),
      ).rejects.toMatchObject({ statusCode: 400 });
      await house().advance(clock, END - 1);
      expect(itemOf(await retrieved(subscription.id)).price.id).toBe(price);
      await house().advance(clock, END + HOUR);
      expect(itemOf(await retrieved(subscription.id))).toMatchObject({ price: { id: lower }, quantity: 1 });
      expect((await house().invoicesOf(subscription.id))[0]).toMatchObject({ total: 1000, status: 'paid' });
      await house().advance(clock, END + 32 * DAY);
      const released = await house().stripe.subscriptionSchedules.retrieve(id);
      expect(released).toMatchObject({ status: 'released', released_subscription: subscription.id });
      expect(await retrieved(subscription.id)).toMatchObject({ status: 'active', schedule: null });
    });

    it('plans nothing that could not be when its time comes', async () => {
      const { subscription } = await house().subscribe(START, 2000);
      const { id, phases } = await house().stripe.subscriptionSchedules.create({
        from_subscription: subscription.id,
      });
      const price = itemOf(subscription).price.id;
      const other = async (currency: string, interval: 'month' | 'year'): Promise<string> => {
        const product_data = { name: 'Other' };
        const terms = { currency, unit_amount: 900, recurring: { interval }, product_data };
        return (await house().stripe.prices.create(terms)).id;
      };
      for (const wrong of [[price, await other('usd', 'year')], [await other('eur', 'month')]]) {
        const planned = house().stripe.subscriptionSchedules.update(id, {
          phases: [
            { items: [{ price }], start_date: phases[0]!.start_date, end_date: END },
            { items: wrong.map((one) => ({ price: one })) },
          ],
        });
        await expect(planned).rejects.toMatchObject({ statusCode: 400 });
      }
    });

    it('keeps the discounts that a phase names, and takes away those that it does not', async () => {
      const { id: coupon } = await house().stripe.coupons.create({ percent_off: 10, duration: 'forever' });
      const { subscription } = await house().subscribe(START, 2000, { discounts: [{ coupon }] });
      const [discount] = subscription.discounts as string[];
      const { id, phases } = await house().stripe.subscriptionSchedules.create({
        from_subscription: subscription.id,
      });
      expect(phases[0]!.discounts).toMatchObject([{ coupon, discount }]);
      const phase = (more: object) => ({
        items: [{ price: itemOf(subscription).price.id, quantity: 1 }],
        start_date: phases[0]!.start_date,
        end_date: END,
        ...more,
      });
      await house().stripe.subscriptionSchedules.update(id, {
        phases: [phase({ discounts: [{ discount: discount! }] })],
      });
      expect((await retrieved(subscription.id)).discounts).toEqual([discount]);
      await house().stripe.subscriptionSchedules.update(id, { phases: [phase({})] });
      expect((await retrieved(subscription.id)).discounts).toEqual([]);
    });

    it('begins a subscription at its day, and can end it with its last phase', async () => {
      const { id: customer, clock } = await house().customer({ at: START });
      const begin = START + 5 * DAY;
      const schedule = await house().stripe.subscriptionSchedules.create({
        customer,
        start_date: begin,
        end_behavior: 'cancel',
        phases: [{ items: [{ price: await house().price(1500) }] }],
      });
      expect(schedule).toMatchObject({ status: 'not_started', subscription: null });
      await house().advance(clock, begin);
      const begun = await house().stripe.subscriptionSchedules.retrieve(schedule.id);
      expect(begun.status).toBe('active');
      await house().advance(clock, END + 5 * DAY);
      expect((await house().stripe.subscriptionSchedules.retrieve(schedule.id)).status).toBe('completed');
      expect((await retrieved(begun.subscription as string)).status).toBe('canceled');
      expect(await house().invoicesOf(begun.subscription as string)).toHaveLength(1);
    });
  });
}
