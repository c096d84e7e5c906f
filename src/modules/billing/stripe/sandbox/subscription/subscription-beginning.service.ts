/** How a subscription begins: with its discounts, its first invoice, and whether that is paid. */
import { nextBoundary, periodBoundary } from '../calendar/billing-cycle';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { Invoices } from '../invoice/invoice.service';
import { type LineDraft, periodLines, prorationLines, trialLine } from '../invoice/line-draft';
import type { WaitingItems } from '../invoice/waiting-items.service';
import { unpaid } from '../payment/unpaid';
import { notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Subscription } from '../store/wire';
import type { AddedItem, AddedItems } from './added-items.service';
import { currentPeriod, type NewSubscription, subscriptionShape } from './subscription-shape';
import type { Subscriptions } from './subscription.service';
import type { RenewalReminders } from './renewal-reminders.service';
import type { TrialReminders } from './trial-reminders.service';

export type PaymentBehavior = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

export interface SubscriptionOrder extends Omit<NewSubscription, 'id' | 'periodEnd'> {
  readonly redemptions: readonly Redemption[];
  readonly paymentBehavior: PaymentBehavior;
  /** Whether the time until the anchor is charged for. */
  readonly prorates: boolean;
  /** Sold once with it. */
  readonly added?: readonly AddedItem[];
}

/** An invoice that is sent can be added to for an hour. */
const DRAFT_SECONDS = 3600;

const NO_CARD =
  'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.';

export class SubscriptionBeginnings {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly discounts: Discounts,
    private readonly subscriptions: Subscriptions,
    private readonly reminders: TrialReminders,
    private readonly renewalReminders: RenewalReminders,
    private readonly waiting: WaitingItems,
    private readonly addedItems: AddedItems,
  ) {}

  async create(order: SubscriptionOrder): Promise<Subscription> {
    const { at, trialEnd, items } = order;
    const cadence = cadenceOf(items[0]!.price);
    const periodEnd = trialEnd ?? order.anchor ?? nextBoundary(at, cadence, at);
    const blank = subscriptionShape({ ...order, id: idFor('subscription'), periodEnd });
    const subscription = await this.store.save(await this.discounts.give(blank, order.redemptions, at));
    await this.events.record('customer.subscription.created', subscription, at);
    await this.reminders.plan(subscription, at);
    await this.renewalReminders.plan(subscription, at);
    await this.addedItems.keep(subscription, order.added ?? [], at);
    // What waits for the customer's next invoice waits for this one.
    const waiting = await this.waiting.linesFor(subscription);
    const lines = [...(await this.firstLines(subscription, order)), ...waiting];
    if (lines.length > 0) return this.payFirst(subscription, lines, order);
    return trialEnd === null ? this.subscriptions.move(subscription, { status: 'active' }, at) : subscription;
  }

  private async firstLines(
    subscription: Subscription,
    { at, anchor, prorates }: SubscriptionOrder,
  ): Promise<LineDraft[]> {
    const period = currentPeriod(subscription);
    const items = subscription.items.data.filter(({ price }) => !isMetered(price));
    const names = await this.subscriptions.namesFor(items.map(({ price }) => price));
    if (anchor !== null && subscription.trial_end === null) {
      if (!prorates) return [];
      // A part of the period that would have ended at the anchor.
      const whole = periodBoundary(anchor, cadenceOf(subscription.items.data[0]!.price), -1);
      const net = await this.invoices.netAmounts(subscription, at);
      return items.flatMap((to) =>
        prorationLines({ to, period: { start: whole, end: anchor }, at, net }, names),
      );
    }
    return items.flatMap((item) =>
      subscription.trial_end === null ? periodLines(item, period, names) : [trialLine(item, period, names)],
    );
  }

  private async payFirst(
    subscription: Subscription,
    lines: readonly LineDraft[],
    { at, paymentBehavior }: SubscriptionOrder,
  ): Promise<Subscription> {
    const customer = await this.subscriptions.customerOf(subscription);
    const isSent = subscription.collection_method === 'send_invoice';
    const draft = await this.invoices.draft({
      customer,
      subscription,
      lines,
      reason: 'subscription_create',
      at,
      period: { start: at, end: at },
      finalisesAt: isSent ? at + DRAFT_SECONDS : null,
    });
    if (isSent) {
      const waiting = await this.subscriptions.remember(subscription, draft);
      return this.subscriptions.move(
        waiting,
        { status: waiting.status === 'trialing' ? 'trialing' : 'active' },
        at,
      );
    }
    const invoice = await this.invoices.finalise(draft, at);
    const begun = await this.store.save<'subscription'>({ ...subscription, latest_invoice: invoice.id });
    if (invoice.status === 'paid')
      return begun.status === 'trialing' ? begun : this.subscriptions.follow(begun, invoice, at);
    if (paymentBehavior === 'default_incomplete') {
      await this.invoices.awaitPayment(invoice, at);
      return begun;
    }
    const card = await this.subscriptions.cardFor(begun);
    if (!card) throw notAllowed(NO_CARD, 'resource_missing');
    const { invoice: tried, intent } = await this.invoices.collect(invoice, card, at);
    if (paymentBehavior === 'error_if_incomplete' && tried.status !== 'paid') throw unpaid(intent);
    return this.subscriptions.follow(begun, tried, at);
  }
}
