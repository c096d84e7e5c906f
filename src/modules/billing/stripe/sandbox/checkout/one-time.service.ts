/** What is paid once at a checkout, with an invoice or without; and cards that are only kept for later. */
import type { Discounts, Redemption } from '../catalogue/discount.service';
import type { EventLog } from '../event/event-log';
import type { Invoices } from '../invoice/invoice.service';
import type { LineDraft } from '../invoice/line-draft';
import { setupIntentShape } from '../payment/setup-intent';
import type { Till } from '../payment/till';
import { unpaid } from '../payment/unpaid';
import { PLACE } from '../request/address';
import type { ObjectStore } from '../store/object-store';
import {
  type CheckoutSession,
  type Customer,
  idOf,
  type Invoice,
  type PaymentIntent,
  type PaymentMethod,
  type SetupIntent,
} from '../store/wire';
import type { CheckoutLine } from './checkout.service';
import { pagePath } from './session-shape';

/** What the payment intent of a session is to carry. */
export interface IntentTerms {
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly setupFutureUsage: 'off_session' | 'on_session' | null;
}

export interface OneTimeOrder {
  readonly session: CheckoutSession;
  readonly lines: readonly CheckoutLine[];
  readonly redemptions: readonly Redemption[];
  readonly total: number;
  /** null for a guest. */
  readonly customer: Customer | null;
  readonly card: PaymentMethod;
  readonly terms: IntentTerms;
  readonly at: number;
}

export class OneTimePayments {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly till: Till,
    private readonly invoices: Invoices,
    private readonly discounts: Discounts,
  ) {}

  /** @throws Refusal when the card is declined: nothing remains then. */
  async pay(order: OneTimeOrder): Promise<{ intent: PaymentIntent | null; invoice: Invoice | null }> {
    const { session, customer } = order;
    if (session.invoice_creation?.enabled && customer) return this.payInvoice(order, customer);
    const intent = order.total === 0 ? null : await this.charge(order);
    return { intent, invoice: null };
  }

  /** The intent of a session that keeps a card; it is there before the card is. */
  async openSetup(
    customer: Customer | null,
    { description, metadata }: Pick<IntentTerms, 'description' | 'metadata'>,
    at: number,
  ): Promise<SetupIntent> {
    const intent = await this.store.save(setupIntentShape(customer?.id ?? null, description, metadata, at));
    await this.events.record('setup_intent.created', intent, at);
    return intent;
  }

  async setUp(session: CheckoutSession, card: PaymentMethod, at: number): Promise<void> {
    const before = await this.store.get('setup_intent', idOf(session.setup_intent) ?? '');
    const done = { payment_method: card.id, status: 'succeeded', customer: card.customer } as const;
    const intent = await this.store.save<'setup_intent'>({ ...before, ...done });
    await this.events.record('setup_intent.succeeded', intent, at, before);
  }

  private async charge({ session, total, customer, card, terms, at }: OneTimeOrder): Promise<PaymentIntent> {
    const intent = await this.till.charge(
      {
        customer: customer?.id ?? null,
        amount: total,
        currency: session.currency ?? 'usd',
        description: terms.description,
        page: `${PLACE}${pagePath(session.id)}`,
        paymentMethod: card,
        metadata: terms.metadata,
        setupFutureUsage: terms.setupFutureUsage,
      },
      at,
    );
    if (intent.status !== 'succeeded') throw unpaid(intent);
    return intent;
  }

  private async payInvoice(
    { session, lines, redemptions, card, terms, at }: OneTimeOrder,
    customer: Customer,
  ): Promise<{ intent: PaymentIntent | null; invoice: Invoice }> {
    const data = session.invoice_creation?.invoice_data;
    const draft = await this.invoices.draft({
      customer,
      subscription: null,
      terms: {
        currency: session.currency ?? 'usd',
        collectionMethod: 'charge_automatically',
        daysUntilDue: null,
        description: data?.description ?? null,
        metadata: data?.metadata ?? {},
        isTaxed: session.automatic_tax.enabled,
      },
      lines: lines.map((line) => oneTimeLine(line, at)),
      discounts: await this.discounts.redeem(redemptions, { customer: customer.id }, at),
      reason: 'manual',
      at,
      period: { start: at, end: at },
      finalisesAt: null,
    });
    const open = await this.invoices.finalise(draft, at);
    if (open.status === 'paid') return { intent: null, invoice: open };
    const { invoice, intent } = await this.invoices.collect(open, card, at);
    if (invoice.status !== 'paid') throw unpaid(intent);
    return { invoice, intent: await this.store.save({ ...intent, metadata: terms.metadata }) };
  }
}

function oneTimeLine({ price, quantity, productName, amount }: CheckoutLine, at: number): LineDraft {
  return {
    description: productName,
    amount,
    quantity,
    price,
    period: { start: at, end: at },
    subscriptionItem: null,
    proration: false,
  };
}
