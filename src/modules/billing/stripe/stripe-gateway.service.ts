/** Billing's gateway, carried out by the real `stripe` client. */
import type Stripe from 'stripe';
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { unknownPromotionCode } from '../billing.errors';
import { StripeCatalogue } from './stripe-catalogue';
import { StripeChanges } from './stripe-changes';
import { collect, type StripeAccess, StripeClient } from './stripe-client';
import { isDiscountRefused, isMissing } from './stripe-failure';
import { StripeMeters } from './stripe-meters';
import {
  type ChangePreview,
  type CheckoutSession,
  offerKeyOf,
  type PlanChange,
  type PriceFault,
  type SoldPlan,
  type VerifiedEvent,
  type StripeGateway,
  type StripeReading,
} from './stripe-gateway';
import { checkoutFrom, idOf, instant, invoiceFrom, subscriptionFrom } from './stripe-mapping';
import { refundsByNote, refundsOf, StripeRefunds } from './stripe-refunds';

/** How far a signature's time may lie in the past or the future. */
const TOLERANCE_SECONDS = 300;
/** The page asks where the person lives and for which business they buy, and Stripe keeps both with the customer. */
const TAXED = {
  automatic_tax: { enabled: true },
  billing_address_collection: 'auto',
  customer_update: { address: 'auto', name: 'auto' },
  tax_id_collection: { enabled: true },
} as const;
const PAGE = 100;
const SESSIONS = 20;

export class StripeGatewayService implements StripeGateway {
  private readonly stripe: StripeClient;
  private readonly catalogue: StripeCatalogue;
  private readonly changes: StripeChanges;
  private readonly refunds: StripeRefunds;
  /** Usage, which is billed beside the plan. */
  readonly meters: StripeMeters;

  constructor(
    private readonly access: () => StripeAccess,
    private readonly clock: Clock,
  ) {
    this.stripe = new StripeClient(access);
    this.catalogue = new StripeCatalogue(this.stripe);
    this.refunds = new StripeRefunds(this.stripe);
    this.meters = new StripeMeters(this.stripe);
    this.changes = new StripeChanges(this.stripe, this.catalogue);
  }

  async createCustomer(customerId: string, idempotencyKey: string): Promise<string> {
    // Only our id: what else Stripe needs to know, the person tells Stripe.
    const customer = await this.stripe.ask((stripe) =>
      stripe.customers.create({ metadata: { customer: customerId } }, { idempotencyKey }),
    );
    return customer.id;
  }

  async *customers(): AsyncIterable<{ stripeCustomerId: string; customerId: string }> {
    const stripe = await this.stripe.client();
    for await (const { id, metadata } of stripe.customers.list({ limit: PAGE }))
      if (metadata.customer) yield { stripeCustomerId: id, customerId: metadata.customer };
  }

