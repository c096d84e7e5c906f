/**
 * What was given back of a customer's invoices. The house gives back by credit notes; in Stripe's dashboard money can be given
 * back without one, and then only the charge knows of it.
 */
import type Stripe from 'stripe';
import type { InvoiceRefundItem } from '../invoice/invoice.entity';
import { collect, type StripeClient } from './stripe-client';
import type { StripeInvoice } from './stripe-gateway';
import { idOf, instant } from './stripe-mapping';

export interface GivenBack {
  readonly invoice: string | null;
  /** null for a note whose money did not arrive. */
  readonly refund: InvoiceRefundItem | null;
  /** What the invoice's own count lacks of it, or has too much: that counts notes, whether or not their money arrived. */
  readonly correctionMinor: bigint;
}

const PAGE = 100;
/** States in which the money is back, or on its way. */
const GIVEN = ['succeeded', 'pending', 'requires_action'];

export function refundsByNote(notes: readonly Stripe.CreditNote[]): GivenBack[] {
  return notes
    .filter(({ status, post_payment_amount: amount }) => status === 'issued' && amount > 0)
    .map((note) => {
      const lost = lostOf(note);
      const amount = note.post_payment_amount - lost;
      const refund = {
        number: note.number,
        amountMinor: String(amount),
        taxMinor: lost > 0 ? null : taxOfNote(note),
        reason: note.memo,
        createdAt: instant(note.created).toISOString(),
      };
      return {
        invoice: idOf(note.invoice),
        correctionMinor: BigInt(-lost),
        refund: amount === 0 ? null : refund,
      };
    });
}

/** What of a note was sent back to a card and did not arrive there. Its refunds are read with it. */
function lostOf({ refunds }: Stripe.CreditNote): number {
  return refunds
    .filter(({ refund }) => typeof refund === 'object' && !GIVEN.includes(refund.status ?? ''))
    .reduce((sum, { amount_refunded }) => sum + amount_refunded, 0);
}

/** Of one invoice: how much altogether, and each in its order; Stripe lists the newest first, and tells times to the second. */
export function refundsOf(
  { id, post_payment_credit_notes_amount: counted }: Stripe.Invoice,
  all: readonly GivenBack[],
): Pick<StripeInvoice, 'refundedMinor' | 'refunds'> {
  const own = all.filter(({ invoice }) => invoice === id);
  return {
    refundedMinor: own
      .reduce((sum, { correctionMinor }) => sum + correctionMinor, BigInt(counted))
      .toString(),
    refunds: own
      .flatMap(({ refund }) => refund ?? [])
      .reverse()
      .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt)),
  };
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
      given.push(
        ...bare.map((refund) => ({
          invoice,
          correctionMinor: BigInt(refund.amount),
          refund: itemFrom(refund),
        })),
      );
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

  /** Which invoice a payment paid. */
  async invoiceOf(payment_intent: string | null): Promise<string | null> {
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
