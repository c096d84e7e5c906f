/**
 * What was given back of a customer's invoices. The house gives back by credit notes; in Stripe's dashboard money can be given
 * back without one, and then only the charge knows of it.
 */
import type Stripe from 'stripe';
import type { InvoiceRefundItem } from '../invoice/invoice.entity';
import { collect, type StripeClient } from './stripe-client';
import { idOf, instant } from './stripe-mapping';

export interface GivenBack {
  readonly invoice: string | null;
  readonly refund: InvoiceRefundItem;
  /** The invoice counts it by itself. */
  readonly byNote: boolean;
}

const PAGE = 100;
/** States in which the money is back, or on its way. */
const GIVEN = ['succeeded', 'pending', 'requires_action'];

export function refundsByNote(notes: readonly Stripe.CreditNote[]): GivenBack[] {
  return notes
    .filter(({ status, post_payment_amount: amount }) => status === 'issued' && amount > 0)
    .map((note) => ({
      invoice: idOf(note.invoice),
      byNote: true,
      refund: {
        number: note.number,
        amountMinor: String(note.post_payment_amount),
        taxMinor: taxOfNote(note),
        reason: note.memo,
        createdAt: instant(note.created).toISOString(),
      },
    }));
}

/** Of one invoice, in the order in which it was given; Stripe lists the newest first, and tells times to the second. */
export function refundsOf({ id }: Stripe.Invoice, all: readonly GivenBack[]): GivenBack[] {
  return all
    .filter(({ invoice }) => invoice === id)
    .reverse()
    .sort((a, b) => Date.parse(a.refund.createdAt) - Date.parse(b.refund.createdAt));
}

export class StripeRefunds {
  constructor(private readonly stripe: Pick<StripeClient, 'ask'>) {}

  /** Refunds that no credit note knows of. Only charges of which something went back are looked at. */
  async withoutNote(
    charges: readonly Stripe.Charge[],
    notes: readonly Stripe.CreditNote[],
  ): Promise<GivenBack[]> {
    const noted = new Set(notes.flatMap(refundIdsOf));
    const given: GivenBack[] = [];
    for (const { id: charge, payment_intent, customer, amount_refunded } of charges) {
      if (amount_refunded === 0) continue;
      const refunds = await this.stripe.ask((stripe) => collect(stripe.refunds.list({ charge })));
      const unknown = refunds.filter(({ id, status }) => !noted.has(id) && GIVEN.includes(status ?? ''));
      const bare = unknown.length === 0 ? [] : await this.stillUnknown(unknown, idOf(customer));
      if (bare.length === 0) continue;
      const invoice = await this.invoiceOf(idOf(payment_intent));
      given.push(...bare.map((refund) => ({ invoice, byNote: false, refund: itemFrom(refund) })));
    }
    return given;
  }

  /** A note may have come since the notes were read: its refund is no second one beside it. */
  private async stillUnknown(refunds: Stripe.Refund[], customer: string | null): Promise<Stripe.Refund[]> {
    if (customer === null) return refunds;
    const notes = await this.stripe.ask((stripe) =>
      collect(stripe.creditNotes.list({ customer, limit: PAGE })),
    );
    const noted = new Set(notes.flatMap(refundIdsOf));
    return refunds.filter(({ id }) => !noted.has(id));
  }

  private async invoiceOf(payment_intent: string | null): Promise<string | null> {
    if (payment_intent === null) return null;
    const payment = { type: 'payment_intent', payment_intent } as const;
    const { data } = await this.stripe.ask((stripe) => stripe.invoicePayments.list({ payment }));
    return idOf(data[0]?.invoice);
  }
}

const refundIdsOf = ({ refunds }: Stripe.CreditNote): (string | null)[] =>
  refunds.map(({ refund }) => idOf(refund));

/** A note that also lessened what was still owed takes back taxes of both: Stripe does not say how much of which. */
function taxOfNote({ pre_payment_amount, total_taxes }: Stripe.CreditNote): string | null {
  if (pre_payment_amount > 0) return null;
  return String((total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0));
}

function itemFrom({ id, receipt_number, amount, reason, created }: Stripe.Refund): InvoiceRefundItem {
  return {
    number: receipt_number ?? id,
    amountMinor: String(amount),
    taxMinor: null,
    reason,
    createdAt: instant(created).toISOString(),
  };
}