  async createCheckout(
    order: Parameters<StripeGateway['createCheckout']>[0],
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
      ...(this.access().isTaxed && TAXED),
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

  async openCheckouts(stripeCustomerId: string): Promise<CheckoutSession[]> {
    const { data } = await this.stripe.ask((stripe) =>
      stripe.checkout.sessions.list({ customer: stripeCustomerId, status: 'open', limit: SESSIONS }),
    );
    return data.map(checkoutFrom);
  }

  async expireCheckout(sessionId: string, idempotencyKey: string): Promise<void> {
    const { status } = await this.stripe.ask((stripe) => stripe.checkout.sessions.retrieve(sessionId));
    if (status !== 'open') return;
    await this.stripe.ask((stripe) => stripe.checkout.sessions.expire(sessionId, {}, { idempotencyKey }));
  }

  async checkout(sessionId: string): Promise<CheckoutSession | null> {
    try {
      return checkoutFrom(await this.stripe.ask((stripe) => stripe.checkout.sessions.retrieve(sessionId)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async promotionCode(code: string): Promise<string | null> {
    const { data } = await this.stripe.ask((stripe) =>
      stripe.promotionCodes.list({ code, active: true, limit: 1 }),
    );
    return data[0]?.id ?? null;
  }

  async read(stripeCustomerId: string): Promise<StripeReading> {
    const query = { customer: stripeCustomerId, limit: PAGE };
    const [subscriptions, invoices, notes, charges] = await this.stripe.ask((stripe) =>
      Promise.all([
        collect(
          stripe.subscriptions.list({
            ...query,
            status: 'all',
            expand: ['data.default_payment_method', 'data.schedule'],
          }),
        ),
        collect(stripe.invoices.list(query)),
        collect(stripe.creditNotes.list(query)),
        collect(stripe.charges.list(query)),
      ]),
    );
    const given = [...refundsByNote(notes), ...(await this.refunds.withoutNote(charges, notes))];
    return {
      subscriptions: subscriptions.map(subscriptionFrom).filter((one) => one !== undefined),
      invoices: invoices.map((invoice) => invoiceFrom(invoice, refundsOf(invoice, given))),
    };
  }

  previewChange(change: PlanChange): Promise<ChangePreview> {
    return this.changes.preview(change);
  }

  isChanged(change: PlanChange): Promise<boolean> {
    return this.changes.isChanged(change);
  }

  change(change: PlanChange, idempotencyKey: string): Promise<void> {
    return this.changes.change(change, idempotencyKey);
  }

  changeAtPeriodEnd(
    change: Parameters<StripeGateway['changeAtPeriodEnd']>[0],
    idempotencyKey: string,
  ): Promise<void> {
    return this.changes.changeAtPeriodEnd(change, idempotencyKey);
  }

  cancelAtPeriodEnd(stripeSubscriptionId: string, idempotencyKey: string): Promise<void> {
    return this.changes.cancelAtPeriodEnd(stripeSubscriptionId, idempotencyKey);
  }

  cancelNow(stripeSubscriptionId: string, terms: { billsUsage: boolean }): Promise<void> {
    return this.changes.cancelNow(stripeSubscriptionId, terms);
  }

  resume(stripeSubscriptionId: string, idempotencyKey: string): Promise<void> {
    return this.changes.resume(stripeSubscriptionId, idempotencyKey);
  }

  refund(refund: Parameters<StripeGateway['refund']>[0], idempotencyKey: string): Promise<void> {
    return this.changes.refund(refund, idempotencyKey);
  }

  voidInvoice(stripeInvoiceId: string, idempotencyKey: string): Promise<void> {
    return this.changes.voidInvoice(stripeInvoiceId, idempotencyKey);
  }

  async createPortal(customer: string, returnUrl: string, idempotencyKey: string): Promise<string> {
    const session = await this.stripe.ask((stripe) =>
      stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }, { idempotencyKey }),
    );
    return session.url;
  }

  priceFaults(plans: readonly SoldPlan[]): Promise<PriceFault[]> {
    return this.catalogue.faults(plans);
  }

  async verifyEvent(rawBody: Buffer, signature: string): Promise<VerifiedEvent> {
    const stripe = await this.stripe.client();
    const now = Math.floor(this.clock.millis() / 1000);
    let event: Stripe.Event;
    try {
      const { webhookSecret } = this.access();
      event = stripe.webhooks.constructEvent(
        rawBody,
        signature,
        webhookSecret,
        TOLERANCE_SECONDS,
        undefined,
        now * 1000,
      );
    } catch {
      throw invalidInput(
        ['Stripe-Signature'],
        'The signature does not match this body and this time.',
        'signature',
      );
    }
    // The client lets a time in the future pass, so it is refused here.
    const signedAt = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1]);
    if (!(signedAt <= now + TOLERANCE_SECONDS)) {
      throw invalidInput(['Stripe-Signature'], 'The signature lies in the future.', 'signature');
    }
    const object = event.data.object as {
      object?: string;
      id?: string;
      customer?: string | { id: string } | null;
    };
    return {
      eventId: event.id,
      type: event.type,
      stripeCustomerId: object.object === 'customer' ? (object.id ?? null) : idOf(object.customer),
      occurredAt: instant(event.created),
    };
  }
}
