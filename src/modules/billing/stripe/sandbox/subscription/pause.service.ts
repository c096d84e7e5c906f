/** A subscription that rests: no invoice and no new period until it is resumed, with a cycle of its own or the old one. */
import { nextBoundary, previousBoundary } from '../calendar/billing-cycle';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { InvoiceDiscounts } from '../invoice/invoice-discounts.service';
import type { Invoices } from '../invoice/invoice.service';
import { debitLine, type LineDraft, periodLines } from '../invoice/line-draft';
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import type { Subscription } from '../store/wire';
import { currentPeriod, restarted } from './subscription-shape';
import type { Subscriptions } from './subscription.service';

const AWAKE = ['active', 'trialing', 'past_due', 'unpaid'];

export class Pauses {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly invoices: Invoices,
    private readonly invoiceDiscounts: InvoiceDiscounts,
    private readonly subscriptions: Subscriptions,
  ) {}

  async pause(subscription: Subscription, at: number): Promise<Subscription> {
    if (!AWAKE.includes(subscription.status))
      throw notAllowed(`A subscription that is ${subscription.status} cannot be paused.`);
    if (subscription.schedule) throw notAllowed('A subscription with a schedule cannot be paused.');
    const paused = await this.subscriptions.move(subscription, { status: 'paused' }, at);
    await this.events.record('customer.subscription.paused', paused, at);
    return paused;
  }

  async resume(
    subscription: Subscription,
    { restarts, prorates }: { readonly restarts: boolean; readonly prorates: boolean },
    at: number,
  ): Promise<Subscription> {
    if (subscription.status !== 'paused')
      throw notAllowed('Only subscriptions with a status of `paused` can be resumed.');
    const cadence = cadenceOf(subscription.items.data[0]!.price);
    const anchor = restarts ? at : subscription.billing_cycle_anchor;
    const period = {
      start: restarts ? at : previousBoundary(anchor, cadence, at),
      end: nextBoundary(anchor, cadence, at),
    };
    const paidFor = !restarts && currentPeriod(subscription).end > at;
    const next = paidFor ? subscription : restarted(subscription, { ...period, anchor });
    const lines = paidFor ? [] : await this.linesOf(next, period, restarts || !prorates ? null : at);
    const due = restarts || prorates ? lines : [];
    if (due.length === 0) return this.awake(next, subscription, at);
    const draft = await this.invoices.draft({
      customer: await this.subscriptions.customerOf(subscription),
      subscription: next,
      lines: due,
      reason: 'subscription_update',
      at,
      period: { start: at, end: at },
      finalisesAt: null,
    });
    const invoice = await this.invoices.finalise(draft, at);
    const lasting = await this.invoiceDiscounts.unspent(next, at);
    const waiting = await this.store.save<'subscription'>({ ...lasting, latest_invoice: invoice.id });
    if (invoice.status === 'paid') return this.awake(waiting, subscription, at);
    const card = await this.subscriptions.cardFor(waiting);
    const tried = await this.invoices.collect(invoice, card, at);
    return tried.invoice.status === 'paid'
      ? this.awake(waiting, subscription, at)
      : this.subscriptions.move(subscription, waiting, at);
  }

  private async awake(next: Subscription, before: Subscription, at: number): Promise<Subscription> {
    const resumed = await this.subscriptions.move(before, { ...next, status: 'active' }, at);
    await this.events.record('customer.subscription.resumed', resumed, at);
    return resumed;
  }

  /** A whole period, or what is left of it from an instant on. */
  private async linesOf(
    subscription: Subscription,
    period: { start: number; end: number },
    from: number | null,
  ): Promise<LineDraft[]> {
    const items = subscription.items.data.filter(({ price }) => !isMetered(price));
    const names = await this.subscriptions.namesFor(items.map(({ price }) => price));
    if (from === null) return items.flatMap((item) => periodLines(item, period, names));
    const due = (await this.invoiceDiscounts.prorationBasis(subscription, from)).due(items);
    return items.map((item) =>
      debitLine(item, due.get(item.id)!, { whole: period, part: { start: from, end: period.end } }, names),
    );
  }
}
