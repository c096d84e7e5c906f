/**
 * What becomes of a draft's lines when it is finalised: usage that came in the meantime is counted, prepaid credit burns,
 * and taxes are those of the moment.
 */
import { isMetered } from '../catalogue/price-rule';
import type { CreditGrants } from '../credit/credit-grant.service';
import type { MeterReadings } from '../meter/meter-readings';
import type { ObjectStore } from '../store/object-store';
import {
  type Invoice,
  type InvoiceLine,
  idOf,
  type Subscription,
  type SubscriptionItem,
} from '../store/wire';
import type { AppliedDiscount } from './discount-rule';
import { invoiceShape } from './invoice-shape';
import { type LineDraft, periodLines } from './line-draft';
import type { Taxes } from '../tax/taxes.service';

export class FinalLines {
  constructor(
    private readonly store: ObjectStore,
    private readonly meters: MeterReadings,
    private readonly grants: CreditGrants,
    private readonly taxes: Taxes,
  ) {}

  async settle(draft: Invoice, at: number): Promise<Invoice> {
    return this.taxes.settled(await this.withPrepaid(await this.withUsage(draft), at));
  }

  /** Of an invoice that is void. */
  giveBack({ id, customer }: Invoice, at: number): Promise<void> {
    return this.grants.giveBack({ id, customer: idOf(customer) ?? '' }, at);
  }

  /** Usage of the period that was reported while the invoice was a draft is on it. */
  private async withUsage(draft: Invoice): Promise<Invoice> {
    const id = idOf(draft.parent?.subscription_details?.subscription);
    const subscription = id ? await this.store.find('subscription', id) : undefined;
    if (!subscription || draft.billing_reason !== 'subscription_cycle') return draft;
    const lines: LineDraft[] = [];
    const counted = new Set<string>();
    let changed = false;
    for (const line of draft.lines.data) {
      const item = meteredItem(line, subscription);
      if (!item) {
        lines.push(await this.asDraft(line, draft));
      } else if (!counted.has(timeOf(line, item))) {
        counted.add(timeOf(line, item));
        const anew = await this.recounted(item, line, idOf(draft.customer) ?? '');
        const before = draft.lines.data.filter(
          (one) => meteredItem(one, subscription)?.id === item.id && timeOf(one, item) === timeOf(line, item),
        );
        changed ||= sum(anew) !== sum(before);
        lines.push(...(subscription.status === 'trialing' ? await this.asDrafts(before, draft) : anew));
      }
    }
    return changed ? this.redrafted(draft, subscription, lines) : draft;
  }

  private async recounted(
    item: SubscriptionItem,
    { period, pricing, parent }: InvoiceLine,
    customer: string,
  ): Promise<LineDraft[]> {
    // Usage is billed at the price of its time, which may be another one now.
    const id = idOf(pricing?.price_details?.price) ?? item.price.id;
    const price = await this.store.get('price', id);
    const used = await this.meters.billable(item.price.recurring?.meter ?? '', customer, period);
    const product = idOf(item.price.product) ?? '';
    const name = (await this.store.find('product', product))?.name ?? 'Subscription';
    const invoiceItem = parent?.subscription_item_details?.invoice_item;
    return periodLines({ ...item, price }, period, new Map([[product, name]]), used).map((line) => ({
      ...line,
      ...(invoiceItem && { invoiceItem }),
    }));
  }

  private async redrafted(
    draft: Invoice,
    subscription: Subscription,
    lines: readonly LineDraft[],
  ): Promise<Invoice> {
    const discounts = await this.named(draft.discounts.map((one) => idOf(one) ?? ''));
    const anew = invoiceShape({
      id: draft.id,
      customer: await this.store.get('customer', idOf(draft.customer) ?? ''),
      subscription,
      lines,
      discounts,
      reason: 'subscription_cycle',
      at: draft.created,
      period: { start: draft.period_start, end: draft.period_end },
      finalisesAt: draft.automatically_finalizes_at,
    });
    const { description, metadata, due_date, auto_advance, automatic_tax } = draft;
    return { ...anew, description, metadata, due_date, auto_advance, automatic_tax };
  }

