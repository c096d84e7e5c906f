/** An invoice as Stripe writes it, from its lines: sums, discounts and the customer's balance, computed once. */
import { productIdOf } from '../catalogue/price-rule';
import { PLACE } from '../request/address';
import { newSandboxId } from '../store/kinds';
import {
  type Customer,
  type Invoice,
  type InvoiceLine,
  idOf,
  type Subscription,
  wholeList,
} from '../store/wire';
import { type AppliedDiscount, discountsOf, type LineDiscount, totalByDiscount } from './discount-rule';
import type { LineDraft } from './line-draft';
import { amountDue } from './minimum-charge';

type BillingReason =
  'manual' | 'subscription_create' | 'subscription_cycle' | 'subscription_update' | 'upcoming';

export interface InvoiceDraft {
  readonly id: string;
  readonly customer: Customer;
  /** null for an invoice that somebody writes by hand. */
  readonly subscription: Subscription | null;
  /** Of a handwritten one; otherwise what the subscription says. */
  readonly terms?: InvoiceTerms;
  readonly lines: readonly LineDraft[];
  readonly discounts: readonly AppliedDiscount[];
  readonly reason: BillingReason;
  readonly at: number;
  readonly period: { readonly start: number; readonly end: number };
  /** When the draft becomes final by itself; null = it is finalised at once. */
  readonly finalisesAt: number | null;
  /** When its payment is tried first; default: when it becomes final by itself. A preview has no other instant. */
  readonly triedAt?: number;
  readonly prorationDate?: number;
}

export interface InvoiceTerms {
  readonly currency: string;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  readonly daysUntilDue: number | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly footer?: string | null;
  /** The card of this invoice alone. */
  readonly defaultPaymentMethod?: string | null;
  /** Whether Stripe Tax is asked; it fills in what is said of taxes here. */
  readonly isTaxed: boolean;
}

const DAY = 86_400;

export function invoiceShape(draft: InvoiceDraft): Invoice {
  const { id, customer, subscription, lines, at } = draft;
  const taken = takenOff(lines, draft.discounts);
  const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
  const discounts = totalByDiscount(taken);
  const total = subtotal - discounts.reduce((sum, { amount }) => sum + amount, 0);
  const terms = draft.terms ?? termsOf(subscription, customer);
  const due = amountDue({ total, balance: customer.balance, currency: terms.currency });
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Sandbox (not Stripe)',
    account_tax_ids: null,
    amount_due: due,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: due,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: draft.finalisesAt !== null,
    automatic_tax: automaticTax(terms.isTaxed),
    automatically_finalizes_at: draft.finalisesAt,
    billing_reason: draft.reason,
    collection_method: terms.collectionMethod,
    created: at,
    currency: terms.currency,
    custom_fields: null,
    customer: customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: terms.defaultPaymentMethod ?? null,
    default_source: null,
    default_tax_rates: [],
    description: terms.description,
    discounts: draft.discounts.map(({ discountId }) => discountId),
    due_date: terms.daysUntilDue === null ? null : at + terms.daysUntilDue * DAY,
    effective_at: null,
    ending_balance: null,
    footer: terms.footer ?? null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: wholeList(
      lines.map((line, index) => lineShape(line, taken[index]!, draft)),
      `/v1/invoices/${id}/lines`,
    ),
    livemode: false,
    metadata: terms.metadata,
    next_payment_attempt:
      terms.collectionMethod === 'send_invoice' ? null : (draft.triedAt ?? draft.finalisesAt),
    number: null,
    on_behalf_of: null,
    parent: subscription && {
      quote_details: null,
      subscription_details: {
        metadata: subscription.metadata,
        subscription: subscription.id,
        ...(draft.prorationDate !== undefined && { subscription_proration_date: draft.prorationDate }),
      },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: draft.period.end,
    period_start: draft.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: customer.balance,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: idOf(customer.test_clock),
    total,
    total_discount_amounts: discounts,
    total_excluding_tax: total,
    total_pretax_credit_amounts: discounts.map((one) => ({ ...one, type: 'discount' })),
    total_taxes: [],
    webhooks_delivered_at: at,
  };
}

/** For each line what its own discounts take off it, and then those of the invoice. */
function takenOff(lines: readonly LineDraft[], discounts: readonly AppliedDiscount[]): LineDiscount[][] {
  const wanted = lines.map(({ amount, price, period, proration, isDiscountable = !proration }) => ({
    // A proration is a share of what was or will be paid: its amount carries the discount already.
    amount: isDiscountable ? amount : 0,
    product: price && productIdOf(price),
    start: period.start,
  }));
  const own = lines.map((line, place) => discountsOf([wanted[place]!], line.discounts ?? [])[0]!);
  const left = wanted.map((line, place) => ({
    ...line,
    amount: own[place]!.reduce((rest, { amount }) => rest - amount, line.amount),
  }));
  return discountsOf(left, discounts).map((general, place) => [...own[place]!, ...general]);
}

export function automaticTax(enabled: boolean): Invoice['automatic_tax'] {
  return {
    disabled_reason: null,
    enabled,
    liability: enabled ? { type: 'self' } : null,
    provider: null,
    status: null,
  };
}

export function hostedUrl(invoiceId: string): string {
  return `${PLACE}/i/${invoiceId}`;
}

function lineShape(
  line: LineDraft,
  discounts: LineDiscount[],
  { id, subscription, terms, customer }: InvoiceDraft,
): InvoiceLine {
  const { price } = line;
  return {
    id: newSandboxId('il'),
    object: 'line_item',
    amount: line.amount,
    currency: (terms ?? termsOf(subscription, customer)).currency,
    description: line.description,
    discount_amounts: discounts,
    discountable: line.isDiscountable ?? !line.proration,
    discounts: discounts.map(({ discount }) => discount),
    invoice: id,
    livemode: false,
    metadata: subscription?.metadata ?? {},
    parent: parentOf(line, subscription),
    period: { start: line.period.start, end: line.period.end },
    pretax_credit_amounts: discounts.map((one) => ({ ...one, type: 'discount' })),
    pricing: price && {
      price_details: { price: price.id, product: idOf(price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    },
    quantity: line.quantity,
    quantity_decimal: String(line.quantity),
    subscription: subscription?.id ?? null,
    subtotal: line.amount,
    taxes: [],
  };
}

/** What gave rise to a line: an item of a subscription, or an item that waited for an invoice. */
function parentOf(line: LineDraft, subscription: Subscription | null): InvoiceLine['parent'] {
  const { proration, invoiceItem = null, subscriptionItem } = line;
  const proration_details = proration ? { credited_items: null } : null;
  if (subscription && subscriptionItem !== null)
    return {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: invoiceItem,
        proration,
        proration_details,
        subscription: subscription.id,
        subscription_item: subscriptionItem,
      },
      type: 'subscription_item_details',
    };
  return {
    invoice_item_details: {
      invoice_item: invoiceItem ?? '',
      proration,
      proration_details,
      subscription: subscription?.id ?? null,
    },
    subscription_item_details: null,
    type: 'invoice_item_details',
  };
}

function termsOf(subscription: Subscription | null, customer: Customer): InvoiceTerms {
  return {
    currency: subscription?.currency ?? customer.currency ?? 'usd',
    collectionMethod:
      subscription?.collection_method === 'send_invoice' ? 'send_invoice' : 'charge_automatically',
    daysUntilDue: subscription?.days_until_due ?? null,
    description: null,
    metadata: {},
    isTaxed: subscription?.automatic_tax.enabled ?? false,
  };
}
