/** A checkout session as Stripe writes it. */
import type { Redemption } from '../catalogue/discount.service';
import { PLACE } from '../request/address';
import { idFor } from '../store/kinds';
import type { CheckoutSession, Customer, Price } from '../store/wire';

export type CheckoutMode = 'payment' | 'setup' | 'subscription';

export interface CheckoutOrder {
  readonly mode: CheckoutMode;
  /** null where nothing is paid. */
  readonly currency: string | null;
  readonly customer: Customer | null;
  readonly customerEmail: string | null;
  readonly clientReferenceId: string | null;
  readonly lines: readonly { readonly price: Price; readonly quantity: number }[];
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly metadata: Record<string, string>;
  readonly redemptions: readonly Redemption[];
  /** Whether the page takes codes. */
  readonly allowsCodes: boolean | null;
  readonly expiresAt: number;
  readonly isTaxed: boolean;
  readonly collectsTaxIds: { readonly enabled: boolean; readonly required: 'if_supported' | 'never' };
  readonly addressCollection: 'auto' | 'required' | null;
  /** Who becomes a customer by paying once; null in other modes, and for a customer that is known. */
  readonly customerCreation: 'always' | 'if_required' | null;
  /** Of what is paid once; null in other modes. */
  readonly invoiceCreation: CheckoutSession['invoice_creation'];
  readonly at: number;
}

export function pagePath(sessionId: string): string {
  return `/c/pay/${sessionId}`;
}

export function sessionShape(order: CheckoutOrder): CheckoutSession {
  const id = idFor('checkout.session');
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: order.allowsCodes,
    allowed_payment_method_types: null,
    amount_subtotal: null,
    amount_total: null,
    automatic_tax: automaticTaxOf(order.isTaxed, false),
    billing_address_collection: order.addressCollection,
    cancel_url: order.cancelUrl,
    client_reference_id: order.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: order.at,
    currency: order.currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: order.customer?.id ?? null,
    customer_account: null,
    customer_creation: order.customer ? null : order.customerCreation,
    customer_details: null,
    customer_email: order.customerEmail,
    discounts: order.redemptions.map(namedDiscount),
    expires_at: order.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: order.invoiceCreation,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: order.metadata,
    mode: order.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: order.mode === 'payment' ? 'if_required' : 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: order.mode === 'setup' ? 'no_payment_required' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: order.successUrl,
    tax_id_collection: order.collectsTaxIds,
    total_details: null,
    ui_mode: 'hosted_page',
    url: `${PLACE}${pagePath(id)}`,
    wallet_options: null,
  };
}

/** `isPlaced`: whether anybody can say yet where the buyer is. */
export function automaticTaxOf(enabled: boolean, isPlaced: boolean): CheckoutSession['automatic_tax'] {
  if (!enabled) return { enabled, liability: null, provider: null, status: null };
  const status = isPlaced ? 'complete' : 'requires_location_inputs';
  return { enabled, liability: { type: 'self' }, provider: 'stripe', status };
}

export function namedDiscount({
  coupon,
  code,
}: Redemption): NonNullable<CheckoutSession['discounts']>[number] {
  return { coupon: coupon.id, promotion_code: code?.id ?? null };
}
