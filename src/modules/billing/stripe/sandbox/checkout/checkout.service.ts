/** A checkout session from its making to its end: paid with a test card, left, or out of time. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Discounts, Redemption } from '../catalogue/discount.service';
import { amountOf, productIdOf } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { TestCards } from '../payment/test-cards.service';
import { notAllowed } from '../request/refusal';
import { newSandboxId } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type Customer, idOf, type PaymentMethod, type Price } from '../store/wire';
import type { SubscriptionBeginnings } from '../subscription/subscription-beginning.service';
import { PLAIN_TERMS } from '../subscription/subscription-shape';
import { rateById } from '../tax/tax-table';
import { type Buyer, NOBODY } from './buyer';
import type { Buyers, CustomerUpdates } from './buyers.service';
import type { IntentTerms, OneTimePayments } from './one-time.service';
import { type Quote, quoteOf } from './quote';
import { automaticTaxOf, type CheckoutOrder, namedDiscount, sessionShape } from './session-shape';

export interface CheckoutLine {
  readonly price: Price;
  readonly quantity: number;
  readonly productName: string;
  readonly amount: number;
}

/** What the session object does not show, kept with it. */
export interface CheckoutTerms {
  readonly lines: readonly { readonly price: string; readonly quantity: number }[];
  readonly subscriptionMetadata: Record<string, string>;
  /** Counted from the day on which it is paid. */
  readonly trialDays: number | null;
  readonly updates: CustomerUpdates;
  readonly intent: IntentTerms;
}

const DAY = 86_400;

