/** The table that mirrors Stripe's invoices: one is written where it differs, and what has come of it since is told. */
import { newId } from '../../../kernel/id';
import type { Database } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import {
  INVOICE_DISPUTE_CHANGED,
  INVOICE_DISPUTED,
  type InvoiceDisputeEventData,
  type InvoiceEventData,
} from '../billing.events';
import type { StripeInvoice } from '../stripe/stripe-gateway';
import { changedFields } from '../subscription/changed-fields';
import { Invoice, InvoiceStatus } from './invoice.entity';

/** One that is being written, and as it was. */
interface ToldInvoice {
  readonly id: string;
  readonly invoice: StripeInvoice;
  readonly before: Invoice | null;
  readonly data: InvoiceEventData;
}

/** Drafts that somebody has deleted at Stripe: whatever is more than a draft stays there for ever. */
export function discardedOf(held: readonly Invoice[], invoices: readonly StripeInvoice[]): Invoice[] {
  const there = new Set(invoices.map(({ stripeInvoiceId }) => stripeInvoiceId));
  return held.filter(
    ({ status, stripeInvoiceId }) => status === InvoiceStatus.DRAFT && !there.has(stripeInvoiceId),
  );
}

export class InvoiceMirrorService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly log: Log,
  ) {}

  /** All that Stripe has of a customer, in the open unit of work that writes the reading. */
  async write(customerId: string, invoices: readonly StripeInvoice[], now: Date): Promise<void> {
    const rows = this.database.unitOfWork.repository(Invoice);
    const held = await rows.findBy({ customerId });
    const byStripe = new Map(held.map((invoice) => [invoice.stripeInvoiceId, invoice]));
    for (const { id } of discardedOf(held, invoices)) await rows.delete({ customerId, id });
    for (const invoice of invoices)
      await this.writeOne(customerId, invoice, byStripe.get(invoice.stripeInvoiceId) ?? null, now);
  }

  private async writeOne(
    customerId: string,
    invoice: StripeInvoice,
    before: Invoice | null,
    now: Date,
  ): Promise<void> {
    const rows = this.database.unitOfWork.repository(Invoice);
    const { status } = invoice;
    const id = before?.id ?? newId('inv', now);
    if (!before) await rows.insert({ ...invoice, customerId, id });
    else if (changedFields(before, invoice).length > 0) await rows.update({ customerId, id }, invoice);
    const data: InvoiceEventData = {
      number: invoice.number,
      totalMinor: invoice.totalMinor,
      currency: invoice.currency,
    };
    const tell = (type: string): Promise<void> =>
      this.events.emit({ type, customerId, subject: id, before: before?.status, after: invoice, data });
    if (before && BigInt(before.refundedMinor) < BigInt(invoice.refundedMinor))
      await tell('invoice.refunded');
    if (before?.status !== status && status !== InvoiceStatus.DRAFT)
      await tell(`invoice.${status.toLowerCase()}`);
    await this.tellDisputes(customerId, { id, invoice, before, data });
  }

  /** Staff answers a dispute at Stripe, within days: its beginning and each state that it comes to are told. */
  private async tellDisputes(customerId: string, { id, invoice, before, data }: ToldInvoice): Promise<void> {
    for (const { stripeDisputeId, state, amountMinor, reason, respondBy } of invoice.disputes) {
      const known = before?.disputes.find((one) => one.stripeDisputeId === stripeDisputeId);
      if (known?.state === state) continue;
      const told: InvoiceDisputeEventData = {
        ...data,
        stripeDisputeId,
        state,
        amountMinor,
        reason,
        respondBy,
      };
      const type = known ? INVOICE_DISPUTE_CHANGED : INVOICE_DISPUTED;
      await this.events.emit({ type, customerId, subject: id, before: known?.state, data: told });
      this.log.warn({ customerId, invoiceId: id, state }, 'the bank of a payer disputes a payment');
    }
  }
}
