/** The life of a subscription: begun with its first invoice, paid for, ended; every step an event. */
import { nextBoundary, periodBoundary } from '../calendar/billing-cycle';
import { cadenceOf, isMetered, productIdOf } from '../catalogue/price-rule';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import type { EventLog } from '../event/event-log';
import type { Invoices } from '../invoice/invoice.service';
import {
  type LineDraft,
  periodLines,
  type ProductNames,
  prorationLines,
  trialLine,
} from '../invoice/line-draft';
import type { Refusal } from '../request/refusal';
import { declined, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import {
  type Customer,
  type Invoice,
  idOf,
  type PaymentMethod,
  type Price,
  type Subscription,
} from '../store/wire';
import { applied } from './pending-update';
import { currentPeriod, isOver, type NewSubscription, subscriptionShape } from './subscription-shape';

export type PaymentBehavior = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

export interface SubscriptionOrder extends Omit<NewSubscription, 'id' | 'periodEnd'> {
  readonly redemptions: readonly Redemption[];
  readonly paymentBehavior: PaymentBehavior;
  /** Whether the time until the anchor is charged for. */
  readonly prorates: boolean;
}

/** An invoice that is sent can be added to for an hour. */
const DRAFT_SECONDS = 3600;

export type AfterLastTry = 'CANCEL' | 'UNPAID' | 'PAST_DUE';

const NO_CARD =
  'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.';

export class Subscriptions {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly discounts: Discounts,
    private readonly afterLastTry: AfterLastTry,
  ) {}

  async create(order: SubscriptionOrder): Promise<Subscription> {
    const { at, trialEnd, items } = order;
    const cadence = cadenceOf(items[0]!.price);
    const periodEnd = trialEnd ?? order.anchor ?? nextBoundary(at, cadence, at);
    const blank = subscriptionShape({ ...order, id: idFor('subscription'), periodEnd });
    const subscription = await this.store.save(await this.discounts.give(blank, order.redemptions, at));
    await this.events.record('customer.subscription.created', subscription, at);
    const lines = await this.firstLines(subscription, order);
    if (lines.length === 0) return this.move(subscription, { status: 'active' }, at);
    return this.payFirst(subscription, lines, order);
  }

  /** The card that an invoice of this subscription is charged to. */
  async cardFor(subscription: Subscription): Promise<PaymentMethod | null> {
    const customer = await this.customerOf(subscription);
    const id =
      idOf(subscription.default_payment_method) ?? idOf(customer.invoice_settings.default_payment_method);
    return id ? ((await this.store.find('payment_method', id)) ?? null) : null;
  }

  private async cardOf(
    { customer }: Invoice,
    subscription: Subscription | undefined,
  ): Promise<PaymentMethod | null> {
    if (subscription) return this.cardFor(subscription);
    const { invoice_settings } = await this.store.get('customer', idOf(customer) ?? '');
    const id = idOf(invoice_settings.default_payment_method);
    return id ? ((await this.store.find('payment_method', id)) ?? null) : null;
  }

  /** Tries to collect an invoice, and moves the subscription with what comes of it. */
  async collect(invoice: Invoice, at: number, card?: PaymentMethod): Promise<Invoice> {
    const subscription = await this.subscriptionOf(invoice);
    const paymentMethod = card ?? (await this.cardOf(invoice, subscription));
    const outcome = await this.invoices.collect(invoice, paymentMethod, at);
    if (subscription && !isOver(subscription)) await this.follow(subscription, outcome.invoice, at);
    return outcome.invoice;
  }

  /** An open invoice has become final, or is to be tried again, or was not paid by its day. */
  async fallDue(invoice: Invoice, at: number): Promise<void> {
    const subscription = await this.subscriptionOf(invoice);
    const behavior = subscription?.pause_collection?.behavior;
    if (behavior === 'void') await this.invoices.void(invoice, at);
    else if (behavior === 'mark_uncollectible') await this.invoices.markUncollectible(invoice, at);
    else if (invoice.collection_method === 'charge_automatically') await this.collect(invoice, at);
    else if (invoice.due_date !== null && invoice.due_date <= at) {
      await this.store.save<'invoice'>({ ...invoice, auto_advance: false });
      if (subscription && !isOver(subscription)) await this.move(subscription, { status: 'past_due' }, at);
    }
  }

  /** Somebody vouches that it was paid in another way. */
  async settleOutside(invoice: Invoice, at: number): Promise<Invoice> {
    const paid = await this.invoices.markPaid(invoice, at, invoice.amount_remaining);
    const subscription = await this.subscriptionOf(invoice);
    if (subscription && !isOver(subscription)) await this.follow(subscription, paid, at);
    return paid;
  }

  /** Whether the card that was tried last asks the person to authenticate. */
  async isChallenged(invoice: Invoice): Promise<boolean> {
    return invoice.status === 'open' && (await this.invoices.intentOf(invoice))?.status === 'requires_action';
  }

  /** The person has answered the challenge of the card that pays an invoice. */
  async authenticate(invoice: Invoice, passed: boolean, at: number): Promise<Invoice> {
    const intent = await this.invoices.intentOf(invoice);
    if (intent?.status !== 'requires_action')
      throw notAllowed('This payment does not wait for an authentication.');
    const answered = await this.invoices.authenticate(invoice, intent, passed, at);
    const subscription = await this.subscriptionOf(invoice);
    if (subscription && !isOver(subscription)) await this.follow(subscription, answered, at);
    return answered;
  }

  /** What a paid or unpaid invoice means for its subscription. */
  async follow(subscription: Subscription, invoice: Invoice, at: number): Promise<Subscription> {
    const { status, pending_update } = subscription;
    if (pending_update && idOf(subscription.latest_invoice) === invoice.id) {
      if (invoice.status !== 'paid') return subscription;
      const changed = await this.move(subscription, applied(subscription, pending_update), at);
      await this.events.record('customer.subscription.pending_update_applied', changed, at);
      return changed;
    }
    if (invoice.status === 'paid') {
      const isLatest = idOf(subscription.latest_invoice) === invoice.id;
      const starts = status === 'incomplete' || status === 'past_due' || (status === 'unpaid' && isLatest);
      return starts ? this.move(subscription, { status: 'active' }, at) : subscription;
    }
    const gaveUp = invoice.attempted && invoice.auto_advance && invoice.next_payment_attempt === null;
    if (['incomplete', 'paused', 'unpaid'].includes(status)) return subscription;
    if (gaveUp && invoice.attempt_count > 1) return this.giveUp(subscription, at);
    return this.move(subscription, { status: 'past_due' }, at);
  }

  /** A change that waited for its payment is given up, with its invoice. */
  async dropPending(subscription: Subscription, at: number): Promise<Subscription> {
    const id = idOf(subscription.latest_invoice);
    const invoice = id ? await this.store.find('invoice', id) : undefined;
    if (invoice?.status === 'open') await this.invoices.void(invoice, at);
    return this.move(subscription, { pending_update: null }, at);
  }

  /** Saves which invoice came last. */
  remember(subscription: Subscription, { id }: Invoice): Promise<Subscription> {
    return this.store.save<'subscription'>({ ...subscription, latest_invoice: id });
  }

  /** Nobody has paid after the last try: what happens then is a setting of the account. */
  private giveUp(subscription: Subscription, at: number): Promise<Subscription> {
    switch (this.afterLastTry) {
      case 'CANCEL':
        return this.end(subscription, at, 'payment_failed');
      case 'UNPAID':
        return this.move(subscription, { status: 'unpaid' }, at);
      case 'PAST_DUE':
        return this.move(subscription, { status: 'past_due' }, at);
    }
  }

  /** Ends it now: no credit, and nothing more is collected by itself. */
  async end(
    subscription: Subscription,
    at: number,
    reason: 'cancellation_requested' | 'payment_failed',
    keepsItems = false,
  ): Promise<Subscription> {
    for (const invoice of await this.store.all('invoice', { parent: subscription.id })) {
      if (invoice.status === 'draft' || invoice.status === 'open') {
        await this.store.save<'invoice'>({ ...invoice, auto_advance: false, next_payment_attempt: null });
      }
    }
    const waiting = keepsItems ? [] : await this.store.all('invoiceitem', { parent: subscription.id });
    for (const { id } of waiting) await this.store.remove(id);
    const scheduleId = idOf(subscription.schedule);
    const schedule = scheduleId ? await this.store.get('subscription_schedule', scheduleId) : undefined;
    if (schedule)
      await this.store.save<'subscription_schedule'>({ ...schedule, status: 'canceled', canceled_at: at });
    const scheduled = subscription.canceled_at;
    const ended = await this.store.save<'subscription'>({
      ...subscription,
      status: 'canceled',
      pending_update: null,
      pause_collection: null,
      cancel_at: null,
      cancel_at_period_end: false,
      canceled_at: scheduled ?? at,
      ended_at: at,
      cancellation_details: {
        comment: null,
        feedback: null,
        feedback_option: null,
        ...subscription.cancellation_details,
        reason,
      },
    });
    await this.events.record('customer.subscription.deleted', ended, at);
    return ended;
  }

  /** The first invoice was not paid in time: void, and over for good. */
  async expire(subscription: Subscription, at: number): Promise<void> {
    const expired = await this.move(subscription, { status: 'incomplete_expired', ended_at: at }, at);
    for (const invoice of await this.store.all('invoice', { parent: expired.id })) {
      if (invoice.status === 'open') await this.invoices.void(invoice, at);
    }
  }

  /** Saves a change of a subscription and tells of it. */
  async move(before: Subscription, change: Partial<Subscription>, at: number): Promise<Subscription> {
    const after = await this.store.save<'subscription'>({ ...before, ...change });
    await this.events.record('customer.subscription.updated', after, at, before);
    return after;
  }

  async customerOf({ customer }: Subscription): Promise<Customer> {
    return this.store.get('customer', idOf(customer) ?? '');
  }

  async subscriptionOf({ parent }: Invoice): Promise<Subscription | undefined> {
    const id = idOf(parent?.subscription_details?.subscription);
    return id ? this.store.find('subscription', id) : undefined;
  }

  async namesFor(prices: readonly Price[]): Promise<ProductNames> {
    const names = new Map<string, string>();
    for (const id of new Set(prices.map(productIdOf))) {
      const product = await this.store.find('product', id);
      if (product) names.set(id, product.name);
    }
    return names;
  }

  private async firstLines(
    subscription: Subscription,
    { at, anchor, prorates }: SubscriptionOrder,
  ): Promise<LineDraft[]> {
    const period = currentPeriod(subscription);
    const items = subscription.items.data.filter(({ price }) => !isMetered(price));
    const names = await this.namesFor(items.map(({ price }) => price));
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
    const customer = await this.customerOf(subscription);
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
      const waiting = await this.remember(subscription, draft);
      return this.move(waiting, { status: waiting.status === 'trialing' ? 'trialing' : 'active' }, at);
    }
    const invoice = await this.invoices.finalise(draft, at);
    const begun = await this.store.save<'subscription'>({ ...subscription, latest_invoice: invoice.id });
    if (invoice.status === 'paid')
      return begun.status === 'trialing' ? begun : this.follow(begun, invoice, at);
    if (paymentBehavior === 'default_incomplete') {
      await this.invoices.awaitPayment(invoice, at);
      return begun;
    }
    const card = await this.cardFor(begun);
    if (!card) throw notAllowed(NO_CARD, 'resource_missing');
    const { invoice: tried, intent } = await this.invoices.collect(invoice, card, at);
    if (paymentBehavior === 'error_if_incomplete' && tried.status !== 'paid') throw unpaid(intent);
    return this.follow(begun, tried, at);
  }
}

/** The refusal of `error_if_incomplete`: nothing of the request remains. */
export function unpaid(intent: { last_payment_error?: unknown }): Refusal {
  const error = intent.last_payment_error as {
    code?: string;
    decline_code?: string;
    message?: string;
  } | null;
  if (error)
    return declined(
      error.message ?? 'Your card was declined.',
      error.code ?? 'card_declined',
      error.decline_code ?? 'generic_decline',
      intent,
    );
  return declined(
    'Payment for this subscription requires additional user action before it can be completed successfully.',
    'subscription_payment_intent_requires_action',
    'authentication_required',
    intent,
  );
}
