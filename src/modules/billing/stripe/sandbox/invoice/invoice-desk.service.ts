/** Invoices that somebody writes by hand, out of what waits for a customer, and what is put onto a draft later. */
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Invoice, type InvoiceItem, type Subscription } from '../store/wire';
import type { AppliedDiscount } from './discount-rule';
import type { InvoiceTerms } from './invoice-shape';
import { invoiceShape } from './invoice-shape';
import { amountDue } from './minimum-charge';
import type { Taxes } from '../tax/taxes.service';
import type { InvoiceDiscounts } from './invoice-discounts.service';
import type { Invoices } from './invoice.service';
import type { WaitingItems } from './waiting-items.service';

const DRAFT_SECONDS = 3600;

export interface ManualInvoice {
  readonly customer: Customer;
  readonly subscription: Subscription | null;
  readonly terms: InvoiceTerms;
  /** Whether it takes up what waits for the customer. */
  readonly takesWaiting: boolean;
  /** Whether it becomes final and is collected by itself. */
  readonly autoAdvance: boolean;
  /** Of this invoice alone; undefined = those of its subscription. */
  readonly discounts?: readonly AppliedDiscount[];
  readonly at: number;
}

export class InvoiceDesk {
  constructor(
    private readonly store: ObjectStore,
    private readonly invoices: Invoices,
    private readonly invoiceDiscounts: InvoiceDiscounts,
    private readonly waiting: WaitingItems,
    private readonly taxes: Taxes,
  ) {}

  async write({
    customer,
    subscription,
    terms,
    takesWaiting,
    autoAdvance,
    discounts,
    at,
  }: ManualInvoice): Promise<Invoice> {
    const lines = subscription
      ? await this.waiting.linesFor(subscription)
      : takesWaiting
        ? await this.waiting.asLines(
            (await this.waiting.of(customer.id)).filter(({ currency }) => currency === terms.currency),
          )
        : [];
    return this.invoices.draft({
      customer,
      subscription,
      terms,
      lines,
      discounts,
      reason: 'manual',
      at,
      period: { start: at, end: at },
      finalisesAt: autoAdvance ? at + DRAFT_SECONDS : null,
    });
  }

  /** Puts an item onto a draft. */
  async putOn(draft: Invoice, item: InvoiceItem): Promise<Invoice> {
    if (draft.status !== 'draft')
      throw notAllowed('You can only add items to an invoice that is a draft.', 'invoice_not_editable');
    const customer = await this.store.get('customer', idOf(draft.customer) ?? '');
    const id = idOf(draft.parent?.subscription_details?.subscription);
    const subscription = id ? ((await this.store.find('subscription', id)) ?? null) : null;
    const [line] = await this.waiting.asLines([item]);
    const more = invoiceShape({
      id: draft.id,
      customer,
      subscription,
      terms: {
        currency: draft.currency,
        collectionMethod: 'charge_automatically',
        daysUntilDue: null,
        description: null,
        metadata: {},
        isTaxed: draft.automatic_tax.enabled,
      },
      lines: [line!],
      discounts: subscription ? await this.invoiceDiscounts.inForce(subscription, item.date) : [],
      reason: 'manual',
      at: draft.created,
      period: { start: draft.period_start, end: draft.period_end },
      finalisesAt: null,
    });
    const total = draft.total + more.total;
    const due = amountDue({ total, balance: customer.balance, currency: draft.currency });
    const longer: Invoice = {
      ...draft,
      amount_due: due,
      amount_remaining: due,
      lines: { ...draft.lines, data: [...draft.lines.data, ...more.lines.data] },
      subtotal: draft.subtotal + more.subtotal,
      subtotal_excluding_tax: draft.subtotal + more.subtotal,
      total,
      total_discount_amounts: [
        ...(draft.total_discount_amounts ?? []),
        ...(more.total_discount_amounts ?? []),
      ],
      total_excluding_tax: total,
    };
    return this.store.save<'invoice'>(await this.taxes.applied(longer));
  }
}
