/** A checkout session as Stripe writes it. */
import { amountOf } from '../catalogue/price-rule';
import { PLACE } from '../request/address';
import { idFor } from '../store/kinds';
import type { CheckoutSession, Customer, Price } from '../store/wire';

export interface CheckoutOrder {
  readonly customer: Customer | null;
  readonly customerEmail: string | null;
  readonly clientReferenceId: string | null;
  readonly lines: readonly { readonly price: Price; readonly quantity: number }[];
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly metadata: Record<string, string>;
  readonly expiresAt: number;
  readonly at: number;
}

export function pagePath(sessionId: string): string {
  return `/c/pay/${sessionId}`;
}

export function sessionShape(order: CheckoutOrder): CheckoutSession {
  const id = idFor('checkout.session');
  const total = order.lines.reduce((sum, { price, quantity }) => sum + amountOf(price, quantity), 0);
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: null,
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: order.cancelUrl,
    client_reference_id: order.clientReferenceId,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: order.at,
    currency: order.lines[0]!.price.currency,
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
    customer_creation: order.customer ? null : 'always',
    customer_details: null,
    customer_email: order.customerEmail,
    discounts: [],
    expires_at: order.expiresAt,
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: order.metadata,
    mode: 'subscription',
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: 'always',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    payment_status: 'unpaid',
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
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${PLACE}${pagePath(id)}`,
    wallet_options: null,
  };
}
