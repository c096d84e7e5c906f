/**
 * Stripe's objects as they travel and as they are kept: the types of the pinned `stripe` package, with decimals as the
 * text that they are before the client reads them. So the compiler holds every answer of the sandbox to the contract.
 */
import type Stripe from 'stripe';

type Wire<T> = T extends Stripe.Decimal
  ? string
  : T extends string
    ? T
    : T extends readonly (infer Item)[]
      ? Wire<Item>[]
      : T extends object
        ? { [Key in keyof T]: Wire<T[Key]> }
        : T;

export type Customer = Wire<Stripe.Customer>;
export type Product = Wire<Stripe.Product>;
export type Price = Wire<Stripe.Price>;
export type Coupon = Wire<Stripe.Coupon>;
type Discount = Wire<Stripe.Discount>;
export type PromotionCode = Wire<Stripe.PromotionCode>;
export type BalanceTransaction = Wire<Stripe.CustomerBalanceTransaction>;
export type CreditNote = Wire<Stripe.CreditNote>;
export type CreditNoteLine = Wire<Stripe.CreditNoteLineItem>;
export type Refund = Wire<Stripe.Refund>;
export type TaxId = Wire<Stripe.TaxId>;
export type TaxRate = Wire<Stripe.TaxRate>;
export type CreditGrant = Wire<Stripe.Billing.CreditGrant>;
export type CreditTransaction = Wire<Stripe.Billing.CreditBalanceTransaction>;
export type SubscriptionSchedule = Wire<Stripe.SubscriptionSchedule>;
export type PaymentMethod = Wire<Stripe.PaymentMethod>;
export type PaymentIntent = Wire<Stripe.PaymentIntent>;
export type SetupIntent = Wire<Stripe.SetupIntent>;
export type Charge = Wire<Stripe.Charge>;
export type Dispute = Wire<Stripe.Dispute>;
export type Subscription = Wire<Stripe.Subscription>;
export type SubscriptionItem = Wire<Stripe.SubscriptionItem>;
export type Invoice = Wire<Stripe.Invoice>;
export type InvoiceLine = Wire<Stripe.InvoiceLineItem>;
export type InvoiceItem = Wire<Stripe.InvoiceItem>;
export type InvoicePayment = Wire<Stripe.InvoicePayment>;
export type CheckoutSession = Wire<Stripe.Checkout.Session>;
export type PortalSession = Wire<Stripe.BillingPortal.Session>;
export type TestClock = Wire<Stripe.TestHelpers.TestClock>;
export type Meter = Wire<Stripe.Billing.Meter>;

/** The request that an event came of; neither where time brought it. */
export interface EventOrigin {
  readonly id: string | null;
  readonly idempotency_key: string | null;
}

/** An event with whatever object it tells of. */
export interface SandboxEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: object; readonly previous_attributes?: object };
  readonly livemode: false;
  readonly pending_webhooks: number;
  readonly request: EventOrigin;
  readonly type: string;
}

/** What the sandbox has to tell before a trial ends. */
export interface TrialReminder {
  readonly id: string;
  readonly object: 'sandbox.trial_reminder';
  readonly created: number;
  readonly due_at: number;
  readonly subscription: string;
  readonly test_clock: string | null;
  /** The end that it tells of. */
  readonly trial_end: number;
}

/** What the sandbox has to tell before a period is renewed. */
export interface RenewalReminder {
  readonly id: string;
  readonly object: 'sandbox.renewal_reminder';
  readonly created: number;
  readonly due_at: number;
  readonly subscription: string;
  readonly test_clock: string | null;
  /** The end of the period that it tells of. */
  readonly period_end: number;
}

/** Everything that the sandbox keeps, by the name that Stripe gives its kind. */
export interface Kinds {
  customer: Customer;
  product: Product;
  price: Price;
  coupon: Coupon;
  discount: Discount;
  promotion_code: PromotionCode;
  customer_balance_transaction: BalanceTransaction;
  credit_note: CreditNote;
  refund: Refund;
  tax_id: TaxId;
  'billing.credit_grant': CreditGrant;
  'billing.credit_balance_transaction': CreditTransaction;
  subscription_schedule: SubscriptionSchedule;
  payment_method: PaymentMethod;
  payment_intent: PaymentIntent;
  setup_intent: SetupIntent;
  charge: Charge;
  dispute: Dispute;
  subscription: Subscription;
  invoice: Invoice;
  invoiceitem: InvoiceItem;
  invoice_payment: InvoicePayment;
  'checkout.session': CheckoutSession;
  'billing_portal.session': PortalSession;
  'test_helpers.test_clock': TestClock;
  'billing.meter': Meter;
  event: SandboxEvent;
  'sandbox.trial_reminder': TrialReminder;
  'sandbox.renewal_reminder': RenewalReminder;
}
export type Kind = keyof Kinds;

export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}

export interface WireList<T> {
  readonly object: 'list';
  readonly data: T[];
  readonly has_more: boolean;
  readonly url: string;
}

/** A list that is part of another object: all of it at once. */
export function wholeList<T>(data: T[], url: string): WireList<T> {
  return { object: 'list', data, has_more: false, url };
}
