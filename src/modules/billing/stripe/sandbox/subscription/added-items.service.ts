/**
 * What is sold once together with a subscription, a set-up for example: it waits for the next invoice of the subscription,
 * which for a new one is its first.
 */
import { amountOf, productIdOf } from '../catalogue/price-rule';
import type { WaitingItems } from '../invoice/waiting-items.service';
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import type { Price, Subscription } from '../store/wire';

export interface AddedItem {
  readonly price: Price;
  readonly quantity: number;
}

const MOST = 20;

export class AddedItems {
  constructor(
    private readonly store: ObjectStore,
    private readonly waiting: WaitingItems,
  ) {}

  async asked(parameters: Parameters): Promise<AddedItem[]> {
    const groups = parameters.groups('add_invoice_items');
    if (groups.length > MOST)
      throw badParameter('add_invoice_items', `You can add up to ${MOST} invoice items at a time.`);
    const items: AddedItem[] = [];
    for (const group of groups) {
      const param = group.name('price');
      const price = await this.store.get('price', group.required('price'), param);
      if (!price.active)
        throw badParameter(param, 'The price specified is inactive. This field only accepts active prices.');
      if (price.recurring)
        throw badParameter(
          param,
          'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
        );
      items.push({ price, quantity: group.count('quantity', 1) ?? 1 });
    }
    return items;
  }

  async keep(subscription: Subscription, items: readonly AddedItem[], at: number): Promise<void> {
    for (const { price, quantity } of items) {
      const { name } = await this.store.get('product', productIdOf(price));
      await this.waiting.keep(
        subscription,
        {
          description: name,
          amount: amountOf(price, quantity),
          quantity,
          price,
          period: { start: at, end: at },
          subscriptionItem: null,
          proration: false,
        },
        at,
      );
    }
  }
}
