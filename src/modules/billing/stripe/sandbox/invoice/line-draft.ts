/** The lines of an invoice before it is written: a period of an item, a trial, the two halves of a change. */
import { amountOf, priceText } from '../catalogue/price-rule';
import { tierParts } from '../catalogue/tier-rule';
import { remainingShare, type Span } from '../calendar/proration';
import type { AppliedDiscount } from './discount-rule';
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
  /** Taken off this line alone, before those of the whole invoice. */
  readonly discounts?: readonly AppliedDiscount[];
  /** The waiting invoice item that became this line. */
  readonly invoiceItem?: string;
}

/** Product id → name, for descriptions. */
export type ProductNames = ReadonlyMap<string, string>;

/** What was charged before for a time: what a credit goes back to, whatever the item costs now. */
export interface Debit {
  readonly price: Price;
  readonly quantity: number;
  /** Less its discounts. */
  readonly amount: number;
  readonly period: Span;
}

/** What the halves of a change count with. */
export interface ProrationBasis {
  /** Of an item by its id, the newest first. */
  readonly debits: ReadonlyMap<string, readonly Debit[]>;
  /** What items cost less the discounts that hold now. */
  readonly due: (items: readonly ItemTerms[]) => ReadonlyMap<string, number>;
}

export type ItemTerms = Pick<SubscriptionItem, 'id' | 'price' | 'quantity'>;

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
  const line = periodLine(item, period, names);
  return {
    ...line,
    description: `Free trial for ${line.quantity} × ${nameOf(item, names)}`,
    amount: 0,
  };
}

/**
 * What was charged for a time that is not used any more, debit by debit, from an instant on. Nothing is given back of what
 * was never charged. Source: Stripe's guide to prorations, credit prorations with flexible billing.
 */
export function creditLines(
  from: ItemTerms,
  at: number,
  { debits }: ProrationBasis,
  names: ProductNames,
): LineDraft[] {
  const lines: LineDraft[] = [];
  let until = Infinity;
  for (const debit of debits.get(from.id) ?? []) {
    const part = { start: Math.max(at, debit.period.start), end: Math.min(until, debit.period.end) };
    if (part.start >= part.end) continue;
    const share = shareOf(debit.amount, debit.period, part);
    const item = { ...from, price: debit.price, quantity: debit.quantity };
    lines.push(prorationLine(item, -share, part, 'Unused', names));
    until = part.start;
  }
  return lines;
}

/** What an item costs in a part of a period, of which the whole costs `cost`. */
export function debitLine(
  to: ItemTerms,
  cost: number,
  { whole, part }: { readonly whole: Span; readonly part: Span },
  names: ProductNames,
): LineDraft {
  return prorationLine(to, shareOf(cost, whole, part), part, 'Remaining', names);
}

function shareOf(amount: number, whole: Span, part: Span): number {
  return remainingShare(amount, whole, part.start) - remainingShare(amount, whole, part.end);
}

function prorationLine(
  item: ItemTerms,
  amount: number,
  period: Span,
  words: string,
  names: ProductNames,
): LineDraft {
  const full = periodLine(item, period, names);
  const times = full.quantity > 1 ? `${full.quantity} × ` : '';
  return {
    ...full,
    // Not the −0 of a share of nothing.
    amount: amount === 0 ? 0 : amount,
    description: `${words} time on ${times}${nameOf(item, names)} after ${day(period.start)}`,
    proration: true,
  };
}

function day(seconds: number): string {
  const format = { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(seconds * 1000));
}
