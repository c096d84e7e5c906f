/** How a subscription begins: with its discounts, its first invoice, and whether that is paid. */
import { nextBoundary, previousBoundary } from '../calendar/billing-cycle';
import type { Span } from '../calendar/proration';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { InvoiceDiscounts } from '../invoice/invoice-discounts.service';
import type { Invoices } from '../invoice/invoice.service';
import { debitLine, type LineDraft, periodLines, trialLine } from '../invoice/line-draft';
import { invoiceShape } from '../invoice/invoice-shape';
import type { WaitingItems } from '../invoice/waiting-items.service';
import { unpaid } from '../payment/unpaid';
import { notAllowed } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Invoice, Subscription } from '../store/wire';
import type { AddedItem, AddedItems } from './added-items.service';
import { firstPeriod } from './cycle-asked';
import type { PreviewTerms } from './subscription-change.service';
import { currentPeriod, type NewSubscription, subscriptionShape } from './subscription-shape';
import type { Subscriptions } from './subscription.service';
import type { Renewals } from './renewal.service';
import type { RenewalReminders } from './renewal-reminders.service';
import type { TrialReminders } from './trial-reminders.service';

export type PaymentBehavior = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

export interface SubscriptionOrder extends Omit<NewSubscription, 'id' | 'period'> {
  readonly redemptions: readonly Redemption[];
  readonly paymentBehavior: PaymentBehavior;
  /** Whether the time until the anchor is charged for. */
  readonly prorates: boolean;
  /** Sold once with it. */
  readonly added?: readonly AddedItem[];
}

/** An invoice that is sent can be added to for an hour. */
const DRAFT_SECONDS = 3600;
/** Of one invoice. */
const MOST_LINES = 250;

const NO_CARD =
  'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.';

export class SubscriptionBeginnings {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly invoiceDiscounts: InvoiceDiscounts,
    private readonly discounts: Discounts,
    private readonly subscriptions: Subscriptions,
    private readonly reminders: TrialReminders,
    private readonly renewalReminders: RenewalReminders,
    private readonly waiting: WaitingItems,
    private readonly addedItems: AddedItems,
    private readonly renewals: Renewals,
  ) {}

  async create(order: SubscriptionOrder): Promise<Subscription> {
    const { at, trialEnd, items } = order;
    const period = firstPeriod(order, items[0]!.price);
    const blank = subscriptionShape({ ...order, id: idFor('subscription'), period });
    const subscription = await this.store.save(
      await this.discounts.give(blank, order.redemptions, order.backdatedTo ?? at),
    );
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

  /** The first invoice as it would be. Nothing is kept. */
  async preview(order: SubscriptionOrder, { discounts = [], extra = [] }: PreviewTerms): Promise<Invoice> {
    const { at, customer } = order;
    const period = firstPeriod(order, order.items[0]!.price);
    const blank = subscriptionShape({ ...order, id: idFor('subscription'), period });
    const waiting = await this.waiting.linesFor(blank);
    return invoiceShape({
      id: newSandboxId('upcoming_in'),
      customer,
      subscription: blank,
      lines: [...(await this.firstLines(blank, order)), ...waiting, ...extra],
      discounts,
      reason: 'subscription_create',
      at,
      triedAt: at,
      period: { start: at, end: at },
      finalisesAt: null,
    });
  }

  /** What is charged at once: a line for each period, or part of one, until the end of the running one or the trial. */
  private async firstLines(subscription: Subscription, order: SubscriptionOrder): Promise<LineDraft[]> {
    const { at, prorates } = order;
    const period = currentPeriod(subscription);
    const isTrial = subscription.trial_end !== null;
    const items = subscription.items.data.filter(({ price }) => !isMetered(price));
    const names = await this.subscriptions.namesFor(subscription.items.data.map(({ price }) => price));
    const costs = (await this.invoiceDiscounts.prorationBasis(subscription, at)).due(items);
    const parts = this.firstParts(subscription, order);
    // Before usage is read for each of them.
    if (parts.length > MOST_LINES) throw tooManyLines(parts.length);
    const lines: LineDraft[] = [];
    for (const { whole, part } of parts) {
      const isWhole = whole.start === part.start && whole.end === part.end;
      // The first whole period is always charged for; a part of one, and time that is over, only where prorations are.
      if (!prorates && !(isWhole && part.start === at)) continue;
      lines.push(
        ...items.flatMap((item) =>
          isWhole
            ? periodLines(item, part, names)
            : [debitLine(item, costs.get(item.id)!, { whole, part }, names)],
        ),
      );
      if (part.end <= at) lines.push(...(await this.renewals.meteredIn(subscription, part)));
    }
    const trial = isTrial ? items.map((item) => trialLine(item, period, names)) : [];
    if (lines.length > MOST_LINES) throw tooManyLines(lines.length);
    return [...lines, ...trial];
  }

  /** The periods from the beginning on, each whole as the cycle has it, and the part of it that is charged for. */
  private firstParts(
    { items, trial_end, billing_cycle_anchor }: Subscription,
    { at, backdatedTo }: SubscriptionOrder,
  ): { whole: Span; part: Span }[] {
    const from = backdatedTo ?? at;
    const [first] = items.data;
    const cadence = cadenceOf(first!.price);
    const until = trial_end === null ? first!.current_period_end : at;
    const anchor = trial_end === null ? billing_cycle_anchor : from;
    const parts = [];
    for (let start = from; start < until;) {
      const whole = {
        start: previousBoundary(anchor, cadence, start),
        end: nextBoundary(anchor, cadence, start),
      };
      const part = { start, end: Math.min(whole.end, until) };
      parts.push({ whole, part });
      start = part.end;
    }
    return parts;
  }

  private async payFirst(
    subscription: Subscription,
    lines: readonly LineDraft[],
    { at, backdatedTo, paymentBehavior }: SubscriptionOrder,
  ): Promise<Subscription> {
    const customer = await this.subscriptions.customerOf(subscription);
    const isSent = subscription.collection_method === 'send_invoice';
    const draft = await this.invoices.draft({
      customer,
      subscription,
      lines,
      reason: 'subscription_create',
      discounts: await this.invoiceDiscounts.inForce(subscription, at, backdatedTo ?? at),
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
    const lasting = await this.invoiceDiscounts.unspent(subscription, at);
    const begun = await this.store.save<'subscription'>({ ...lasting, latest_invoice: invoice.id });
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

function tooManyLines(lines: number): Error {
  return notAllowed(`An invoice can have up to ${MOST_LINES} lines, and this one would have ${lines}.`);
}
