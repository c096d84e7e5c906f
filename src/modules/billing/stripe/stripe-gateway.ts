/**
 * What billing asks of Stripe, in billing's own words. The adapter beside this file is the only place that knows
 * Stripe's types; everything else speaks these.
 */
import type { InvoiceLineItem, InvoiceStatus } from '../invoice/invoice.entity';
import type { PlanInterval } from '../plan/plan.entity';
import type { SubscriptionStatus } from '../subscription/standing';

/** What Stripe needs to know of a plan to sell it. */
export interface SoldPlan {
  readonly code: string;
  readonly version: number;
  readonly name: string;
  readonly priceMinor: string;
  readonly currency: string;
  readonly interval: PlanInterval;
}

export interface StripeSubscription {
  readonly stripeSubscriptionId: string;
  readonly status: SubscriptionStatus;
  /** By this name the plan is found again; null for a subscription that was made elsewhere. */
  readonly planKey: string | null;
  readonly quantity: number;
  readonly currency: string;
  /** Price of one period, all seats. */
  readonly periodPriceMinor: string;
  readonly interval: 'MONTH' | 'YEAR';
  readonly anchorAt: Date;
  readonly currentPeriodStart: Date;
  readonly currentPeriodEnd: Date;
  readonly trialEndsAt: Date | null;
  readonly cancelAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface StripeInvoice {
  readonly stripeInvoiceId: string;
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly totalMinor: string;
  readonly amountDueMinor: string;
  readonly refundedMinor: string;
  readonly periodFrom: Date;
  readonly periodTo: Date;
  readonly hostedUrl: string | null;
  readonly lineItems: InvoiceLineItem[];
  readonly createdAt: Date;
  readonly paidAt: Date | null;
}

/** Everything of one customer, as it stands at Stripe now. */
export interface StripeReading {
  readonly subscriptions: StripeSubscription[];
  readonly invoices: StripeInvoice[];
}

export interface CheckoutSession {
  readonly sessionId: string;
  readonly url: string | null;
  readonly expiresAt: Date;
  readonly stripeCustomerId: string | null;
  /** Plan and seats that it sells, as we wrote them on it. */
  readonly planKey: string | null;
  readonly quantity: number | null;
}

export interface PlanChange {
  readonly stripeCustomerId: string;
  readonly stripeSubscriptionId: string;
  readonly plan: SoldPlan;
  readonly quantity: number;
  readonly prorationDate: Date;
}

export interface ChangePreview {
  readonly currency: string;
  readonly totalMinor: string;
  readonly amountDueMinor: string;
  readonly lineItems: InvoiceLineItem[];
}

export interface StripeEvent {
  readonly eventId: string;
  readonly type: string;
  readonly stripeCustomerId: string | null;
  readonly occurredAt: Date;
}

/** Every write takes the key under which Stripe does it once, however often it is asked. */
export interface StripeGateway {
  createCustomer(customerId: string, idempotencyKey: string): Promise<string>;
  createCheckout(
    order: {
      stripeCustomerId: string;
      customerId: string;
      plan: SoldPlan;
      quantity: number;
      successUrl: string;
      cancelUrl: string;
    },
    idempotencyKey: string,
  ): Promise<CheckoutSession>;
  openCheckouts(stripeCustomerId: string): Promise<CheckoutSession[]>;
  expireCheckout(sessionId: string, idempotencyKey: string): Promise<void>;
  /** null when Stripe knows no such session. */
  checkout(sessionId: string): Promise<CheckoutSession | null>;
  read(stripeCustomerId: string): Promise<StripeReading>;
  previewChange(change: PlanChange): Promise<ChangePreview>;
  /** @throws AppError PAYMENT_REQUIRED when the payment is declined: nothing has changed then. */
  change(change: PlanChange, idempotencyKey: string): Promise<void>;
  cancelAtPeriodEnd(stripeSubscriptionId: string, idempotencyKey: string): Promise<void>;
  createPortal(stripeCustomerId: string, returnUrl: string, idempotencyKey: string): Promise<string>;
  /** @throws AppError INVALID_INPUT for a forged, an old or a future one. */
  verifyEvent(rawBody: Buffer, signature: string): Promise<StripeEvent>;
}

/** The name of a plan's price at Stripe (its lookup key): the same in every account and after every restart. */
export function planKeyOf({ code, version }: Pick<SoldPlan, 'code' | 'version'>): string {
  return `flywheel_${code.toLowerCase()}_v${version}`;
}
