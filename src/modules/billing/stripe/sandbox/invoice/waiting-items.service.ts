/** Credits and charges that wait for the next invoice: of changes of a subscription, or written by hand. */
import type { EventLog } from '../event/event-log';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type InvoiceItem, type Subscription } from '../store/wire';
import type { AppliedDiscount } from './discount-rule';
import type { LineDraft } from './line-draft';

export class WaitingItems {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** Those that the next invoice of a subscription takes up. */
  async linesFor(subscription: Subscription): Promise<LineDraft[]> {
    const items = await this.of(idOf(subscription.customer) ?? '');
    return this.asLines(
      items.filter(({ parent, currency }) => {
        const owner = parent?.subscription_details?.subscription;
        return currency === subscription.currency && (owner === undefined || owner === subscription.id);
      }),
    );
  }

  /** All that wait for a customer. */
  of(customer: string): Promise<InvoiceItem[]> {
    return this.store.all('invoiceitem', { customer, unset: 'invoice' });
  }

  async asLines(items: readonly InvoiceItem[]): Promise<LineDraft[]> {
    const lines: LineDraft[] = [];
    for (const item of items) {
      const price = idOf(item.pricing?.price_details?.price);
      lines.push({
        description: item.description ?? '',
        amount: item.amount,
        quantity: item.quantity,
        price: price ? await this.store.get('price', price) : null,
        period: item.period,
        subscriptionItem: item.parent?.subscription_details?.subscription_item ?? null,
        proration: item.proration,
        isDiscountable: item.discountable,
        discounts: await this.discountsOf(item),
        invoiceItem: item.id,
      });
    }
    return lines;
  }

  private async discountsOf({ discounts }: InvoiceItem): Promise<AppliedDiscount[]> {
    const applied: AppliedDiscount[] = [];
    for (const reference of discounts ?? []) {
      const discount = await this.store.get('discount', idOf(reference) ?? '');
      const coupon = await this.store.recall('coupon', idOf(discount.source.coupon) ?? '');
      if (coupon) applied.push({ discountId: discount.id, coupon });
    }
    return applied;
  }

  /** Keeps a line of a change until the next invoice. */
  async keep(subscription: Subscription, line: LineDraft, at: number): Promise<void> {
    const { price } = line;
    const item = await this.store.save<'invoiceitem'>({
      id: idFor('invoiceitem'),
      object: 'invoiceitem',
      amount: line.amount,
      currency: subscription.currency,
      customer: idOf(subscription.customer) ?? '',
      customer_account: null,
      date: at,
      description: line.description,
      discountable: line.isDiscountable ?? !line.proration,
      discounts: [],
      invoice: null,
      livemode: false,
      metadata: {},
      parent: {
        subscription_details: {
          subscription: subscription.id,
          ...(line.subscriptionItem !== null && { subscription_item: line.subscriptionItem }),
        },
        type: 'subscription_details',
      },
      period: { start: line.period.start, end: line.period.end },
      pricing: price && {
        price_details: { price: price.id, product: idOf(price.product) ?? '' },
        type: 'price_details',
        unit_amount_decimal: price.unit_amount_decimal,
      },
      proration: line.proration,
      quantity: line.quantity,
      quantity_decimal: String(line.quantity),
      tax_rates: [],
      test_clock: idOf(subscription.test_clock),
    });
    await this.events.record('invoiceitem.created', item, at);
  }
}
