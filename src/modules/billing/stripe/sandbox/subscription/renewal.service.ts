/** What time brings to a subscription: the next period with its invoice, the end that was asked for, the end of a wait. */
import { nextBoundary, previousBoundary } from '../calendar/billing-cycle';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { Debits } from '../invoice/debits.service';
import type { InvoiceDiscounts } from '../invoice/invoice-discounts.service';
import type { Invoices } from '../invoice/invoice.service';
import { creditLines, debitLine, type LineDraft, periodLines } from '../invoice/line-draft';
import type { WaitingItems } from '../invoice/waiting-items.service';
import type { MeterReadings } from '../meter/meter-readings';
import type { Span } from '../calendar/proration';
import { idOf, type Invoice, type Subscription, type SubscriptionItem } from '../store/wire';
import { currentPeriod, withItems } from './subscription-shape';
import type { Subscriptions } from './subscription.service';

/** A draft stays open to additions for an hour before it is finalised and charged. */
export const DRAFT_SECONDS = 3600;

export class Renewals {
  constructor(
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly invoiceDiscounts: InvoiceDiscounts,
    private readonly waiting: WaitingItems,
    private readonly subscriptions: Subscriptions,
    private readonly meters: MeterReadings,
    private readonly debits: Debits,
  ) {}

  /** A subscription has reached an instant that matters to it. */
  async arrive(subscription: Subscription, at: number): Promise<void> {
    const { status, pending_update, pause_collection, cancel_at } = subscription;
    if (status === 'incomplete') return this.subscriptions.expire(subscription, at);
    if (pending_update && pending_update.expires_at <= at) {
      const dropped = await this.subscriptions.dropPending(subscription, at);
      await this.events.record('customer.subscription.pending_update_expired', dropped, at);
      return;
    }
    if (pause_collection?.resumes_at && pause_collection.resumes_at <= at) {
      await this.subscriptions.move(subscription, { pause_collection: null }, at);
      return;
    }
    if (cancel_at !== null && cancel_at <= at) return this.endAsAsked(subscription, at);
    if (status === 'trialing') return this.endTrial(subscription, at);
    await this.renew(subscription, at);
  }

  /** What comes onto the next invoice by itself: the next period, or what is left where none will come. */
  nextLines(subscription: Subscription, billed: readonly LineDraft[]): Promise<LineDraft[]> {
    const { cancel_at: end } = subscription;
    return end !== null && end <= currentPeriod(subscription).end
      ? this.lastLines(subscription, end, billed)
      : this.nextPeriodLines(subscription, billed);
  }

  /** What an end that was asked for leaves to settle beside what waits: what was metered until then, and unused time. */
  private async lastLines(
    subscription: Subscription,
    at: number,
    billed: readonly LineDraft[] = [],
  ): Promise<LineDraft[]> {
    return [
      ...(await this.meteredLines(subscription, at, billed)),
      ...(at < currentPeriod(subscription).end && subscription.status !== 'trialing'
        ? await this.unusedLines(subscription, at)
        : []),
    ];
  }

  /** What the next period costs, and what was metered in the one before. `billed`: usage that stands with it already. */
  async nextPeriodLines(subscription: Subscription, billed: readonly LineDraft[] = []): Promise<LineDraft[]> {
    const { data } = subscription.items;
    const names = await this.subscriptions.namesFor(data.map(({ price }) => price));
    const ended = currentPeriod(subscription);
    const next = { start: ended.end, end: periodAfter(subscription) };
    const licensed = data.filter(({ price }) => !isMetered(price));
    const { billing_cycle_anchor: anchor } = subscription;
    const from = previousBoundary(anchor, cadenceOf(data[0]!.price), next.start);
    const metered = await this.meteredLines(subscription, ended.end, billed);
    if (from === next.start)
      return [...licensed.flatMap((item) => periodLines(item, next, names)), ...metered];
    // A trial has ended inside the cycle: what is left of its period is charged for.
    const { due } = await this.invoiceDiscounts.prorationBasis(subscription, next.start);
    const costs = due(licensed);
    const parts = { whole: { start: from, end: next.end }, part: next };
    return [...licensed.map((item) => debitLine(item, costs.get(item.id)!, parts, names)), ...metered];
  }

  /** What was metered in the running period until an instant. Nothing is billed for during a trial. */
  async meteredLines(
    subscription: Subscription,
    until: number,
    billed: readonly LineDraft[] = [],
  ): Promise<LineDraft[]> {
    const span = { start: currentPeriod(subscription).start, end: until };
    const lines = await this.meteredIn(subscription, span, subscription.items.data, billed);
    return subscription.status === 'trialing' ? lines.map((line) => ({ ...line, amount: 0 })) : lines;
  }

