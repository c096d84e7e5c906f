/** Billing's gateway, carried out by the real `stripe` client. */
import type Stripe from 'stripe';
import type { Clock } from '../../../kernel/clock';
import type { Tracer } from '../../../platform/trace';
import { invalidInput } from '../../../kernel/errors';
import { StripeCatalogue } from './stripe-catalogue';
import { StripeChanges } from './stripe-changes';
import { StripeCheckouts } from './stripe-checkouts';
import { collect, type StripeAccess, StripeClient } from './stripe-client';
import { disputesOf, StripeDisputes } from './stripe-disputes';
import { StripeMeters } from './stripe-meters';
import {
  type InvoicePreview,
  type OwnedCustomer,
  type CheckoutSession,
  type PlanChange,
  type PriceFault,
  type SoldPlan,
  type VerifiedEvent,
  type StripeGateway,
  type StripeReading,
} from './stripe-gateway';
import { isMissing } from './stripe-failure';
import { completeLines } from './stripe-lines';
import { creditOrderOf, idOf, instant, invoiceFrom, subscriptionFrom } from './stripe-mapping';
import { refundsByNote, refundsOf, StripeRefunds } from './stripe-refunds';

/** How far a signature's time may lie in the past or the future. */
const TOLERANCE_SECONDS = 300;
const PAGE = 100;

export class StripeGatewayService implements StripeGateway {
  private readonly stripe: StripeClient;
  private readonly catalogue: StripeCatalogue;
  private readonly checkouts: StripeCheckouts;
  private readonly changes: StripeChanges;
  private readonly refunds: StripeRefunds;
  private readonly disputes: StripeDisputes;
  /** Usage, which is billed beside the plan. */
  readonly meters: StripeMeters;

  constructor(
    private readonly access: () => StripeAccess,
    private readonly clock: Clock,
    tracer?: Tracer,
  ) {
    this.stripe = new StripeClient(access, tracer);
    this.catalogue = new StripeCatalogue(this.stripe);
    this.refunds = new StripeRefunds(this.stripe);
    this.disputes = new StripeDisputes(this.stripe, this.refunds);
    this.meters = new StripeMeters(this.stripe);
    this.checkouts = new StripeCheckouts(this.stripe, this.catalogue, this.meters);
    this.changes = new StripeChanges(this.stripe, this.catalogue, this.meters);
  }

  async createCustomer(customerId: string, idempotencyKey: string): Promise<string> {
    // Only our id: what else Stripe needs to know, the person tells Stripe.
    const customer = await this.stripe.ask((stripe) =>
      stripe.customers.create({ metadata: { customer: customerId } }, { idempotencyKey }),
    );
    return customer.id;
  }

  async isDeleted(stripeCustomerId: string): Promise<boolean> {
    const customer = await this.stripe.ask((stripe) => stripe.customers.retrieve(stripeCustomerId));
    return customer.deleted === true;
  }

  async isOwedBy(stripeCustomerId: string, stripeInvoiceId: string): Promise<boolean> {
    try {
      const { customer, status } = await this.stripe.ask((stripe) =>
        stripe.invoices.retrieve(stripeInvoiceId),
      );
      return status === 'open' && idOf(customer) === stripeCustomerId;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  /** Each page is asked for with patience: in one go, too many requests at the last page would throw away all before it. */
  async *customers(): AsyncIterable<OwnedCustomer[]> {
    let starting_after: string | undefined;
    do {
      const query = { limit: PAGE, starting_after };
      const page: Stripe.ApiList<Stripe.Customer> = await this.stripe.ask((stripe) =>
        stripe.customers.list(query),
      );
      yield page.data.flatMap(({ id, metadata }) =>
        metadata.customer ? [{ stripeCustomerId: id, customerId: metadata.customer }] : [],
      );
      starting_after = page.has_more ? page.data.at(-1)!.id : undefined;
    } while (starting_after !== undefined);
  }

  createCheckout(
    order: Parameters<StripeGateway['createCheckout']>[0],
    idempotencyKey: string,
  ): Promise<CheckoutSession> {
    return this.checkouts.create(order, idempotencyKey);
  }

  createCreditCheckout(
    order: Parameters<StripeGateway['createCreditCheckout']>[0],
    idempotencyKey: string,
  ): Promise<CheckoutSession> {
    return this.checkouts.createForCredits(order, idempotencyKey);
  }

  openCheckouts(stripeCustomerId: string, selling: 'PLANS' | 'ANYTHING'): Promise<CheckoutSession[]> {
    return this.checkouts.open(stripeCustomerId, selling);
  }

  expireCheckout(sessionId: string, idempotencyKey: string): Promise<void> {
    return this.checkouts.expire(sessionId, idempotencyKey);
  }

  checkout(sessionId: string): Promise<CheckoutSession | null> {
    return this.checkouts.find(sessionId);
  }

  /** Several customers may each have a code of their own that reads alike. */
  async promotionCode(code: string, stripeCustomerId: string | null): Promise<string | null> {
    const alike = await this.stripe.ask((stripe) =>
      collect(stripe.promotionCodes.list({ code, active: true, limit: PAGE })),
    );
    const theirs = alike.find(({ customer }) => customer === null || idOf(customer) === stripeCustomerId);
    return theirs?.id ?? null;
  }

  async read(stripeCustomerId: string): Promise<StripeReading> {
    const query = { customer: stripeCustomerId, limit: PAGE };
    const [subscriptions, shown, notes, charges] = await this.stripe.ask((stripe) =>
      Promise.all([
        collect(
          stripe.subscriptions.list({
            ...query,
            status: 'all',
            expand: ['data.default_payment_method', 'data.schedule'],
          }),
        ),
        collect(stripe.invoices.list(query)),
        collect(stripe.creditNotes.list({ ...query, expand: ['data.refunds.refund'] })),
        collect(stripe.charges.list(query)),
      ]),
    );
    const given = [...refundsByNote(notes), ...(await this.refunds.withoutNote(charges, notes))];
    const invoices: Stripe.Invoice[] = [];
    for (const invoice of shown) invoices.push(await completeLines(this.stripe, invoice));
    const disputed = await this.disputes.of(charges);
    return {
      subscriptions: subscriptions.map(subscriptionFrom).filter((one) => one !== undefined),
      invoices: invoices.map((invoice) =>
        invoiceFrom(invoice, { ...refundsOf(invoice, given), disputes: disputesOf(invoice, disputed) }),
      ),
      creditPurchases: invoices.flatMap(creditOrderOf),
    };
  }

  previewChange(change: PlanChange): Promise<InvoicePreview> {
    return this.changes.preview(change);
  }

  previewRenewal(stripeCustomerId: string, stripeSubscriptionId: string): Promise<InvoicePreview | null> {
    return this.changes.previewRenewal(stripeCustomerId, stripeSubscriptionId);
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
    return {
      eventId: event.id,
      type: event.type,
      stripeCustomerId: await this.concerned(event.data.object as Concerned),
      occurredAt: instant(event.created),
    };
  }

  /** Whom an event concerns. A dispute names nobody: Stripe is asked, and brings the event again when it does not answer. */
  private async concerned({ object, id, customer, charge }: Concerned): Promise<string | null> {
    if (object === 'customer') return id ?? null;
    return object === 'dispute' ? this.disputes.payerOf(idOf(charge)) : idOf(customer);
  }
}

/** What of an event's object says whom it concerns. */
interface Concerned {
  readonly object?: string;
  readonly id?: string;
  readonly customer?: string | { id: string } | null;
  readonly charge?: string | { id: string } | null;
}
