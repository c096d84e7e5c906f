/** A checkout session as Stripe writes it. */
import type { Redemption } from '../catalogue/discount.service';
import { amountOf } from '../catalogue/price-rule';
import { discountsOf, totalByDiscount } from '../invoice/discount-rule';
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
  readonly redemptions: readonly Redemption[];
  /** Whether the page takes codes. */
  readonly allowsCodes: boolean | null;
  readonly expiresAt: number;
  readonly at: number;
}

export function pagePath(sessionId: string): string {
  return `/c/pay/${sessionId}`;
}

export function sessionShape(order: CheckoutOrder): CheckoutSession {
  const id = idFor('checkout.session');
  const subtotal = order.lines.reduce((sum, { price, quantity }) => sum + amountOf(price, quantity), 0);
  const off = takenOff(order.lines, order.redemptions);
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: order.allowsCodes,
    allowed_payment_method_types: null,
    amount_subtotal: subtotal,
    amount_total: subtotal - off,
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
    discounts: order.redemptions.map(namedDiscount),
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
    total_details: { amount_discount: off, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${PLACE}${pagePath(id)}`,
    wallet_options: null,
  };
}

/** What coupons take off an order. */
export function takenOff(
  lines: CheckoutOrder['lines'],
  redemptions: readonly Pick<Redemption, 'coupon'>[],
): number {
  const taken = discountsOf(
    lines.map(({ price, quantity }) => amountOf(price, quantity)),
    redemptions.map(({ coupon }) => ({ discountId: coupon.id, coupon })),
  );
  return totalByDiscount(taken).reduce((sum, { amount }) => sum + amount, 0);
}

export function namedDiscount({
  coupon,
  code,
}: Redemption): NonNullable<CheckoutSession['discounts']>[number] {
  return { coupon: coupon.id, promotion_code: code?.id ?? null };
}