  /** What was metered in a time and is not billed yet, for all items or some. */
  async meteredIn(
    subscription: Subscription,
    span: Span,
    items: readonly SubscriptionItem[] = subscription.items.data,
    alsoBilled: readonly LineDraft[] = [],
  ): Promise<LineDraft[]> {
    const metered = items.filter(({ price }) => isMetered(price));
    if (metered.length === 0) return [];
    const names = await this.subscriptions.namesFor(metered.map(({ price }) => price));
    const billed = await this.debits.usageBilledUntil(subscription);
    for (const { subscriptionItem, period } of alsoBilled) billed.set(subscriptionItem ?? '', period.end);
    const customer = idOf(subscription.customer) ?? '';
    const lines: LineDraft[] = [];
    for (const item of metered) {
      const rest = { start: Math.max(span.start, billed.get(item.id) ?? 0), end: span.end };
      if (rest.start >= rest.end) continue;
      const used = await this.meters.billable(item.price.recurring?.meter ?? '', customer, rest);
      lines.push(...periodLines(item, rest, names, used));
    }
    return lines;
  }

  /**
   * What was metered until an instant at which a cycle begins anew, or for items that go or cost something else from then
   * on: usage is billed at the price of its time.
   */
  async usageBefore(before: Subscription, after: Subscription, at: number): Promise<LineDraft[]> {
    if (before.status === 'trialing') return [];
    const { start } = currentPeriod(before);
    const restarts = currentPeriod(after).start !== start;
    const moved = before.items.data.filter(
      ({ id, price }) => restarts || after.items.data.find((item) => item.id === id)?.price.id !== price.id,
    );
    const lines = await this.meteredIn(before, { start, end: at }, moved);
    return lines.filter(({ quantity }) => quantity > 0);
  }

  /** The credit for what was paid and will not be used. */
  async unusedLines(subscription: Subscription, at: number): Promise<LineDraft[]> {
    const items = subscription.items.data.filter(({ price }) => !isMetered(price));
    const names = await this.subscriptions.namesFor(items.map(({ price }) => price));
    const basis = await this.invoiceDiscounts.prorationBasis(subscription, at);
    return items.flatMap((item) => creditLines(item, at, basis, names));
  }

  private async endTrial(subscription: Subscription, at: number): Promise<void> {
    const behavior = subscription.trial_settings?.end_behavior.missing_payment_method;
    const hasCard = behavior === 'create_invoice' || (await this.subscriptions.cardFor(subscription));
    if (hasCard) return this.renew(subscription, at);
    if (behavior === 'cancel') {
      await this.subscriptions.end(subscription, at, 'payment_failed');
      return;
    }
    const paused = await this.subscriptions.move(subscription, { status: 'paused' }, at);
    await this.events.record('customer.subscription.paused', paused, at);
  }

  /** What was metered until the end is billed, and credits that wait are settled. */
  private async endAsAsked(subscription: Subscription, at: number): Promise<void> {
    const lines = [
      ...(await this.waiting.linesFor(subscription)),
      ...(await this.lastLines(subscription, at)),
    ];
    const ended = await this.subscriptions.end(subscription, at, 'cancellation_requested', true);
    if (lines.length === 0) return;
    const invoice = await this.draft(ended, lines, currentPeriod(subscription), at);
    await this.subscriptions.remember(ended, invoice);
  }

  private async renew(subscription: Subscription, at: number): Promise<void> {
    const ended = currentPeriod(subscription);
    const lines = [
      ...(await this.waiting.linesFor(subscription)),
      ...(await this.nextPeriodLines(subscription)),
    ];
    const next = { current_period_start: ended.end, current_period_end: periodAfter(subscription) };
    const renewed = withItems(
      { ...subscription, status: subscription.status === 'trialing' ? 'active' : subscription.status },
      subscription.items.data.map((item) => ({ ...item, ...next })),
    );
    const invoice = await this.draft(renewed, lines, ended, at);
    await this.subscriptions.move(subscription, { ...renewed, latest_invoice: invoice.id }, at);
  }

  private async draft(
    subscription: Subscription,
    lines: readonly LineDraft[],
    period: Span,
    at: number,
  ): Promise<Invoice> {
    // What nobody pays for any more, or what is to be kept, stays a draft until somebody acts.
    const rests =
      subscription.status === 'unpaid' || subscription.pause_collection?.behavior === 'keep_as_draft';
    return this.invoices.draft({
      customer: await this.subscriptions.customerOf(subscription),
      subscription,
      lines,
      reason: 'subscription_cycle',
      at,
      period,
      finalisesAt: rests ? null : at + DRAFT_SECONDS,
    });
  }
}

function periodAfter(subscription: Subscription): number {
  const { end } = currentPeriod(subscription);
  const cadence = cadenceOf(subscription.items.data[0]!.price);
  return nextBoundary(subscription.billing_cycle_anchor, cadence, end);
}
