/** What was charged for the items of a subscription: on its invoices, and among what still waits for one. */
import { isMetered } from '../catalogue/price-rule';
import type { ObjectStore } from '../store/object-store';
import { idOf, type InvoiceLine, type Subscription } from '../store/wire';
import type { Debit } from './line-draft';
import type { WaitingItems } from './waiting-items.service';

interface Charged extends Debit {
  readonly item: string;
  readonly proration: boolean;
  /** The invoice that it stands on; null while it waits. */
  readonly invoice: string | null;
  /** Nobody owes it any more. */
  readonly isVoid: boolean;
}

export class Debits {
  constructor(
    private readonly store: ObjectStore,
    private readonly waiting: WaitingItems,
  ) {}

  /** Of each item by its id, the newest first. */
  async of(subscription: Subscription): Promise<Map<string, Debit[]>> {
    const debits = new Map<string, Charged[]>();
    for (const charged of await this.charged(subscription)) {
      if (isMetered(charged.price) || charged.isVoid) continue;
      const earlier = debits.get(charged.item) ?? [];
      const [last, ...rest] = earlier;
      debits.set(
        charged.item,
        last && isPartOf(last, charged)
          ? [{ ...last, amount: last.amount + charged.amount }, ...rest]
          : [charged, ...earlier],
      );
    }
    return debits;
  }

  /** Of each metered item by its id: the instant until which its usage is on an invoice, or waits for one. */
  async usageBilledUntil(subscription: Subscription): Promise<Map<string, number>> {
    const until = new Map<string, number>();
    for (const { item, price, period } of await this.charged(subscription))
      if (isMetered(price)) until.set(item, Math.max(until.get(item) ?? 0, period.end));
    return until;
  }

  /** Oldest first. */
  private async charged(subscription: Subscription): Promise<Charged[]> {
    const charged: Charged[] = [];
    for (const invoice of await this.store.all('invoice', { parent: subscription.id })) {
      for (const line of invoice.lines.data) {
        const details = line.parent?.subscription_item_details;
        const price = idOf(line.pricing?.price_details?.price);
        if (!details?.subscription_item || !price || line.amount < 0) continue;
        charged.push({
          item: details.subscription_item,
          price: await this.store.get('price', price),
          quantity: line.quantity ?? 1,
          amount: netOfDiscounts(line),
          period: line.period,
          proration: details.proration,
          invoice: invoice.id,
          isVoid: invoice.status === 'void',
        });
      }
    }
    for (const line of await this.waiting.linesFor(subscription)) {
      const { subscriptionItem: item, price, amount, quantity, period, proration } = line;
      if (item !== null && price && amount >= 0)
        charged.push({ item, price, quantity, amount, period, proration, invoice: null, isVoid: false });
    }
    const items = new Map(subscription.items.data.map((item) => [item.id, item]));
    return charged.map((one) =>
      one.price.tiers ? { ...one, quantity: items.get(one.item)?.quantity ?? one.quantity } : one,
    );
  }
}

/** The tiers of a price are lines of their own, and one debit. */
function isPartOf(one: Charged, other: Charged): boolean {
  return (
    !one.proration &&
    !other.proration &&
    one.invoice === other.invoice &&
    one.price.id === other.price.id &&
    one.period.start === other.period.start &&
    one.period.end === other.period.end
  );
}

function netOfDiscounts({ amount, discount_amounts }: InvoiceLine): number {
  return (discount_amounts ?? []).reduce((left, { amount: off }) => left - off, amount);
}
