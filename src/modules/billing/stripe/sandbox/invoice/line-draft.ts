/** The lines of an invoice before it is written: a period of an item, a trial, the two halves of a change. */
import { amountOf, priceText } from '../catalogue/price-rule';
import { tierParts } from '../catalogue/tier-rule';
import { remainingShare, type Span } from '../calendar/proration';
import type { Price, SubscriptionItem } from '../store/wire';

export interface LineDraft {
  readonly description: string;
  readonly amount: number;
  readonly quantity: number;
  /** null for an amount that somebody wrote by hand. */
  readonly price: Price | null;
  readonly period: Span;
  /** null for what belongs to no item of a subscription. */
  readonly subscriptionItem: string | null;
  readonly proration: boolean;
  /** Default: whatever is no proration. */
  readonly isDiscountable?: boolean;
  /** The waiting invoice item that became this line. */
  readonly invoiceItem?: string;
}

/** Product id → name, for descriptions. */
export type ProductNames = ReadonlyMap<string, string>;

export interface NetAmounts {
  readonly paid: (amount: number) => number;
  readonly due: (amount: number) => number;
}

type ItemTerms = Pick<SubscriptionItem, 'id' | 'price' | 'quantity'>;

function nameOf({ price }: ItemTerms, names: ProductNames): string {
  return names.get(price.product as string) ?? 'Subscription';
}

/** One line for an item; one for each tier where the price has them. */
export function periodLines(
  item: ItemTerms,
  period: Span,
  names: ProductNames,
  metered?: number,
): LineDraft[] {
  const line = periodLine(item, period, names, metered);
  const parts = item.price.tiers ? tierParts(item.price, line.quantity) : [];
  if (parts.length === 0) return [line];
  return parts.map(({ tier, quantity, isFlat, amount }) => ({
    ...line,
    quantity,
    amount,
    description: isFlat
      ? `${nameOf(item, names)} (Tier ${tier}, flat fee)`
      : `${quantity} × ${nameOf(item, names)} (Tier ${tier})`,
  }));
}

export function periodLine(item: ItemTerms, period: Span, names: ProductNames, metered?: number): LineDraft {
  const quantity = metered ?? item.quantity ?? 1;
  return {
    description: `${quantity} × ${nameOf(item, names)} (at ${priceText(item.price)})`,
    amount: amountOf(item.price, quantity),
    quantity,
    price: item.price,
    period,
    subscriptionItem: item.id,
    proration: false,
  };
}

export function trialLine(item: ItemTerms, period: Span, names: ProductNames): LineDraft {
  return {
    ...periodLine(item, period, names),
    description: `Trial period for ${nameOf(item, names)}`,
    amount: 0,
  };
}

/** What was paid and is not used any more, and what is new for the rest: a credit and a charge. */
export function prorationLines(
  change: {
    readonly from?: ItemTerms;
    readonly to?: ItemTerms;
    readonly period: Span;
    readonly at: number;
    /** What an item costs less its discounts: `from` as it was paid, `to` as it would be. */
    readonly net: NetAmounts;
  },
  names: ProductNames,
): LineDraft[] {
  const { from, to, period, at, net } = change;
  const rest = { start: at, end: period.end };
  const line = (item: ItemTerms, sign: 1 | -1, words: string): LineDraft => {
    const full = periodLine(item, rest, names);
    const share = remainingShare((sign < 0 ? net.paid : net.due)(full.amount), period, at);
    const times = full.quantity > 1 ? `${full.quantity} × ` : '';
    return {
      ...full,
      amount: share === 0 ? 0 : sign * share,
      description: `${words} time on ${times}${nameOf(item, names)} after ${day(at)}`,
      proration: true,
    };
  };
  return [...(from ? [line(from, -1, 'Unused')] : []), ...(to ? [line(to, 1, 'Remaining')] : [])];
}

function day(seconds: number): string {
  const format = { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(seconds * 1000));
}
