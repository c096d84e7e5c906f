/**
 * Payments of a customer that their bank has called back. A dispute names its charge and no customer, so it is found by the
 * customer's charges; the money counts as gone for as long as Stripe says that it is withdrawn.
 */
import type Stripe from 'stripe';
import { type InvoiceDisputeItem, InvoiceDisputeState } from '../invoice/invoice-dispute';
import { collect, type StripeClient } from './stripe-client';
import { isMissing, upstreamUnknown } from './stripe-failure';
import { idOf, instant } from './stripe-mapping';
import type { StripeRefunds } from './stripe-refunds';

export interface Disputed {
  readonly invoice: string | null;
  readonly dispute: InvoiceDisputeItem;
}

const STATES: Readonly<Record<string, InvoiceDisputeState>> = {
  warning_needs_response: InvoiceDisputeState.INQUIRY,
  warning_under_review: InvoiceDisputeState.INQUIRY,
  warning_closed: InvoiceDisputeState.INQUIRY_CLOSED,
  needs_response: InvoiceDisputeState.OPEN,
  under_review: InvoiceDisputeState.OPEN,
  appeal_needs_response: InvoiceDisputeState.OPEN,
  appeal_under_review: InvoiceDisputeState.OPEN,
  prevented: InvoiceDisputeState.PREVENTED,
  won: InvoiceDisputeState.WON,
  lost: InvoiceDisputeState.LOST,
};

export class StripeDisputes {
  constructor(
    private readonly stripe: Pick<StripeClient, 'ask'>,
    private readonly refunds: Pick<StripeRefunds, 'invoiceOf'>,
  ) {}

  /** Only charges that were ever disputed are looked at. */
  async of(charges: readonly Stripe.Charge[]): Promise<Disputed[]> {
    const all: Disputed[] = [];
    for (const charge of charges) {
      if (!charge.disputed) continue;
      const disputes = await this.stripe.ask((stripe) =>
        collect(stripe.disputes.list({ charge: charge.id })),
      );
      if (disputes.length === 0) continue;
      const invoice = await this.refunds.invoiceOf(idOf(charge.payment_intent));
      all.push(...disputes.map((dispute) => ({ invoice, dispute: disputeFrom(dispute, charge) })));
    }
    return all;
  }

  /** Whose payment is disputed: Stripe's id of the customer; null for a guest, and for a charge of another account. */
  async payerOf(charge: string | null): Promise<string | null> {
    if (charge === null) return null;
    try {
      return idOf((await this.stripe.ask((stripe) => stripe.charges.retrieve(charge))).customer);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}

/** Of one invoice, in their order; Stripe lists the newest first. */
export function disputesOf({ id }: Stripe.Invoice, all: readonly Disputed[]): InvoiceDisputeItem[] {
  return all
    .flatMap(({ invoice, dispute }) => (invoice === id ? dispute : []))
    .reverse()
    .sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

export function disputeFrom(
  dispute: Stripe.Dispute,
  charge: Pick<Stripe.Charge, 'amount' | 'currency'>,
): InvoiceDisputeItem {
  const { id, status, reason, created, evidence_details } = dispute;
  const state = STATES[status];
  if (!state) throw upstreamUnknown('dispute status', status);
  const amount = Math.min(disputedOf(dispute, charge), charge.amount);
  return {
    stripeDisputeId: id,
    state,
    amountMinor: String(amount),
    withdrawnMinor: String(isWithdrawn(state, dispute) ? amount : 0),
    reason,
    respondBy:
      state === InvoiceDisputeState.OPEN || state === InvoiceDisputeState.INQUIRY
        ? (instant(evidence_details.due_by)?.toISOString() ?? null)
        : null,
    createdAt: instant(created).toISOString(),
  };
}

/**
 * In the currency of the charge. A bank may call back in the payer's own: how much of the charge that is, the booking tells that took it
 * from the operator, where it was booked in that currency; without one, all of it.
 */
function disputedOf(
  { amount, currency, balance_transactions }: Stripe.Dispute,
  charge: Pick<Stripe.Charge, 'amount' | 'currency'>,
): number {
  if (currency === charge.currency) return amount;
  const taken = balance_transactions.filter((one) => one.currency === charge.currency && one.amount < 0);
  return taken.length === 0 ? charge.amount : -taken.reduce((sum, one) => sum + one.amount, 0);
}

/** An open one holds the money, whether or not its movement is booked already; of what ended early the bookings tell. */
function isWithdrawn(state: InvoiceDisputeState, { balance_transactions }: Stripe.Dispute): boolean {
  switch (state) {
    case InvoiceDisputeState.OPEN:
    case InvoiceDisputeState.LOST:
      return true;
    case InvoiceDisputeState.PREVENTED:
      return balance_transactions.reduce((sum, { amount }) => sum + amount, 0) < 0;
    default:
      return false;
  }
}
