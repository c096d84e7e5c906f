/**
 * Billing's gateway, carried out by the real `stripe` client, against Stripe or against the sandbox. `stripe` is loaded
 * at first use: importing it costs more than starting the house. It is imported in this folder and nowhere else.
 */
import type Stripe from 'stripe';
import type { Clock } from '../../../kernel/clock';
import { AppError, invalidInput } from '../../../kernel/errors';
import { StripeCatalogue } from './stripe-catalogue';
import { declined, isDeclined, isMissing, withPatience } from './stripe-failure';
import {
  type ChangePreview,
  type CheckoutSession,
  type PlanChange,
  planKeyOf,
  type SoldPlan,
  type StripeEvent,
  type StripeGateway,
  type StripeReading,
} from './stripe-gateway';
import { checkoutFrom, idOf, instant, invoiceFrom, lineItemFrom, subscriptionFrom } from './stripe-mapping';

export interface StripeAccess {
  readonly apiKey: string;
  readonly webhookSecret: string;
  /** Where the sandbox listens; absent = Stripe itself. */
  readonly sandbox?: { readonly host: string; readonly port: number };
}

/** How far a signature's time may lie in the past or the future. */
const TOLERANCE_SECONDS = 300;
const TIMEOUT_MS = 15_000;
const PAGE = 100;
const SESSIONS = 20;

export class StripeGatewayService implements StripeGateway {
  private readonly catalogue = new StripeCatalogue(() => this.client());
  private loading: Promise<Stripe> | undefined;

  constructor(
    private readonly access: () => StripeAccess,
    private readonly clock: Clock,
  ) {}

  async createCustomer(customerId: string, idempotencyKey: string): Promise<string> {
    // Only our id: what else Stripe needs to know, the person tells Stripe.
    const customer = await this.ask((stripe) =>
      stripe.customers.create({ metadata: { customer: customerId } }, { idempotencyKey }),
    );
    return customer.id;
  }

  async createCheckout(
    order: Parameters<StripeGateway['createCheckout']>[0],
    idempotencyKey: string,
  ): Promise<CheckoutSession> {
    const { plan, quantity } = order;
    const price = await this.priceId(plan);
    const session = await this.ask((stripe) =>
      stripe.checkout.sessions.create(
        {
          mode: 'subscription',
          customer: order.stripeCustomerId,
          client_reference_id: order.customerId,
          line_items: [{ price, quantity }],
          success_url: order.successUrl,
          cancel_url: order.cancelUrl,
          metadata: { plan: planKeyOf(plan), quantity: String(quantity) },
        },
        { idempotencyKey },
      ),
    );
    return checkoutFrom(session);
  }

  async openCheckouts(stripeCustomerId: string): Promise<CheckoutSession[]> {
    const { data } = await this.ask((stripe) =>
      stripe.checkout.sessions.list({ customer: stripeCustomerId, status: 'open', limit: SESSIONS }),
    );
    return data.map(checkoutFrom);
  }

  async expireCheckout(sessionId: string, idempotencyKey: string): Promise<void> {
    await this.ask((stripe) => stripe.checkout.sessions.expire(sessionId, {}, { idempotencyKey }));
  }

  async checkout(sessionId: string): Promise<CheckoutSession | null> {
    try {
      return checkoutFrom(await this.ask((stripe) => stripe.checkout.sessions.retrieve(sessionId)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async read(stripeCustomerId: string): Promise<StripeReading> {
    const stripe = await this.client();
    const query = { customer: stripeCustomerId, limit: PAGE };
    const [subscriptions, invoices] = await withPatience(() =>
      Promise.all([
        collect(stripe.subscriptions.list({ ...query, status: 'all' })),
        collect(stripe.invoices.list(query)),
      ]),
    );
    return {
      subscriptions: subscriptions.map(subscriptionFrom).filter((one) => one !== undefined),
      invoices: invoices.map(invoiceFrom),
    };
  }

  async previewChange(change: PlanChange): Promise<ChangePreview> {
    const items = await this.changedItems(change);
    const invoice = await this.ask((stripe) =>
      stripe.invoices.createPreview({
        customer: change.stripeCustomerId,
        subscription: change.stripeSubscriptionId,
        subscription_details: {
          items,
          proration_behavior: 'always_invoice',
          proration_date: seconds(change.prorationDate),
        },
      }),
    );
    return {
      currency: invoice.currency.toUpperCase(),
      totalMinor: String(invoice.total),
      amountDueMinor: String(invoice.amount_due),
      lineItems: invoice.lines.data.map(lineItemFrom),
    };
  }

  async change(change: PlanChange, idempotencyKey: string): Promise<void> {
    const items = await this.changedItems(change);
    try {
      await this.ask((stripe) =>
        stripe.subscriptions.update(
          change.stripeSubscriptionId,
          {
            items,
            // Paid at once or not changed at all: the higher plan is never granted on credit.
            proration_behavior: 'always_invoice',
            payment_behavior: 'error_if_incomplete',
            proration_date: seconds(change.prorationDate),
          },
          { idempotencyKey },
        ),
      );
    } catch (error) {
      throw isDeclined(error) ? declined() : error;
    }
  }

  async cancelAtPeriodEnd(stripeSubscriptionId: string, idempotencyKey: string): Promise<void> {
    await this.ask((stripe) =>
      stripe.subscriptions.update(stripeSubscriptionId, { cancel_at_period_end: true }, { idempotencyKey }),
    );
  }

  async createPortal(customer: string, returnUrl: string, idempotencyKey: string): Promise<string> {
    const session = await this.ask((stripe) =>
      stripe.billingPortal.sessions.create({ customer, return_url: returnUrl }, { idempotencyKey }),
    );
    return session.url;
  }

  async verifyEvent(rawBody: Buffer, signature: string): Promise<StripeEvent> {
    const stripe = await this.client();
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

  private async priceId(plan: SoldPlan): Promise<string> {
    return withPatience(() => this.catalogue.priceId(plan));
  }

  /** The one item of a subscription with another price. */
  private async changedItems({ stripeSubscriptionId, plan, quantity }: PlanChange) {
    const price = await this.priceId(plan);
    const { items } = await this.ask((stripe) => stripe.subscriptions.retrieve(stripeSubscriptionId));
    const id = items.data[0]?.id;
    if (!id) throw new AppError('CONFLICT', 'This subscription sells nothing that could be changed.');
    return [{ id, price, quantity }];
  }

  private async ask<T>(call: (stripe: Stripe) => Promise<T>): Promise<T> {
    const stripe = await this.client();
    return withPatience(() => call(stripe));
  }

  private client(): Promise<Stripe> {
    this.loading ??= this.load();
    return this.loading;
  }

  private async load(): Promise<Stripe> {
    const { default: StripeClient } = await import('stripe');
    const { apiKey, sandbox } = this.access();
    return new StripeClient(apiKey, {
      telemetry: false,
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 2,
      ...(sandbox && { host: sandbox.host, port: sandbox.port, protocol: 'http' }),
    });
  }
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of list) all.push(one);
  return all;
}
