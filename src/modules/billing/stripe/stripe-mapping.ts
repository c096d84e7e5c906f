/** From Stripe's shapes to billing's words. Periods stand on items; an invoice's lines and states keep Stripe's figures. */
import type Stripe from 'stripe';
import { type InvoiceLineItem, InvoiceStatus } from '../invoice/invoice.entity';
import { SubscriptionStatus } from '../subscription/standing';
import { upstreamUnknown } from './stripe-failure';
import type {
  CheckoutSession,
  CreditPurchase,
  PlannedChange,
  StripeInvoice,
  StripeSubscription,
} from './stripe-gateway';

export function instant(seconds: number): Date;
export function instant(seconds: number | null | undefined): Date | null;
export function instant(seconds: number | null | undefined): Date | null {
  return seconds === null || seconds === undefined ? null : new Date(seconds * 1000);
}

export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

function member<T extends string>(words: Record<string, T>, word: string | null, kind: string): T {
  const known = word && words[word.toUpperCase()];
  if (!known) throw upstreamUnknown(kind, word);
  return known;
}

/** undefined for a subscription without items: nothing is sold by it. */
export function subscriptionFrom(subscription: Stripe.Subscription): StripeSubscription | undefined {
  const item = planItemOf(subscription);
  if (!item) return undefined;
  const quantity = item.quantity ?? 1;
  return {
    stripeSubscriptionId: subscription.id,
    status: member(SubscriptionStatus, subscription.status, 'subscription status'),
    planKey: item.price.lookup_key,
    quantity,
    currency: item.price.currency.toUpperCase(),
    periodPriceMinor: (BigInt(item.price.unit_amount ?? 0) * BigInt(quantity)).toString(),
    interval: item.price.recurring?.interval === 'year' ? 'YEAR' : 'MONTH',
    anchorAt: instant(subscription.billing_cycle_anchor),
    currentPeriodStart: instant(item.current_period_start),
    currentPeriodEnd: instant(item.current_period_end),
    trialEndsAt: instant(subscription.trial_end),
    cancelAt: instant(subscription.cancel_at),
    planned: plannedBy(subscription),
    cardFingerprint: fingerprintOf(subscription.default_payment_method),
    createdAt: instant(subscription.created),
    endedAt: instant(subscription.ended_at),
  };
}

/** The item that sells the plan; beside it stands the one that bills what was metered. */
export function planItemOf({ items }: Stripe.Subscription): Stripe.SubscriptionItem | undefined {
  return items.data.find(({ price }) => price.recurring?.usage_type !== 'metered');
}

/** The next phase of its schedule, where it differs from what runs. */
function plannedBy(subscription: Stripe.Subscription): PlannedChange | null {
  const { schedule } = subscription;
  if (!schedule || typeof schedule === 'string' || schedule.status !== 'active') return null;
  const next = schedule.phases.find(
    ({ start_date }) => start_date >= (schedule.current_phase?.end_date ?? 0),
  );
  const [item] = next?.items ?? [];
  if (!next || !item) return null;
  const present = planItemOf(subscription);
  const quantity = item.quantity ?? 1;
  if (idOf(item.price) === present?.price.id && quantity === present?.quantity) return null;
  return { planKey: next.metadata?.plan ?? null, quantity, at: instant(next.start_date) };
}

function fingerprintOf(card: Stripe.Subscription['default_payment_method']): string | null {
  return typeof card === 'object' ? (card?.card?.fingerprint ?? null) : null;
}

export function lineItemFrom(line: Stripe.InvoiceLineItem): InvoiceLineItem {
  return {
    description: line.description ?? 'Charge',
    amountMinor: String(line.amount),
    quantity: line.quantity ?? null,
    periodFrom: instant(line.period.start).toISOString(),
    periodTo: instant(line.period.end).toISOString(),
  };
}

/** The order of credits that an invoice was written for; none for every other invoice. */
export function creditOrderOf({ id, metadata }: Stripe.Invoice): CreditPurchase[] {
  const orderId = metadata?.credit_order;
  return orderId ? [{ orderId, stripeInvoiceId: id }] : [];
}

/** All taxes of an invoice, also those that lie in its prices. */
export function taxOf({ total_taxes }: Stripe.Invoice): string {
  return String((total_taxes ?? []).reduce((sum, { amount }) => sum + amount, 0));
}

/** `given`: what of it went back, also what the invoice itself does not count, and what a bank has called back. */
export function invoiceFrom(
  invoice: Stripe.Invoice,
  given: Pick<StripeInvoice, 'refundedMinor' | 'refunds' | 'disputes'>,
): StripeInvoice {
  return {
    stripeInvoiceId: invoice.id,
    stripeSubscriptionId: idOf(invoice.parent?.subscription_details?.subscription),
    number: invoice.number,
    status: member(InvoiceStatus, invoice.status, 'invoice status'),
    currency: invoice.currency.toUpperCase(),
    subtotalMinor: String(invoice.subtotal),
    taxMinor: taxOf(invoice),
    totalMinor: String(invoice.total),
    amountDueMinor: String(invoice.amount_due),
    amountPaidMinor: String(invoice.amount_paid),
    ...given,
    ...periodOf(invoice),
    hostedUrl: invoice.hosted_invoice_url ?? null,
    lineItems: invoice.lines.data.map(lineItemFrom),
    createdAt: instant(invoice.created),
    paidAt: instant(invoice.status_transitions.paid_at),
  };
}

/** The first invoice of a subscription has an empty period of its own: what it pays for stands on its lines. */
function periodOf(invoice: Stripe.Invoice): Pick<StripeInvoice, 'periodFrom' | 'periodTo'> {
  const { period_start: start, period_end: end, lines } = invoice;
  const periods =
    start < end ? [{ start, end }] : [{ start, end }, ...lines.data.map(({ period }) => period)];
  return {
    periodFrom: instant(Math.min(...periods.map((period) => period.start))),
    periodTo: instant(Math.max(...periods.map((period) => period.end))),
  };
}

export function checkoutFrom(session: Stripe.Checkout.Session): CheckoutSession {
  return {
    sessionId: session.id,
    url: session.url,
    expiresAt: instant(session.expires_at),
    stripeCustomerId: idOf(session.customer),
    offer: session.metadata?.offer ?? null,
    creditOrderId: session.metadata?.credit_order ?? null,
  };
}
