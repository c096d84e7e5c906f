/** Carries out a change of a subscription, or shows what it would come to: one plan for both, so that they cannot differ. */
import type { AppliedDiscount } from '../invoice/discount-rule';
import { invoiceShape } from '../invoice/invoice-shape';
import type { InvoiceDiscounts } from '../invoice/invoice-discounts.service';
import type { Invoices } from '../invoice/invoice.service';
import type { LineDraft } from '../invoice/line-draft';
import type { WaitingItems } from '../invoice/waiting-items.service';
import { unpaid } from '../payment/unpaid';
import { badParameter, missing, notAllowed } from '../request/refusal';
import { newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { Invoice, Subscription } from '../store/wire';
import { pendingUpdateOf } from './pending-update';
import { DRAFT_SECONDS, type Renewals } from './renewal.service';
import { type ItemChange, planChange, type PlannedChange, shareCadence } from './subscription-change';
import { currentPeriod, withItems } from './subscription-shape';
import type { PaymentBehavior } from './subscription-beginning.service';
import type { Subscriptions } from './subscription.service';

type ProrationBehavior = 'create_prorations' | 'always_invoice' | 'none';

export interface ChangeRequest {
  readonly items: readonly ItemChange[];
  readonly prorationBehavior: ProrationBehavior;
  readonly prorationDate?: number;
  readonly paymentBehavior: PaymentBehavior | 'pending_if_incomplete';
  /** The cycle begins anew at the instant of the change. */
  readonly restarts: boolean;
  readonly trialEnd?: number | 'now';
}

/** What a preview has of its own. */
export interface PreviewTerms {
  /** undefined = those of the subscription. */
  readonly discounts?: readonly AppliedDiscount[];
  readonly extra?: readonly LineDraft[];
}

/** What comes next by itself. */
export const NO_CHANGE: ChangeRequest = {
  items: [],
  prorationBehavior: 'none',
  paymentBehavior: 'allow_incomplete',
  restarts: false,
};

export class SubscriptionChanges {
  constructor(
    private readonly store: ObjectStore,
    private readonly invoices: Invoices,
    private readonly invoiceDiscounts: InvoiceDiscounts,
    private readonly waiting: WaitingItems,
    private readonly subscriptions: Subscriptions,
    private readonly renewals: Renewals,
  ) {}

  /** `current` already carries the other changes of the request, `before` is as it was. */
  async apply(
    before: Subscription,
    current: Subscription,
    request: ChangeRequest,
    at: number,
  ): Promise<Subscription> {
    if (changesNothing(request)) return this.subscriptions.move(before, current, at);
    const settled = current.pending_update ? await this.subscriptions.dropPending(current, at) : current;
    const { subscription, prorations, newCycle } = await this.plan(settled, request, at);
    const { prorationBehavior } = request;
    const usage = await this.usage(settled, subscription, prorationBehavior, at);
    const credits = [...(prorationBehavior === 'none' ? [] : prorations), ...usage];
    const due = newCycle ? [...credits, ...newCycle] : prorationBehavior === 'always_invoice' ? credits : [];
    if (due.length > 0) {
      const lines = [...(await this.waiting.linesFor(settled)), ...due];
      return this.invoiceNow(before, subscription, lines, request, at);
    }
    const saved = await this.subscriptions.move(before, subscription, at);
    for (const line of credits) await this.waiting.keep(saved, line, at);
    return saved;
  }

  /** The invoice that the change would lead to next. Nothing is kept. */
  async preview(
    current: Subscription,
    request: ChangeRequest,
    at: number,
    terms: PreviewTerms = {},
  ): Promise<Invoice> {
    const planned: PlannedChange = changesNothing(request)
      ? { subscription: current, prorations: [], newCycle: undefined }
      : await this.plan(current, request, at);
    const { subscription, newCycle } = planned;
    const waiting = await this.waiting.linesFor(subscription);
    const usage = await this.usage(current, subscription, request.prorationBehavior, at);
    const prorations = [...(request.prorationBehavior === 'none' ? [] : planned.prorations), ...usage];
    const now =
      newCycle ?? (request.prorationBehavior === 'always_invoice' && prorations.length > 0 ? [] : undefined);
    if (now)
      return this.previewEnd(
        subscription,
        [...waiting, ...prorations, ...now],
        at,
        request.prorationDate,
        terms,
      );
    const lines = [
      ...waiting,
      ...prorations,
      ...(await this.renewals.nextLines(subscription, usage)),
      ...(terms.extra ?? []),
    ];
    const end = currentPeriod(subscription).end;
    return invoiceShape({
      id: newSandboxId('upcoming_in'),
      customer: await this.subscriptions.customerOf(subscription),
      subscription,
      discounts: terms.discounts ?? (await this.invoiceDiscounts.inForce(subscription, end)),
      finalisesAt: null,
      prorationDate: request.prorationDate,
      lines,
      reason: 'upcoming',
      at: end,
      triedAt: end + DRAFT_SECONDS,
      period: currentPeriod(subscription),
    });
  }

  /** An invoice of these lines, as it would be written now. */
  async previewEnd(
    subscription: Subscription,
    lines: readonly LineDraft[],
    at: number,
    prorationDate?: number,
    terms: PreviewTerms = {},
  ): Promise<Invoice> {
    return invoiceShape({
      id: newSandboxId('upcoming_in'),
      customer: await this.subscriptions.customerOf(subscription),
      subscription,
      discounts: terms.discounts ?? (await this.invoiceDiscounts.inForce(subscription, at)),
      finalisesAt: null,
      prorationDate,
      lines: [...lines, ...(terms.extra ?? [])],
      reason: 'subscription_update',
      at,
      triedAt: at,
      period: { start: at, end: at },
    });
  }

  /** What an end now leaves to settle: the credit for unused time, and with `usage` what was metered and what waits. */
  async finalLines(
    subscription: Subscription,
    { prorate, usage }: { readonly prorate: boolean; readonly usage: boolean },
    at: number,
  ): Promise<LineDraft[]> {
    const lines: LineDraft[] = [];
    if (usage) {
      lines.push(...(await this.waiting.linesFor(subscription)));
      lines.push(...(await this.renewals.meteredLines(subscription, at)));
    }
    if (!prorate || subscription.status === 'trialing') return lines;
    return [...lines, ...(await this.renewals.unusedLines(subscription, at))];
  }

  /** Writes the last invoice at once, or lets its lines wait for the customer's next one. */
  async settleEnd(
    ended: Subscription,
    lines: readonly LineDraft[],
    invoicesNow: boolean,
    at: number,
  ): Promise<Subscription> {
    if (lines.length === 0) return ended;
    if (!invoicesNow) {
      for (const line of lines) await this.waiting.keep(ended, line, at);
      return ended;
    }
    const invoice = await this.writeInvoice(ended, lines, undefined, at);
    const saved = await this.store.save<'subscription'>({ ...ended, latest_invoice: invoice.id });
    if (invoice.status === 'open') await this.subscriptions.collect(invoice, at);
    return saved;
  }

  /** Usage that is billed with a change. Without prorations an item that goes takes its usage with it. */
  private usage(
    before: Subscription,
    after: Subscription,
    behavior: ProrationBehavior,
    at: number,
  ): Promise<LineDraft[]> {
    const stays = ({ id }: { id: string }): boolean => after.items.data.some((item) => item.id === id);
    const items = before.items.data.filter((item) => behavior !== 'none' || stays(item));
    return this.renewals.usageBefore(withItems(before, items), after, at);
  }

  private async plan(current: Subscription, request: ChangeRequest, at: number): Promise<PlannedChange> {
    const prorationDate = request.prorationDate ?? at;
    const period = currentPeriod(current);
    if (prorationDate < period.start || prorationDate > period.end)
      throw badParameter(
        'subscription_proration_date',
        'Cannot specify a proration date outside of the current period.',
      );
    for (const [index, { id }] of request.items.entries()) {
      if (id !== undefined && !current.items.data.some((item) => item.id === id))
        throw missing('subscription_item', id, `items[${index}][id]`);
    }
    const prices = [...current.items.data, ...request.items].flatMap(({ price }) => price ?? []);
    const planned = planChange(
      current,
      request.items,
      {
        at,
        prorationDate,
        restarts: request.restarts,
        trialEnd: request.trialEnd,
        basis: await this.invoiceDiscounts.prorationBasis(current, at),
      },
      await this.subscriptions.namesFor(prices),
    );
    const { data } = planned.subscription.items;
    if (data.length === 0) throw notAllowed('A subscription must have at least one active plan.');
    if (!shareCadence(data.map(({ price }) => price)))
      throw notAllowed(
        'All prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      );
    if (data.some(({ price }) => price.currency !== current.currency))
      throw notAllowed(
        `The price specified only supports other currencies than the subscription's: ${current.currency}.`,
      );
    return planned;
  }

  private async invoiceNow(
    before: Subscription,
    changed: Subscription,
    lines: readonly LineDraft[],
    { paymentBehavior, prorationDate }: ChangeRequest,
    at: number,
  ): Promise<Subscription> {
    const waits = paymentBehavior === 'pending_if_incomplete';
    if (!waits) await this.subscriptions.move(before, changed, at);
    const invoice = await this.writeInvoice(changed, lines, prorationDate, at);
    const next = { ...(await this.invoiceDiscounts.unspent(changed, at)), latest_invoice: invoice.id };
    if (invoice.status === 'paid')
      return waits ? this.subscriptions.move(before, next, at) : this.store.save<'subscription'>(next);
    const card = await this.subscriptions.cardFor(changed);
    const { invoice: tried, intent } = await this.invoices.collect(invoice, card, at);
    if (tried.status !== 'paid' && paymentBehavior === 'error_if_incomplete') throw unpaid(intent);
    if (!waits) {
      const saved = await this.store.save<'subscription'>(next);
      return this.subscriptions.follow(saved, tried, at);
    }
    if (tried.status === 'paid') return this.subscriptions.move(before, next, at);
    const kept = { pending_update: pendingUpdateOf(before, changed, at), latest_invoice: invoice.id };
    return this.subscriptions.move(before, { ...before, ...kept }, at);
  }

  private async writeInvoice(
    subscription: Subscription,
    lines: readonly LineDraft[],
    prorationDate: number | undefined,
    at: number,
  ): Promise<Invoice> {
    const draft = await this.invoices.draft({
      customer: await this.subscriptions.customerOf(subscription),
      subscription,
      lines,
      reason: 'subscription_update',
      at,
      period: { start: at, end: at },
      finalisesAt: null,
      prorationDate,
    });
    return this.invoices.finalise(draft, at);
  }
}

function changesNothing({ items, restarts, trialEnd }: ChangeRequest): boolean {
  return items.length === 0 && !restarts && trialEnd === undefined;
}
