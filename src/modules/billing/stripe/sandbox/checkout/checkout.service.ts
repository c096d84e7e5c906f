/** A checkout session from its making to its end: paid with a test card, left, or out of time. */
import { amountOf, productIdOf } from '../catalogue/price-rule';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import type { SandboxTime } from '../calendar/sandbox-time';
import type { EventLog } from '../event/event-log';
import type { TestCards } from '../payment/test-cards.service';
import { notAllowed } from '../request/refusal';
import { idFor, newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type Customer, idOf, type Price } from '../store/wire';
import { PLAIN_TERMS } from '../subscription/subscription-shape';
import type { SubscriptionBeginnings } from '../subscription/subscription-beginning.service';
import { type CheckoutOrder, namedDiscount, sessionShape, takenOff } from './session-shape';

export interface CheckoutLine {
  readonly price: Price;
  readonly quantity: number;
  readonly productName: string;
}

/** What the session object does not show, kept with it. */
interface CheckoutTerms {
  readonly lines: readonly { readonly price: string; readonly quantity: number }[];
  readonly subscriptionMetadata: Record<string, string>;
  readonly trialEnd: number | null;
}

export class Checkouts {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly cards: TestCards,
    private readonly beginnings: SubscriptionBeginnings,
    private readonly discounts: Discounts,
  ) {}

  async open(
    order: CheckoutOrder,
    terms: Pick<CheckoutTerms, 'subscriptionMetadata' | 'trialEnd'>,
  ): Promise<CheckoutSession> {
    const session = await this.store.save(sessionShape(order));
    const lines = order.lines.map(({ price, quantity }) => ({ price: price.id, quantity }));
    await this.store.keepAside(session.id, { ...terms, lines });
    return session;
  }

  async linesOf(session: CheckoutSession): Promise<CheckoutLine[]> {
    const { lines } = await this.store.aside<CheckoutTerms>(session.id);
    const known: CheckoutLine[] = [];
    for (const { price: id, quantity } of lines) {
      const price = await this.store.get('price', id);
      const product = await this.store.find('product', productIdOf(price));
      known.push({ price, quantity, productName: product?.name ?? 'Subscription' });
    }
    return known;
  }

  /** What was ordered, as Stripe lists it. */
  async lineItems(session: CheckoutSession): Promise<object[]> {
    return (await this.linesOf(session)).map(({ price, quantity, productName }) => ({
      id: newSandboxId('li'),
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: amountOf(price, quantity),
      amount_tax: 0,
      amount_total: amountOf(price, quantity),
      currency: price.currency,
      description: productName,
      metadata: {},
      price,
      quantity,
    }));
  }

  /** The person pays. @throws Refusal when the card is declined: the session stays open then, and nothing else remains. */
  async pay(sessionId: string, cardToken: string, realTime: number, typed = ''): Promise<CheckoutSession> {
    const session = await this.store.get('checkout.session', sessionId);
    if (session.status !== 'open')
      throw notAllowed(`This Checkout Session is ${session.status} and can no longer be paid.`);
    const terms = await this.store.aside<CheckoutTerms>(session.id);
    const customer = await this.payer(session, realTime);
    const at = await this.time.of(customer, realTime);
    const card = await this.cards.attach(cardToken, customer, at, 'payment_method');
    const lines = await this.linesOf(session);
    const redemptions = await this.redemptionsOf(session, customer, at, typed);
    const off = takenOff(lines, redemptions);
    const subscription = await this.beginnings.create({
      ...PLAIN_TERMS,
      prorates: true,
      customer,
      items: lines.map(({ price, quantity }) => ({ price, quantity, metadata: {} })),
      at,
      trialEnd: terms.trialEnd,
      defaultPaymentMethod: card.id,
      description: null,
      metadata: terms.subscriptionMetadata,
      redemptions,
      paymentBehavior: 'error_if_incomplete',
    });
    const invoice = await this.store.find('invoice', idOf(subscription.latest_invoice) ?? '');
    const complete = await this.store.save<'checkout.session'>({
      ...session,
      amount_total: (session.amount_subtotal ?? 0) - off,
      discounts: redemptions.map(namedDiscount),
      total_details: { amount_discount: off, amount_shipping: 0, amount_tax: 0 },
      customer: customer.id,
      customer_details: {
        address: null,
        business_name: null,
        email: customer.email,
        individual_name: null,
        name: customer.name ?? null,
        phone: null,
        tax_exempt: 'none',
        tax_ids: [],
      },
      invoice: invoice?.id ?? null,
      payment_status: invoice && invoice.amount_due > 0 ? 'paid' : 'no_payment_required',
      status: 'complete',
      subscription: subscription.id,
      url: null,
    });
    await this.events.record('checkout.session.completed', complete, at);
    return complete;
  }

  async expire(session: CheckoutSession, at: number): Promise<CheckoutSession> {
    if (session.status !== 'open')
      throw notAllowed(
        `Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of \`${session.status}\`.`,
      );
    const expired = await this.store.save<'checkout.session'>({
      ...session,
      expires_at: Math.min(at, session.expires_at),
      status: 'expired',
      url: null,
    });
    await this.events.record('checkout.session.expired', expired, at);
    return expired;
  }

  /** The session's own discounts, or the code that the person typed. */
  private async redemptionsOf(
    session: CheckoutSession,
    customer: Customer,
    at: number,
    typed: string,
  ): Promise<Redemption[]> {
    if (typed.trim() !== '' && session.allow_promotion_codes)
      return [await this.discounts.typed(typed, customer, at)];
    const redemptions: Redemption[] = [];
    for (const { coupon, promotion_code } of session.discounts ?? []) {
      const codeId = idOf(promotion_code);
      redemptions.push({
        coupon: await this.store.get('coupon', idOf(coupon) ?? '', 'coupon'),
        code: codeId ? await this.store.get('promotion_code', codeId, 'promotion_code') : null,
      });
    }
    return redemptions;
  }

  private async payer({ customer, customer_email }: CheckoutSession, at: number): Promise<Customer> {
    const id = idOf(customer);
    if (id) return this.store.get('customer', id);
    const created = await this.store.save<'customer'>({
      id: idFor('customer'),
      object: 'customer',
      balance: 0,
      created: at,
      currency: null,
      default_source: null,
      description: null,
      email: customer_email,
      invoice_prefix: newSandboxId('').slice(1, 9).toUpperCase(),
      invoice_settings: {
        custom_fields: null,
        default_payment_method: null,
        footer: null,
        rendering_options: null,
      },
      livemode: false,
      metadata: {},
      name: null,
      next_invoice_sequence: 1,
      shipping: null,
      test_clock: null,
    });
    await this.events.record('customer.created', created, at);
    return created;
  }
}
