/** What a change of items comes to: the items as they will be, and the credit and charge for the rest of the period. */
import { type Cadence, nextBoundary } from '../calendar/billing-cycle';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import {
  creditLines,
  debitLine,
  type LineDraft,
  periodLines,
  type ProductNames,
  type ProrationBasis,
  trialLine,
} from '../invoice/line-draft';
import type { Price, Subscription, SubscriptionItem } from '../store/wire';
import { currentPeriod, itemShape, type Metadata, planOf, restarted, withItems } from './subscription-shape';

/** One entry of `items` in an update: with an id it changes that item, without one it adds an item. */
export interface ItemChange {
  readonly id?: string;
  readonly price?: Price;
  readonly quantity?: number;
  readonly metadata?: Metadata;
  readonly deleted?: boolean;
}

export interface PlannedChange {
  readonly subscription: Subscription;
  /** Credits and charges for the rest of the period, for the waiting list or an invoice of their own. */
  readonly prorations: LineDraft[];
  /** Set when the cadence changed: the cycle begins anew, and its first period is charged at once. */
  readonly newCycle: LineDraft[] | undefined;
}

/** The instants and terms of a change. */
export interface ChangeTerms {
  readonly at: number;
  readonly prorationDate: number;
  /** The cycle begins anew now, whether the cadence changes or not. */
  readonly restarts: boolean;
  /** A trial ends now, or goes on until then. */
  readonly trialEnd?: number | 'now';
  readonly basis: ProrationBasis;
}

export function planChange(
  subscription: Subscription,
  changes: readonly ItemChange[],
  terms: ChangeTerms,
  names: ProductNames,
): PlannedChange {
  const { at, prorationDate, trialEnd, basis } = terms;
  const period = currentPeriod(subscription);
  const before = subscription.items.data;
  const after = changedItems(subscription, changes, at);
  const old = cadenceOf(before[0]!.price);
  const next = cadenceOf(after[0]?.price ?? before[0]!.price);
  const isFree = subscription.status === 'trialing';
  const unused = before
    .filter(({ price }) => !isFree && !isMetered(price))
    .flatMap((item) => creditLines(item, prorationDate, basis, names));
  if (typeof trialEnd === 'number') {
    const start = isFree ? period.start : at;
    const trial = restarted(withItems(subscription, after), { start, end: trialEnd, anchor: trialEnd });
    const trialing = { ...trial, status: 'trialing' as const, trial_end: trialEnd };
    const begun = { ...trialing, trial_start: isFree ? subscription.trial_start : at };
    // A trial that goes on is not written down again; one that begins is, with nothing to pay.
    const free = begun.items.data.filter(({ price }) => !isMetered(price));
    const trialLines = free.map((item) => trialLine(item, { start, end: trialEnd }, names));
    return { subscription: begun, prorations: unused, newCycle: isFree ? undefined : trialLines };
  }
  const endsTrial = isFree && trialEnd === 'now';
  const sameCadence = old.interval === next.interval && old.interval_count === next.interval_count;
  if (sameCadence && !endsTrial && !(terms.restarts && !isFree)) {
    const when = { period, at: prorationDate, basis };
    const prorations = isFree ? [] : differences(before, after, when, names);
    return { subscription: withItems(subscription, after), prorations, newCycle: undefined };
  }
  if (isFree && !endsTrial) {
    // A trial stays as long as it was promised; what comes after it has the new cadence.
    return { subscription: withItems(subscription, after), prorations: [], newCycle: undefined };
  }
  const cycle = { start: at, end: nextBoundary(at, next, at) };
  const anew = restarted(withItems(subscription, after), { ...cycle, anchor: at });
  return {
    subscription: endsTrial ? { ...anew, status: 'active', trial_end: at } : anew,
    prorations: unused,
    newCycle: anew.items.data
      .filter(({ price }) => !isMetered(price))
      .flatMap((item) => periodLines(item, cycle, names)),
  };
}

/** Whether all prices share one cadence, as the items of a subscription must. */
export function shareCadence(prices: readonly Price[]): boolean {
  const word = ({ interval, interval_count }: Cadence): string => `${interval_count} ${interval}`;
  return new Set(prices.map((price) => word(cadenceOf(price)))).size <= 1;
}

/** The items after a change, in their order. */
export function changedItems(
  subscription: Subscription,
  changes: readonly ItemChange[],
  at: number,
): SubscriptionItem[] {
  const period = currentPeriod(subscription);
  const kept = subscription.items.data.flatMap((item) => {
    const change = changes.find(({ id }) => id === item.id);
    if (!change) return [item];
    return change.deleted ? [] : [changedItem(item, change)];
  });
  const added = changes
    .filter(({ id, price }) => id === undefined && price)
    .map(({ price, quantity = 1, metadata = {} }) =>
      itemShape({ price: price!, quantity, metadata }, subscription.id, period, at),
    );
  return [...kept, ...added];
}

function changedItem(item: SubscriptionItem, { price, quantity, metadata }: ItemChange): SubscriptionItem {
  const { quantity: _, ...kept } = item;
  return {
    ...(price && isMetered(price) ? kept : item),
    ...(price && { price, plan: planOf(price) }),
    // Another price is bought once, unless the request says how often.
    ...(price && !isMetered(price) && { quantity: 1 }),
    ...(quantity !== undefined && { quantity }),
    ...(metadata && { metadata }),
  };
}

function differences(
  before: readonly SubscriptionItem[],
  after: readonly SubscriptionItem[],
  when: { period: { start: number; end: number }; at: number; basis: ProrationBasis },
  names: ProductNames,
): LineDraft[] {
  const priced = (items: readonly SubscriptionItem[]): SubscriptionItem[] =>
    items.filter(({ price }) => !isMetered(price));
  const gone = priced(before).filter((from) => !after.some(({ id }) => id === from.id));
  const pairs = priced(after).map((to) => ({ from: priced(before).find(({ id }) => id === to.id), to }));
  const moved = pairs.filter(
    ({ from, to }) => from?.price.id !== to.price.id || from.quantity !== to.quantity,
  );
  const due = when.basis.due(priced(after));
  const rest = { whole: when.period, part: { start: when.at, end: when.period.end } };
  const credit = (item: SubscriptionItem): LineDraft[] => creditLines(item, when.at, when.basis, names);
  return [
    ...gone.flatMap(credit),
    ...moved.flatMap(({ from, to }) => [
      ...(from ? credit(from) : []),
      debitLine(to, due.get(to.id)!, rest, names),
    ]),
  ];
}
