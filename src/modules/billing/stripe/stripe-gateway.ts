/**
 * What billing asks of Stripe, in billing's own words. The adapter beside this file is the only place that knows
 * Stripe's types; everything else speaks these.
 */
import type { InvoiceDisputeItem } from '../invoice/invoice-dispute';
import type { InvoiceLineItem, InvoiceRefundItem, InvoiceStatus } from '../invoice/invoice.entity';
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
  /** What a schedule makes of it at its next phase; null while it stays as it is. */
  readonly planned: PlannedChange | null;
  /** Stripe's name for the very card that pays, whoever shows it; null without one. */
  readonly cardFingerprint: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface PlannedChange {
  readonly planKey: string | null;
  readonly quantity: number;
  readonly at: Date;
}

export interface StripeInvoice {
  readonly stripeInvoiceId: string;
  /** Of which subscription; null for one that was written by hand. */
  readonly stripeSubscriptionId: string | null;
  readonly number: string | null;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly subtotalMinor: string;
  readonly taxMinor: string;
  readonly totalMinor: string;
  readonly amountDueMinor: string;
  readonly amountPaidMinor: string;
  readonly refundedMinor: string;
  readonly refunds: InvoiceRefundItem[];
  readonly disputes: InvoiceDisputeItem[];
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
  readonly creditPurchases: CreditPurchase[];
}

/** Credits that were ordered, and the invoice that they are paid by. */
export interface CreditPurchase {
  readonly orderId: string;
  readonly stripeInvoiceId: string;
}

export interface CheckoutSession {
  readonly sessionId: string;
  readonly url: string | null;
  readonly expiresAt: Date;
  readonly stripeCustomerId: string | null;
  /** Which plan it sells, in one word that we wrote on it; null when it sells credits. */
  readonly offer: string | null;
  /** The order of credits that it was made for; null when it sells a plan. */
  readonly creditOrderId: string | null;
}

/** What a checkout sells: the same offer is the same page. */
export interface CheckoutOffer {
  readonly plan: SoldPlan;
  readonly quantity: number;
  readonly trialDays: number;
  /** Stripe's id of a promotion code; null = the person may type one. */
  readonly promotionCodeId: string | null;
}

export interface PlanChange {
  readonly stripeCustomerId: string;
  readonly stripeSubscriptionId: string;
  readonly plan: SoldPlan;
  readonly quantity: number;
  readonly prorationDate: Date;
  /** Takes back an end that is planned. */
  readonly resumes?: boolean;
}

/** An invoice as Stripe would write it. */
export interface InvoicePreview {
  readonly currency: string;
  readonly taxMinor: string;
  readonly totalMinor: string;
  readonly amountDueMinor: string;
  readonly lineItems: InvoiceLineItem[];
}

/** A customer at Stripe, and our id of it. */
export interface OwnedCustomer {
  readonly stripeCustomerId: string;
  readonly customerId: string;
}

export interface VerifiedEvent {
  readonly eventId: string;
  readonly type: string;
  readonly stripeCustomerId: string | null;
  readonly occurredAt: Date;
}

/** A price at Stripe that is not what the plan says, so that the plan cannot be sold. */
export interface PriceFault {
  readonly planKey: string;
  readonly fault: string;
}

/**
 * Every write takes the key under which Stripe does it once, however often it is asked, and looks first whether it is
 * done already: Stripe forgets keys after a day, and answers under them a failure of its own that came after the effect.
 */
