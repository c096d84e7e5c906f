/** The life of an invoice: drafted, finalised with a number, paid or voided; every step an event. */
import type { BalanceBook } from '../credit/balance-book.service';
import type { EventLog } from '../event/event-log';
import type { Till } from '../payment/till';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import {
  type Customer,
  type Invoice,
  type InvoicePayment,
  idOf,
  type PaymentIntent,
  type PaymentMethod,
} from '../store/wire';
import type { InvoiceDiscounts } from './invoice-discounts.service';
import { waitAfterFailure } from './dunning';
import type { Taxes } from '../tax/taxes.service';
import type { FinalLines } from './final-lines.service';
import { hostedUrl, type InvoiceDraft, invoiceShape } from './invoice-shape';
import { amountDue, endingBalance } from './minimum-charge';

/** What the payment of an invoice says of itself. */
const PURPOSES: Readonly<Record<string, string>> = {
  manual: 'Payment for Invoice',
  subscription_create: 'Subscription creation',
};

export class Invoices {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly till: Till,
    private readonly balance: BalanceBook,
    private readonly finalLines: FinalLines,
    private readonly taxes: Taxes,
    private readonly discounts: InvoiceDiscounts,
  ) {}

  /** `discounts` of an invoice without a subscription; otherwise the subscription's. */
  async draft(
    draft: Omit<InvoiceDraft, 'id' | 'discounts'> & Partial<Pick<InvoiceDraft, 'discounts'>>,
  ): Promise<Invoice> {
    const id = idFor('invoice');
    const { subscription } = draft;
    const discounts =
      draft.discounts ?? (subscription ? await this.discounts.inForce(subscription, draft.at) : []);
    const invoice = await this.store.save(
      await this.taxes.applied(invoiceShape({ ...draft, id, discounts })),
    );
    for (const { invoiceItem } of draft.lines) {
      if (!invoiceItem) continue;
      const item = await this.store.get('invoiceitem', invoiceItem);
      await this.store.save({ ...item, invoice: id });
    }
    await this.discounts.useUp(discounts, invoice);
    await this.events.record('invoice.created', invoice, draft.at);
    return invoice;
  }

  /** Gives the invoice its number and settles the customer's balance. Nothing to pay means paid. */
  async finalise(unfinished: Invoice, at: number): Promise<Invoice> {
    const draft = await this.finalLines.settle(unfinished, at);
    if (draft.automatic_tax.disabled_reason !== null) await this.stopTaxing(draft, at);
    const customer = await this.customerOf(draft);
    const { balance } = customer;
    const sequence = customer.next_invoice_sequence ?? 1;
    const owed = { total: draft.total, balance, currency: draft.currency };
    const due = amountDue(owed);
    const left = endingBalance(owed);
    const numbered = await this.store.save<'customer'>({
      ...customer,
      currency: customer.currency ?? draft.currency,
      next_invoice_sequence: sequence + 1,
    });
    await this.balance.move(numbered, left - balance, { type: 'applied_to_invoice', invoice: draft.id }, at);
    const open = await this.store.save<'invoice'>({
      ...draft,
      amount_due: due,
      amount_remaining: due,
      auto_advance: due > 0 && draft.auto_advance,
      automatically_finalizes_at: null,
      effective_at: at,
      ending_balance: left,
      hosted_invoice_url: hostedUrl(draft.id),
      next_payment_attempt: null,
      number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
      starting_balance: balance,
      status: 'open',
      status_transitions: { ...draft.status_transitions, finalized_at: at },
    });
    await this.events.record('invoice.finalized', open, at);
    await this.discounts.endWith(draft, at);
    return due === 0 ? this.markPaid(open, at, 0) : open;
  }

  /** One try to collect an open invoice. A failed one leaves it open, with the next try by the schedule. */
  async collect(
    invoice: Invoice,
    paymentMethod: PaymentMethod | null,
    at: number,
    byPerson = false,
  ): Promise<{ invoice: Invoice; intent: PaymentIntent }> {
    const earlier = await this.intentOf(invoice);
    const charge = {
      customer: idOf(invoice.customer) ?? '',
      amount: invoice.amount_remaining,
      currency: invoice.currency,
      description: PURPOSES[invoice.billing_reason ?? ''] ?? 'Subscription update',
      page: hostedUrl(invoice.id),
      paymentMethod,
    };
    const intent = await this.till.charge(charge, at, earlier);
    if (!earlier) await this.store.save(paymentOf(invoice, intent, at));
    const tried = {
      ...invoice,
      attempted: true,
      // What a person tries counts as the first try only; the schedule of the others does not move.
      attempt_count:
        byPerson && invoice.attempt_count > 0
          ? invoice.attempt_count
          : invoice.attempt_count + (paymentMethod ? 1 : 0),
    };
    if (intent.status === 'succeeded') {
      await this.settlePayment(invoice, at);
      return { invoice: await this.markPaid(tried, at, invoice.amount_remaining), intent };
    }
    const planned = byPerson && invoice.attempt_count > 0 ? invoice.next_payment_attempt : nextTry(tried, at);
    const failed = await this.store.save<'invoice'>({ ...tried, next_payment_attempt: planned });
    await this.setDelinquent(invoice, true);
    const needsAction = intent.status === 'requires_action';
    await this.events.record(
      needsAction ? 'invoice.payment_action_required' : 'invoice.payment_failed',
      failed,
      at,
    );
    return { invoice: failed, intent };
  }

  /** The answer to the card's challenge, on the page of the invoice. */
  async authenticate(invoice: Invoice, intent: PaymentIntent, passed: boolean, at: number): Promise<Invoice> {
    await this.till.authenticate(intent, passed, at);
    if (passed) {
      await this.settlePayment(invoice, at);
      return this.markPaid(invoice, at, invoice.amount_remaining);
    }
    await this.events.record('invoice.payment_failed', invoice, at);
    return invoice;
  }

  /** An intent that waits for a card, for an invoice that nobody tries to collect. */
  async awaitPayment(invoice: Invoice, at: number): Promise<void> {
    const intent = await this.till.charge(
      {
        customer: idOf(invoice.customer) ?? '',
        amount: invoice.amount_remaining,
        currency: invoice.currency,
        description: 'Subscription creation',
        page: hostedUrl(invoice.id),
        paymentMethod: null,
      },
      at,
    );
    await this.store.save(paymentOf(invoice, intent, at));
  }

  /** What is left to be paid has changed: the payment that waits is for that, and for nothing where nothing is left. */
  async adjustPayment(invoice: Invoice, at: number): Promise<void> {
    const intent = await this.intentOf(invoice);
    if (!intent || intent.status === 'succeeded' || intent.status === 'canceled') return;
    const { amount_remaining: amount } = invoice;
    if (amount > 0) await this.store.save<'payment_intent'>({ ...intent, amount });
    else await this.till.cancel(intent, at);
  }

  async void(invoice: Invoice, at: number): Promise<Invoice> {
    const intent = await this.intentOf(invoice);
    if (intent) await this.till.cancel(intent, at);
    // What the invoice took from the balance, or gave to it, goes back.
    const used = (invoice.ending_balance ?? 0) - (invoice.starting_balance ?? 0);
    const entry = { type: 'unapplied_from_invoice', invoice: invoice.id } as const;
    await this.balance.move(await this.customerOf(invoice), -used, entry, at);
    await this.finalLines.giveBack(invoice, at);
    const voided = await this.store.save<'invoice'>({
      ...invoice,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'void',
      status_transitions: { ...invoice.status_transitions, voided_at: at },
    });
    await this.events.record('invoice.voided', voided, at);
    return voided;
  }

  async markUncollectible(invoice: Invoice, at: number): Promise<Invoice> {
    const given = await this.store.save<'invoice'>({
      ...invoice,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'uncollectible',
      status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: at },
    });
    await this.events.record('invoice.marked_uncollectible', given, at);
    return given;
  }

  async intentOf({ id }: Invoice): Promise<PaymentIntent | undefined> {
    const [payment] = await this.store.all('invoice_payment', { parent: id });
    return payment && this.store.find('payment_intent', idOf(payment.payment.payment_intent) ?? '');
  }

  /** Paid by a charge, by credit, or in another way that somebody vouches for. */
  async markPaid(invoice: Invoice, at: number, amount: number): Promise<Invoice> {
    const paid = await this.store.save<'invoice'>({
      ...invoice,
      amount_paid: amount,
      amount_remaining: 0,
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status: 'paid',
      status_transitions: { ...invoice.status_transitions, paid_at: at },
    });
    await this.setDelinquent(invoice, false);
    await this.events.record('invoice.paid', paid, at);
    await this.events.record('invoice.payment_succeeded', paid, at);
    return paid;
  }

  /** Whether the customer's last invoice that was tried is unpaid. A first one that waits for its card is no debt. */
  private async setDelinquent(invoice: Invoice, delinquent: boolean): Promise<void> {
    const customer = await this.customerOf(invoice);
    const matters = !delinquent || invoice.billing_reason !== 'subscription_create';
    if (matters && customer.delinquent !== delinquent)
      await this.store.save<'customer'>({ ...customer, delinquent });
  }

  private async settlePayment({ id, amount_remaining }: Invoice, at: number): Promise<void> {
    const [payment] = await this.store.all('invoice_payment', { parent: id });
    if (!payment) return;
    const paid = {
      amount_paid: amount_remaining,
      status: 'paid',
      status_transitions: { canceled_at: null, paid_at: at },
    };
    await this.store.save({ ...payment, ...paid });
  }

  /** A subscription whose customer could not be placed goes on untaxed, until somebody asks for taxes again. */
  private async stopTaxing({ parent }: Invoice, at: number): Promise<void> {
    const id = idOf(parent?.subscription_details?.subscription);
    const before = id ? await this.store.find('subscription', id) : undefined;
    if (!before?.automatic_tax.enabled) return;
    const automatic_tax = {
      disabled_reason: 'requires_location_inputs',
      enabled: false,
      liability: null,
    } as const;
    const after = await this.store.save<'subscription'>({ ...before, automatic_tax });
    await this.events.record('customer.subscription.updated', after, at, before);
  }

  private customerOf({ customer }: Invoice): Promise<Customer> {
    return this.store.get('customer', idOf(customer) ?? '');
  }
}

function nextTry({ attempt_count, auto_advance }: Invoice, at: number): number | null {
  const wait = auto_advance ? waitAfterFailure(attempt_count) : undefined;
  return wait === undefined ? null : at + wait;
}

function paymentOf(invoice: Invoice, intent: PaymentIntent, at: number): InvoicePayment {
  return {
    id: idFor('invoice_payment'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_remaining,
    created: at,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  };
}
