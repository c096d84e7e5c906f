/** The life of a subscription: paid for, behind, given up, ended; every step an event. */
import { productIdOf } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { Invoices } from '../invoice/invoice.service';
import type { ProductNames } from '../invoice/line-draft';
import { notAllowed } from '../request/refusal';
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
import { isOver } from './subscription-shape';
import type { RenewalReminders } from './renewal-reminders.service';
import type { TrialReminders } from './trial-reminders.service';

/** What becomes of a subscription that nobody pays for after the last try. */
export type AfterLastTry = 'CANCEL' | 'UNPAID' | 'PAST_DUE';

export class Subscriptions {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly afterLastTry: AfterLastTry,
    private readonly reminders: TrialReminders,
    private readonly renewalReminders: RenewalReminders,
  ) {}

  /** The card that an invoice of this subscription is charged to. */
  async cardFor(subscription: Subscription): Promise<PaymentMethod | null> {
    const customer = await this.customerOf(subscription);
    const id =
      idOf(subscription.default_payment_method) ?? idOf(customer.invoice_settings.default_payment_method);
    return id ? ((await this.store.find('payment_method', id)) ?? null) : null;
  }

  private async cardOf(
    { customer, default_payment_method }: Invoice,
    subscription: Subscription | undefined,
  ): Promise<PaymentMethod | null> {
    const own = idOf(default_payment_method);
    if (own) return (await this.store.find('payment_method', own)) ?? null;
    if (subscription) return this.cardFor(subscription);
    const { invoice_settings } = await this.store.get('customer', idOf(customer) ?? '');
    const id = idOf(invoice_settings.default_payment_method);
    return id ? ((await this.store.find('payment_method', id)) ?? null) : null;
  }

  /** Tries to collect an invoice, and moves the subscription with what comes of it. */
  async collect(invoice: Invoice, at: number, card?: PaymentMethod, byPerson = true): Promise<Invoice> {
    const subscription = await this.subscriptionOf(invoice);
    const paymentMethod = card ?? (await this.cardOf(invoice, subscription));
    const outcome = await this.invoices.collect(invoice, paymentMethod, at, byPerson);
    if (subscription && !isOver(subscription)) await this.follow(subscription, outcome.invoice, at);
    return outcome.invoice;
  }

  /** An open invoice has become final, or is to be tried again, or was not paid by its day. */
  async fallDue(invoice: Invoice, at: number): Promise<void> {
    const subscription = await this.subscriptionOf(invoice);
    const behavior = subscription?.pause_collection?.behavior;
    if (behavior === 'void') await this.invoices.void(invoice, at);
    else if (behavior === 'mark_uncollectible') await this.invoices.markUncollectible(invoice, at);
    else if (invoice.collection_method === 'charge_automatically')
      await this.collect(invoice, at, undefined, false);
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

  /** Ends it now: nothing more is collected by itself, and prorations that wait are dropped unless they are to be kept. */
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
    for (const { id, proration } of waiting) if (proration) await this.store.remove(id);
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
    await this.reminders.plan(after, at, before);
    await this.renewalReminders.plan(after, at, before);
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
}
