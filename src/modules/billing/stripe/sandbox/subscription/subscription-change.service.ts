/** Carries out a change of items, or shows what it would come to: one plan for both, so that they cannot differ. */
import type { EventLog } from '../event/event-log';
import { invoiceShape } from '../invoice/invoice-shape';
import type { Invoices } from '../invoice/invoice.service';
import { netOf } from '../invoice/discount-rule';
import type { LineDraft, NetAmounts } from '../invoice/line-draft';
import { badParameter, missing, notAllowed } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Invoice, type Subscription } from '../store/wire';
import type { Renewals } from './renewal.service';
import { type ItemChange, planChange, type PlannedChange, shareCadence } from './subscription-change';
import { currentPeriod } from './subscription-shape';
import { type PaymentBehavior, type Subscriptions, unpaid } from './subscription.service';

type ProrationBehavior = 'create_prorations' | 'always_invoice' | 'none';

export interface ChangeRequest {
  readonly items: readonly ItemChange[];
  readonly prorationBehavior: ProrationBehavior;
  readonly prorationDate?: number;
  readonly paymentBehavior: PaymentBehavior;
}

export class SubscriptionChanges {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
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
    if (request.items.length === 0) return this.subscriptions.move(before, current, at);
    const { subscription, prorations, newCycle } = await this.plan(current, request, at);
    const saved = await this.subscriptions.move(before, subscription, at);
    const { prorationBehavior } = request;
    if (newCycle) {
      const credits = prorationBehavior === 'none' ? [] : prorations;
      return this.invoiceNow(
        saved,
        [...(await this.renewals.waitingLines(saved)), ...credits, ...newCycle],
        request,
        at,
      );
    }
    if (prorationBehavior === 'none' || prorations.length === 0) return saved;
    if (prorationBehavior === 'create_prorations') {
      for (const line of prorations) await this.keepWaiting(saved, line, at);
      return saved;
    }
    return this.invoiceNow(saved, [...(await this.renewals.waitingLines(saved)), ...prorations], request, at);
  }

  /** The invoice that the change would lead to next. Nothing is kept. */
  async preview(current: Subscription, request: ChangeRequest, at: number): Promise<Invoice> {
    const planned: PlannedChange =
      request.items.length > 0
        ? await this.plan(current, request, at)
        : { subscription: current, prorations: [], newCycle: undefined };
    const { subscription, newCycle } = planned;
    const waiting = await this.renewals.waitingLines(subscription);
    const prorations = request.prorationBehavior === 'none' ? [] : planned.prorations;
    const now =
      newCycle ?? (request.prorationBehavior === 'always_invoice' && prorations.length > 0 ? [] : undefined);
    const end = currentPeriod(subscription).end;
    const shape = {
      id: newSandboxId('upcoming_in'),
      customer: await this.subscriptions.customerOf(subscription),
      subscription,
      discounts: await this.invoices.discountsOf(subscription, at),
      finalisesAt: null,
      prorationDate: request.prorationDate,
    };
    if (now) {
      const lines = [...waiting, ...prorations, ...now];
      return invoiceShape({
        ...shape,
        lines,
        reason: 'subscription_update',
        at,
        period: { start: at, end: at },
      });
    }
    const lines = [...waiting, ...prorations, ...(await this.renewals.nextPeriodLines(subscription))];
    return invoiceShape({
      ...shape,
      lines,
      reason: 'upcoming',
      at: end,
      period: currentPeriod(subscription),
    });
  }

  private async plan(current: Subscription, request: ChangeRequest, at: number): Promise<PlannedChange> {
    const prorationDate = request.prorationDate ?? at;
    const period = currentPeriod(current);
    if (prorationDate < period.start || prorationDate > period.end) {
      throw badParameter(
        'subscription_proration_date',
        'Cannot specify a proration date outside of the current period.',
      );
    }
    for (const [index, { id }] of request.items.entries()) {
      if (id !== undefined && !current.items.data.some((item) => item.id === id))
        throw missing('subscription_item', id, `items[${index}][id]`);
    }
    const prices = [...current.items.data, ...request.items].flatMap(({ price }) => price ?? []);
    const planned = planChange(
      current,
      request.items,
      at,
      prorationDate,
      await this.subscriptions.namesFor(prices),
      await this.netAmounts(current, at),
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

  /** Less the discounts that were in force when the period began, or are now. */
  private async netAmounts(subscription: Subscription, at: number): Promise<NetAmounts> {
    const paid = await this.invoices.discountsOf(subscription, currentPeriod(subscription).start);
    const due = await this.invoices.discountsOf(subscription, at);
    return { paid: (amount) => netOf(amount, paid), due: (amount) => netOf(amount, due) };
  }

  private async invoiceNow(
    subscription: Subscription,
    lines: readonly LineDraft[],
    { paymentBehavior, prorationDate }: ChangeRequest,
    at: number,
  ): Promise<Subscription> {
    const customer = await this.subscriptions.customerOf(subscription);
    const draft = await this.invoices.draft({
      customer,
      subscription,
      lines,
      reason: 'subscription_update',
      at,
      period: { start: at, end: at },
      finalisesAt: null,
      prorationDate,
    });
    const invoice = await this.invoices.finalise(draft, at);
    const saved = await this.store.save<'subscription'>({ ...subscription, latest_invoice: invoice.id });
    if (invoice.status === 'paid') return saved;
    const card = await this.subscriptions.cardFor(saved);
    const tried = await this.invoices.collect(invoice, card, at);
    if (tried.invoice.status !== 'paid' && paymentBehavior === 'error_if_incomplete')
      throw unpaid(tried.intent);
    return this.subscriptions.follow(saved, tried.invoice, at);
  }

  private async keepWaiting(subscription: Subscription, line: LineDraft, at: number): Promise<void> {
    const item = await this.store.save<'invoiceitem'>({
      id: idFor('invoiceitem'),
      object: 'invoiceitem',
      amount: line.amount,
      currency: line.price.currency,
      customer: idOf(subscription.customer) ?? '',
      customer_account: null,
      date: at,
      description: line.description,
      discountable: false,
      discounts: [],
      invoice: null,
      livemode: false,
      metadata: {},
      parent: {
        subscription_details: { subscription: subscription.id, subscription_item: line.subscriptionItem },
        type: 'subscription_details',
      },
      period: { start: line.period.start, end: line.period.end },
      pricing: {
        price_details: { price: line.price.id, product: idOf(line.price.product) ?? '' },
        type: 'price_details',
        unit_amount_decimal: line.price.unit_amount_decimal,
      },
      proration: true,
      quantity: line.quantity,
      quantity_decimal: String(line.quantity),
      tax_rates: [],
      test_clock: idOf(subscription.test_clock),
    });
    await this.events.record('invoiceitem.created', item, at);
  }
}