export interface StripeGateway {
  createCustomer(customerId: string, idempotencyKey: string): Promise<string>;
  /** Somebody has deleted it: nothing can be sold to it any more. */
  isDeleted(stripeCustomerId: string): Promise<boolean>;
  /** Whether an invoice is this customer's, and is to be paid. */
  isOwedBy(stripeCustomerId: string, stripeInvoiceId: string): Promise<boolean>;
  /** All customers at Stripe that say whose they are, by the page. */
  customers(): AsyncIterable<readonly OwnedCustomer[]>;
  createCheckout(
    order: CheckoutOffer & {
      readonly stripeCustomerId: string;
      readonly customerId: string;
      readonly successUrl: string;
      readonly cancelUrl: string;
    },
    idempotencyKey: string,
  ): Promise<CheckoutSession>;
  /** A page on which credits are paid once. */
  createCreditCheckout(
    order: {
      readonly stripeCustomerId: string;
      readonly customerId: string;
      readonly orderId: string;
      readonly currency: string;
      readonly amountMinor: string;
      /** No session of the order is older: Unix seconds. */
      readonly since: number;
      readonly successUrl: string;
      readonly cancelUrl: string;
    },
    idempotencyKey: string,
  ): Promise<CheckoutSession>;
  /** The pages of a customer that can still be paid on. */
  openCheckouts(stripeCustomerId: string, selling: 'PLANS' | 'ANYTHING'): Promise<CheckoutSession[]>;
  /** One that is over already stays as it is. */
  expireCheckout(sessionId: string, idempotencyKey: string): Promise<void>;
  /** null when Stripe knows no such session. */
  checkout(sessionId: string): Promise<CheckoutSession | null>;
  /** Id of a promotion code that is taken now; null for an unknown one, one that is over, and one for another customer. */
  promotionCode(code: string, stripeCustomerId: string | null): Promise<string | null>;
  read(stripeCustomerId: string): Promise<StripeReading>;
  previewChange(change: PlanChange): Promise<InvoicePreview>;
  /** What the next renewal is charged, as things stand now; null when nothing is renewed. */
  previewRenewal(stripeCustomerId: string, stripeSubscriptionId: string): Promise<InvoicePreview | null>;
  /** Whether the subscription has this plan and quantity already. */
  isChanged(change: PlanChange): Promise<boolean>;
  /** Now, and paid at once. @throws AppError PAYMENT_REQUIRED when the payment is declined: nothing has changed then. */
  change(change: PlanChange, idempotencyKey: string): Promise<void>;
  /** With the end of the period that is paid for, by a schedule. */
  changeAtPeriodEnd(
    change: Omit<PlanChange, 'prorationDate' | 'stripeCustomerId'>,
    idempotencyKey: string,
  ): Promise<void>;
  cancelAtPeriodEnd(stripeSubscriptionId: string, idempotencyKey: string): Promise<void>;
  /** At once, without a credit. `billsUsage`: what was metered and not billed yet is invoiced with it. */
  cancelNow(stripeSubscriptionId: string, terms: { readonly billsUsage: boolean }): Promise<void>;
  /** Takes back an end or a change that is planned. */
  resume(stripeSubscriptionId: string, idempotencyKey: string): Promise<void>;
  /** Gives money of a paid invoice back, by a credit note. @throws AppError CONFLICT when less is left of it. */
  refund(
    refund: {
      readonly stripeInvoiceId: string;
      readonly amountMinor: string;
      readonly reason: string;
      readonly orderId: string;
    },
    idempotencyKey: string,
  ): Promise<void>;
  /** Withdraws an open invoice. */
  voidInvoice(stripeInvoiceId: string, idempotencyKey: string): Promise<void>;
  createPortal(stripeCustomerId: string, returnUrl: string, idempotencyKey: string): Promise<string>;
  /** What is wrong with the price of each plan at Stripe; a price that is not there yet is made at first need. */
  priceFaults(plans: readonly SoldPlan[]): Promise<PriceFault[]>;
  /** @throws AppError INVALID_INPUT for a forged, an old or a future one. */
  verifyEvent(rawBody: Buffer, signature: string): Promise<VerifiedEvent>;
}

/** The name of a plan's price at Stripe (its lookup key): the same in every account and after every restart. */
export function planKeyOf({ code, version }: Pick<SoldPlan, 'code' | 'version'>): string {
  return `flywheel_${code.toLowerCase()}_v${version}`;
}

/** An offer in one word, written on its checkout session. */
export function offerKeyOf({ plan, quantity, trialDays, promotionCodeId }: CheckoutOffer): string {
  return [planKeyOf(plan), quantity, trialDays, promotionCodeId ?? ''].join(' ');
}