export class Checkouts {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly cards: TestCards,
    private readonly beginnings: SubscriptionBeginnings,
    private readonly discounts: Discounts,
    private readonly buyers: Buyers,
    private readonly oneTime: OneTimePayments,
  ) {}

  async open(order: CheckoutOrder, terms: Omit<CheckoutTerms, 'lines'>): Promise<CheckoutSession> {
    const lines = order.lines.map(({ price, quantity }) => ({ price: price.id, quantity }));
    const setup =
      order.mode === 'setup' ? await this.oneTime.openSetup(order.customer, terms.intent, order.at) : null;
    const blank = { ...sessionShape(order), setup_intent: setup?.id ?? null };
    const treatment = await this.buyers.treatment(blank, terms.updates, NOBODY);
    const quote = quoteOf(order.lines, order.redemptions, treatment);
    const session = await this.store.save<'checkout.session'>({
      ...blank,
      ...(order.mode !== 'setup' && amountsOf(quote)),
      automatic_tax: automaticTaxOf(order.isTaxed, treatment !== undefined),
    });
    await this.store.keepAside(session.id, { ...terms, lines });
    return session;
  }

  async linesOf(session: CheckoutSession): Promise<CheckoutLine[]> {
    const { lines } = await this.store.aside<CheckoutTerms>(session.id);
    const known: CheckoutLine[] = [];
    for (const { price: id, quantity } of lines) {
      const price = await this.store.get('price', id);
      const product = await this.store.find('product', productIdOf(price));
      const amount = amountOf(price, quantity);
      known.push({ price, quantity, amount, productName: product?.name ?? 'Subscription' });
    }
    return known;
  }

  /** What was ordered, as Stripe lists it. */
  async lineItems(session: CheckoutSession): Promise<object[]> {
    const { updates } = await this.store.aside<CheckoutTerms>(session.id);
    const lines = await this.linesOf(session);
    const details = session.customer_details;
    const known = { ...NOBODY, address: details?.address ?? null };
    const treatment = await this.buyers.treatment(session, updates, known);
    const quote = quoteOf(lines, await this.kept(session), treatment);
    return lines.map(({ price, quantity, productName, amount }, place) => {
      const { discount, taxed, total } = quote.lines[place]!;
      const rate = treatment && rateById(treatment.rate);
      return {
        id: newSandboxId('li'),
        object: 'item',
        adjustable_quantity: null,
        amount_discount: discount,
        amount_subtotal: amount,
        amount_tax: taxed.tax,
        amount_total: total,
        currency: price.currency,
        description: productName,
        metadata: {},
        price,
        quantity,
        ...(treatment && {
          taxes: [
            {
              amount: taxed.tax,
              rate,
              taxability_reason: treatment.reason,
              taxable_amount: taxed.taxable,
            },
          ],
        }),
      };
    });
  }

  /** What the page shows, for what is typed so far. */
  async quote(
    session: CheckoutSession,
    buyer: Buyer,
  ): Promise<{ quote: Quote; asksAddress: boolean; trialDays: number | null }> {
    const { updates, trialDays } = await this.store.aside<CheckoutTerms>(session.id);
    const treatment = await this.buyers.treatment(session, updates, buyer);
    const quote = quoteOf(await this.linesOf(session), await this.kept(session), treatment);
    return { quote, asksAddress: this.buyers.asksAddress(session, updates), trialDays };
  }

  /** The person pays. @throws Refusal when the card is declined: the session stays open then, and nothing else remains. */
  async pay(
    sessionId: string,
    cardToken: string,
    realTime: number,
    buyer: Buyer = NOBODY,
  ): Promise<CheckoutSession> {
    const session = await this.store.get('checkout.session', sessionId);
    if (session.status !== 'open')
      throw notAllowed(`This Checkout Session is ${session.status} and can no longer be paid.`);
    const terms = await this.store.aside<CheckoutTerms>(session.id);
    const customer = isForGuests(session)
      ? null
      : await this.buyers.settle(session, terms.updates, buyer, realTime);
    const at = customer ? await this.time.of(customer, realTime) : realTime;
    const card = customer
      ? await this.cards.attach(cardToken, customer, at, 'payment_method')
      : await this.cards.create(cardToken, at, 'payment_method');
    const redemptions = await this.redemptionsOf(session, customer, at, buyer.promotionCode);
    const treatment = await this.buyers.treatment(
      { ...session, customer: customer?.id ?? null },
      terms.updates,
      buyer,
    );
    const lines = await this.linesOf(session);
    const quote = quoteOf(lines, redemptions, treatment);
    const outcome = await this.carryOut({ session, terms, customer, card, redemptions, lines, quote, at });
    const complete = await this.store.save<'checkout.session'>({
      ...session,
      ...(session.mode !== 'setup' && amountsOf(quote)),
      automatic_tax: automaticTaxOf(session.automatic_tax.enabled, treatment !== undefined),
      discounts: redemptions.map(namedDiscount),
      customer: customer?.id ?? null,
      customer_details: customer
        ? await this.buyers.details(customer, buyer)
        : { ...GUEST, address: buyer.address, email: session.customer_email },
      status: 'complete',
      url: null,
      ...outcome,
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

  private async carryOut(paying: Paying): Promise<Partial<CheckoutSession>> {
    const { session, terms, customer, card, redemptions, lines, quote, at } = paying;
    if (session.mode === 'setup') {
      await this.oneTime.setUp(session, card, at);
      return { payment_status: 'no_payment_required' };
    }
    if (session.mode === 'payment' || !customer) {
      const { total } = quote;
      const order = { session, customer, card, redemptions, lines, total, terms: terms.intent, at };
      const { intent, invoice } = await this.oneTime.pay(order);
      return {
        invoice: invoice?.id ?? null,
        payment_intent: intent?.id ?? null,
        payment_status: intent ? 'paid' : 'no_payment_required',
      };
    }
    const subscription = await this.beginnings.create({
      ...PLAIN_TERMS,
      prorates: true,
      customer,
      items: lines.map(({ price, quantity }) => ({ price, quantity, metadata: {} })),
      at,
      trialEnd: terms.trialDays === null ? null : at + terms.trialDays * DAY,
      defaultPaymentMethod: card.id,
      description: null,
      metadata: terms.subscriptionMetadata,
      redemptions,
      paymentBehavior: 'error_if_incomplete',
      isTaxed: session.automatic_tax.enabled,
    });
    const invoice = await this.store.find('invoice', idOf(subscription.latest_invoice) ?? '');
    return {
      invoice: invoice?.id ?? null,
      payment_status: invoice && invoice.amount_due > 0 ? 'paid' : 'no_payment_required',
      subscription: subscription.id,
    };
  }

  /** The session's own discounts, or the code that the person typed. */
  private async redemptionsOf(
    session: CheckoutSession,
    customer: Customer | null,
    at: number,
    typed: string,
  ): Promise<Redemption[]> {
    if (typed.trim() !== '' && session.allow_promotion_codes)
      return [
        await this.discounts.typed(
          typed,
          customer,
          { currency: session.currency, amount: session.amount_subtotal },
          at,
        ),
      ];
    return this.kept(session);
  }

  private async kept(session: CheckoutSession): Promise<Redemption[]> {
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
}

interface Paying {
  readonly session: CheckoutSession;
  readonly terms: CheckoutTerms;
  readonly customer: Customer | null;
  readonly card: PaymentMethod;
  readonly redemptions: readonly Redemption[];
  readonly lines: readonly CheckoutLine[];
  readonly quote: Quote;
  readonly at: number;
}

const GUEST = {
  business_name: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none',
  tax_ids: [],
};

/** Nobody becomes a customer by paying once, or by leaving a card, unless the shop asks for it. */
function isForGuests({ customer, customer_creation, mode, invoice_creation }: CheckoutSession): boolean {
  if (customer || mode === 'subscription' || customer_creation === 'always') return false;
  return !invoice_creation?.enabled;
}

function amountsOf({ subtotal, discount, tax, total }: Quote): Partial<CheckoutSession> {
  return {
    amount_subtotal: subtotal,
    amount_total: total,
    total_details: { amount_discount: discount, amount_shipping: 0, amount_tax: tax },
  };
}
