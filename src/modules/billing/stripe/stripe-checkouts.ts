/** Pages at Stripe on which something is bought: a plan, which renews, or credits, which are paid once. */
import type Stripe from 'stripe';
import { unknownPromotionCode } from '../billing.errors';
import type { StripeCatalogue } from './stripe-catalogue';
import { collect, type StripeClient } from './stripe-client';
import { isDiscountRefused, isMissing } from './stripe-failure';
import { type CheckoutSession, offerKeyOf, type StripeGateway } from './stripe-gateway';
import { checkoutFrom } from './stripe-mapping';
import type { StripeMeters } from './stripe-meters';

/** The page asks where the person lives and for which business they buy, and Stripe keeps both with the customer. */
const TAXED = {
  automatic_tax: { enabled: true },
  billing_address_collection: 'auto',
  customer_update: { address: 'auto', name: 'auto' },
  tax_id_collection: { enabled: true },
} as const;
const SESSIONS = 20;

type Gateway = StripeGateway;

export class StripeCheckouts {
  constructor(
    private readonly stripe: StripeClient,
    private readonly catalogue: StripeCatalogue,
    private readonly meters: StripeMeters,
  ) {}

  async create(
    order: Parameters<Gateway['createCheckout']>[0],
    idempotencyKey: string,
  ): Promise<CheckoutSession> {
    const { plan, quantity, trialDays, promotionCodeId } = order;
    const usagePrice = await this.meters.usagePrice(plan);
    const session = {
      mode: 'subscription',
      customer: order.stripeCustomerId,
      client_reference_id: order.customerId,
      ...(trialDays > 0 && { subscription_data: { trial_period_days: trialDays } }),
      ...(promotionCodeId
        ? { discounts: [{ promotion_code: promotionCodeId }] }
        : { allow_promotion_codes: true }),
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
      metadata: { offer: offerKeyOf(order) },
      ...this.taxes,
    } as const;
    try {
      const made = await this.catalogue.withPrice(plan, (price) =>
        this.stripe.ask((stripe) =>
          stripe.checkout.sessions.create(
            { ...session, line_items: [{ price, quantity }, { price: usagePrice }] },
            { idempotencyKey },
          ),
        ),
      );
      return checkoutFrom(made);
    } catch (error) {
      throw isDiscountRefused(error) ? unknownPromotionCode() : error;
    }
  }

  /** The session of the order where there is one already, whatever has become of it. */
  async createForCredits(
    order: Parameters<Gateway['createCreditCheckout']>[0],
    idempotencyKey: string,
  ): Promise<CheckoutSession> {
    const { stripeCustomerId: customer, orderId, currency, amountMinor } = order;
    const known = await this.stripe.ask((stripe) =>
      collect(stripe.checkout.sessions.list({ customer, created: { gte: order.since } })),
    );
    const earlier = known.find(({ metadata }) => metadata?.credit_order === orderId);
    if (earlier) return checkoutFrom(earlier);
    const metadata = { credit_order: orderId };
    const price_data = {
      currency: currency.toLowerCase(),
      unit_amount: Number(amountMinor),
      product_data: { name: 'Flywheel credits' },
    };
    const session: Stripe.Checkout.SessionCreateParams = {
      mode: 'payment',
      customer,
      client_reference_id: order.customerId,
      line_items: [{ price_data, quantity: 1 }],
      success_url: order.successUrl,
      cancel_url: order.cancelUrl,
      metadata,
      payment_intent_data: { metadata },
      // An invoice shows the tax, is mirrored like any other, and can be given back.
      invoice_creation: { enabled: true, invoice_data: { description: 'Prepaid credits', metadata } },
      ...this.taxes,
    };
    return checkoutFrom(
      await this.stripe.ask((stripe) => stripe.checkout.sessions.create(session, { idempotencyKey })),
    );
  }

  async open(customer: string, selling: 'PLANS' | 'ANYTHING'): Promise<CheckoutSession[]> {
    const { data } = await this.stripe.ask((stripe) =>
      stripe.checkout.sessions.list({ customer, status: 'open', limit: SESSIONS }),
    );
    return data.filter(({ mode }) => selling === 'ANYTHING' || mode === 'subscription').map(checkoutFrom);
  }

  async expire(sessionId: string, idempotencyKey: string): Promise<void> {
    const { status } = await this.stripe.ask((stripe) => stripe.checkout.sessions.retrieve(sessionId));
    if (status !== 'open') return;
    await this.stripe.ask((stripe) => stripe.checkout.sessions.expire(sessionId, {}, { idempotencyKey }));
  }

  async find(sessionId: string): Promise<CheckoutSession | null> {
    try {
      return checkoutFrom(await this.stripe.ask((stripe) => stripe.checkout.sessions.retrieve(sessionId)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  private get taxes(): typeof TAXED | object {
    return this.stripe.access().isTaxed ? TAXED : {};
  }
}
