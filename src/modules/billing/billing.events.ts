/** What billing says happened, and the one signal by which memories of a customer's terms are dropped. */
import type { InvoiceDisputeState } from './invoice/invoice-dispute';
import type { Plan } from './plan/plan.entity';

/** Published when plan, state or spend cap of a customer changed: `{ customerId }`. */
export const BILLING_CHANGED = 'billing.changed';

/** Published when there is a new version of a plan: `{ code }`. */
export const PLANS_CHANGED = 'billing.plans-changed';
/** A version of a plan is sold from now on: `{ code, version, priceMinor, currency }`. */
export const PLAN_PUBLISHED = 'plan.published';

/** Money was asked for that somebody else must approve: `{ kind, amountMinor, currency }`. */
export const MONEY_REQUESTED = 'money-request.created';
/** It was approved, rejected, or taken back by who asked: `{ kind, amountMinor, currency, by }`. */
export const MONEY_APPROVED = 'money-request.approved';
export const MONEY_REJECTED = 'money-request.rejected';
export const MONEY_WITHDRAWN = 'money-request.withdrawn';
/** It was approved, and could not be given any more. */
export const MONEY_REFUSED = 'money-request.refused';

/** Credits were granted: `{ amountMinor, currency, source, expiresAt }`. */
export const CREDIT_GRANTED = 'credit.granted';
/** Bought credits were taken back with their money, given back or disputed, as far as they were left: `{ amount, currency, used }`, exact; `used` cannot be taken back. */
export const CREDIT_REFUNDED = 'credit.refunded';
/** Money that was given back did not arrive, or a dispute was won, and the credits are there again: `{ grantId, amount, currency }`, exact. */
export const CREDIT_RESTORED = 'credit.restored';
/** Credits ended unused: `{ amount, currency }`, exact. */
export const CREDIT_EXPIRED = 'credit.expired';
/** A transfer was undone by its mirror: `{ reversesId, kind, amount, currency }`. */
export const LEDGER_REVERSED = 'ledger.reversed';
/** The daily sums do not hold: `{ faults, first }`. Somebody must look. */
export const LEDGER_UNBALANCED = 'ledger.unbalanced';

/** A customer cost more than it was charged, told once a period: `{ periodStart, revenue, cost }`, exact. For staff. */
export const MARGIN_NEGATIVE = 'margin.negative';

/** A threshold of usage was reached. */
export const USAGE_ALERTED = 'usage.alerted';

/** `data` of usage.alerted: amounts are decimals of requests, or of minor units where there is a currency. */
export interface UsageAlertedData extends Record<string, unknown> {
  readonly subject: 'REQUESTS' | 'SPEND';
  readonly percent: number;
  readonly used: string;
  readonly limit: string;
  readonly currency: string | null;
  readonly periodStart: string;
}

/** `data` of subscription.started, .changed and .canceled: recurring revenue moves by the difference of the two amounts. */
export interface SubscriptionEventData extends Record<string, unknown> {
  readonly planId: string;
  readonly planCode: string;
  readonly planVersion: number;
  /** Minor units a month, as text; 0 for FREE, in a trial and after the end. */
  readonly monthlyMinor: string;
  readonly currency: string;
  readonly previousPlanCode: string | null;
  readonly previousMonthlyMinor: string;
}

/** `data` of invoice.open, .paid, .void and .uncollectible. */
export interface InvoiceEventData extends Record<string, unknown> {
  readonly number: string | null;
  readonly totalMinor: string;
  readonly currency: string;
}

/** The bank of a payer has called a payment back, or asks about it. For staff: it is answered at Stripe. */
export const INVOICE_DISPUTED = 'invoice.disputed';
/** A dispute has come to another state. */
export const INVOICE_DISPUTE_CHANGED = 'invoice.dispute-changed';

/** `data` of invoice.disputed and .dispute-changed: `amountMinor` of the invoice's currency is disputed. */
export interface InvoiceDisputeEventData extends InvoiceEventData {
  readonly stripeDisputeId: string;
  readonly state: InvoiceDisputeState;
  readonly amountMinor: string;
  readonly reason: string;
  /** Until when evidence can be handed in; null when it is over. */
  readonly respondBy: string | null;
}

/** A renewal comes, told once, some days before: of the subscription. */
export const INVOICE_UPCOMING = 'invoice.upcoming';

/** `data` of invoice.upcoming: what is to be paid as things stand, and when. */
export interface InvoiceUpcomingData extends Record<string, unknown> {
  readonly amountDueMinor: string;
  readonly currency: string;
  readonly renewsAt: string;
}

export function subscriptionData(
  plan: Pick<Plan, 'id' | 'code' | 'version'>,
  amounts: { monthlyMinor: string; previousMonthlyMinor: string; currency: string },
  previousPlanCode: string | null,
): SubscriptionEventData {
  return { planId: plan.id, planCode: plan.code, planVersion: plan.version, previousPlanCode, ...amounts };
}
