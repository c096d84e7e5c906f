/** What the end of a period brings: the next period with its invoice, or the end that was asked for. */
import { nextBoundary } from '../calendar/billing-cycle';
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import type { Invoices } from '../invoice/invoice.service';
import { type LineDraft, periodLines } from '../invoice/line-draft';
import type { MeterReadings } from '../meter/meter-readings';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Subscription } from '../store/wire';
import { currentPeriod, withItems } from './subscription-shape';
import type { Subscriptions } from './subscription.service';

/** A draft stays open to additions for an hour before it is finalised and charged. */
const DRAFT_SECONDS = 3600;

export class Renewals {
  constructor(
    private readonly store: ObjectStore,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
    private readonly meters: MeterReadings,
  ) {}

  /** A subscription has reached an instant that matters to it. */
  async arrive(subscription: Subscription, at: number): Promise<void> {
    if (subscription.status === 'incomplete') return this.subscriptions.expire(subscription, at);
    if (subscription.cancel_at !== null && subscription.cancel_at <= at) {
      await this.subscriptions.end(subscription, at, 'cancellation_requested');
      return;
    }
    await this.renew(subscription, at);
  }

  /** Lines that wait for the next invoice: credits and charges of earlier changes. */
  async waitingLines({ id }: Subscription): Promise<LineDraft[]> {
    const lines: LineDraft[] = [];
    for (const item of await this.store.all('invoiceitem', { parent: id })) {
      lines.push({
        description: item.description ?? '',
        amount: item.amount,
        quantity: item.quantity,
        price: await this.store.get('price', idOf(item.pricing?.price_details?.price) ?? ''),
        period: item.period,
        subscriptionItem: item.parent?.subscription_details?.subscription_item ?? '',
        proration: item.proration,
        invoiceItem: item.id,
      });
    }
    return lines;
  }

  /** What the next period costs, and what was metered in the one before. */
  async nextPeriodLines(subscription: Subscription): Promise<LineDraft[]> {
    const { data } = subscription.items;
    const names = await this.subscriptions.namesFor(data.map(({ price }) => price));
    const ended = currentPeriod(subscription);
    const next = { start: ended.end, end: periodAfter(subscription) };
    const customer = idOf(subscription.customer) ?? '';
    const lines: LineDraft[] = [];
    for (const item of data) {
      if (!isMetered(item.price)) lines.push(...periodLines(item, next, names));
      else {
        const used = await this.meters.sum(item.price.recurring?.meter ?? '', customer, ended);
        lines.push(...periodLines(item, ended, names, used));
      }
    }
    return lines;
  }

  private async renew(subscription: Subscription, at: number): Promise<void> {
    const ended = currentPeriod(subscription);
    const lines = [...(await this.waitingLines(subscription)), ...(await this.nextPeriodLines(subscription))];
    const next = { current_period_start: ended.end, current_period_end: periodAfter(subscription) };
    const renewed = withItems(
      { ...subscription, status: subscription.status === 'trialing' ? 'active' : subscription.status },
      subscription.items.data.map((item) => ({ ...item, ...next })),
    );
    const invoice = await this.invoices.draft({
      customer: await this.subscriptions.customerOf(subscription),
      subscription: renewed,
      lines,
      reason: 'subscription_cycle',
      at,
      period: ended,
      finalisesAt: at + DRAFT_SECONDS,
    });
    await this.subscriptions.move(subscription, { ...renewed, latest_invoice: invoice.id }, at);
  }
}

function periodAfter(subscription: Subscription): number {
  const { end } = currentPeriod(subscription);
  const cadence = cadenceOf(subscription.items.data[0]!.price);
  return nextBoundary(subscription.billing_cycle_anchor, cadence, end);
}