  private async named(ids: readonly string[]): Promise<AppliedDiscount[]> {
    const discounts: AppliedDiscount[] = [];
    for (const id of ids) {
      const discount = await this.store.get('discount', id);
      const coupon = await this.store.recall('coupon', idOf(discount.source.coupon) ?? '');
      if (coupon) discounts.push({ discountId: id, coupon });
    }
    return discounts;
  }

  private async asDrafts(lines: readonly InvoiceLine[], draft: Invoice): Promise<LineDraft[]> {
    return Promise.all(lines.map((line) => this.asDraft(line, draft)));
  }

  private async asDraft(line: InvoiceLine, draft: Invoice): Promise<LineDraft> {
    const general = new Set(draft.discounts.map((one) => idOf(one)));
    const own = line.discounts.map((one) => idOf(one) ?? '').filter((id) => !general.has(id));
    const price = idOf(line.pricing?.price_details?.price);
    const { subscription_item_details: ofItem, invoice_item_details: ofInvoiceItem } = line.parent ?? {};
    const invoiceItem = ofItem?.invoice_item ?? ofInvoiceItem?.invoice_item;
    return {
      description: line.description ?? '',
      amount: line.amount,
      quantity: line.quantity ?? 1,
      price: price ? await this.store.get('price', price) : null,
      period: line.period,
      subscriptionItem: ofItem?.subscription_item ?? null,
      proration: ofItem?.proration ?? ofInvoiceItem?.proration ?? false,
      isDiscountable: line.discountable,
      discounts: await this.named(own),
      ...(invoiceItem && { invoiceItem }),
    };
  }

  /** Prepaid credit burns on what was metered, line by line, before anything is owed. */
  private async withPrepaid(draft: Invoice, at: number): Promise<Invoice> {
    const customer = idOf(draft.customer) ?? '';
    let burned = 0;
    const lines = [];
    for (const line of draft.lines.data) {
      const discounted = (line.discount_amounts ?? []).reduce(
        (left, { amount }) => left - amount,
        line.amount,
      );
      const id = idOf(line.pricing?.price_details?.price);
      const price = id === null ? undefined : await this.store.get('price', id);
      const taken =
        price && discounted > 0
          ? await this.grants.burn(
              { customer, price, amount: discounted, invoice: draft.id, line: line.id },
              at,
            )
          : 0;
      burned += taken;
      const credit = { amount: taken, type: 'credit_balance_transaction' };
      const credits = [...(line.pretax_credit_amounts ?? []), credit];
      lines.push(taken === 0 ? line : { ...line, pretax_credit_amounts: credits });
    }
    if (burned === 0) return draft;
    return {
      ...draft,
      lines: { ...draft.lines, data: lines },
      total: draft.total - burned,
      total_excluding_tax: draft.total - burned,
      total_pretax_credit_amounts: [
        ...(draft.total_pretax_credit_amounts ?? []),
        { amount: burned, type: 'credit_balance_transaction' },
      ],
    };
  }
}

/** The item and the time that a line bills the usage of. */
function timeOf({ period }: InvoiceLine, { id }: SubscriptionItem): string {
  return `${id} ${period.start}`;
}

/** The item whose usage a line bills; undefined for every other line. */
function meteredItem(line: InvoiceLine, { items }: Subscription): SubscriptionItem | undefined {
  const id = line.parent?.subscription_item_details?.subscription_item;
  return items.data.find((item) => item.id === id && isMetered(item.price));
}

function sum(lines: readonly { readonly amount: number; readonly quantity?: number | null }[]): string {
  return lines.map(({ amount, quantity }) => `${quantity} ${amount}`).join();
}
