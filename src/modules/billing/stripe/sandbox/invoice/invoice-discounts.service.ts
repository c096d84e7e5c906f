/** Which discounts hold for a subscription at an instant, what they leave of its prices, and when they are used up. */
import { amountOf, productIdOf } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Invoice, type Subscription } from '../store/wire';
import type { Debits } from './debits.service';
import { type AppliedDiscount, netOf } from './discount-rule';
import type { ProrationBasis } from './line-draft';

export class InvoiceDiscounts {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly debits: Debits,
  ) {}

  /** Those in force at an instant, or since an earlier one from which time is charged for now. */
  async inForce(subscription: Subscription, at: number, since = at): Promise<AppliedDiscount[]> {
    const applied: AppliedDiscount[] = [];
    for (const reference of subscription.discounts) {
      const discount = await this.store.find('discount', idOf(reference) ?? '');
      const coupon = discount && (await this.store.recall('coupon', idOf(discount.source.coupon) ?? ''));
      if (coupon && discount.start <= at && (discount.end === null || since < discount.end))
        applied.push({ discountId: discount.id, coupon, until: discount.end });
    }
    return applied;
  }

  /** What a change at an instant counts with: what was charged, and what would be. */
  async prorationBasis(subscription: Subscription, at: number): Promise<ProrationBasis> {
    const discounts = await this.inForce(subscription, at);
    return {
      debits: await this.debits.of(subscription),
      due: (items) => {
        const wanted = items.map(({ price, quantity = 1 }) => ({
          amount: amountOf(price, quantity),
          product: productIdOf(price),
        }));
        return new Map(netOf(wanted, discounts).map((amount, place) => [items[place]!.id, amount]));
      },
    };
  }

  /** A discount that is given once ends with the first invoice that it took something off. */
  async useUp(discounts: readonly AppliedDiscount[], invoice: Invoice): Promise<void> {
    const used = new Set((invoice.total_discount_amounts ?? []).map(({ discount }) => idOf(discount)));
    for (const { discountId, coupon } of discounts) {
      if (coupon.duration !== 'once' || !used.has(discountId)) continue;
      const discount = await this.store.get('discount', discountId);
      await this.store.save({ ...discount, end: invoice.created + 1 });
    }
  }

  /** The subscription without the discounts that are over, or were used up by an invoice of now. */
  async unspent(subscription: Subscription, at: number): Promise<Subscription> {
    const discounts: string[] = [];
    for (const reference of subscription.discounts) {
      const discount = await this.store.find('discount', idOf(reference) ?? '');
      if (discount && (discount.end === null || discount.end > at + 1)) discounts.push(discount.id);
    }
    return { ...subscription, discounts };
  }

  /** What the invoice has used up stands with its subscription no more. */
  async endWith({ discounts, parent }: Invoice, at: number): Promise<void> {
    const id = idOf(parent?.subscription_details?.subscription);
    const before = id && discounts.length > 0 ? await this.store.find('subscription', id) : undefined;
    if (!before) return;
    const after = await this.unspent(before, at);
    if (after.discounts.length === before.discounts.length) return;
    await this.store.save<'subscription'>(after);
    await this.events.record('customer.subscription.updated', after, at, before);
  }
}
