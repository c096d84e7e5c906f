/** Credit notes: an invoice that is open is owed less, one that is paid is given back by refund, credit or otherwise. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { EventLog } from '../event/event-log';
import { isOnTop } from '../invoice/invoice-tax';
import type { Invoices } from '../invoice/invoice.service';
import type { Refunds } from '../payment/refund.service';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import { pageOf } from '../store/list-page';
import type { ObjectStore } from '../store/object-store';
import { type CreditNote, idOf, type Invoice, wholeList } from '../store/wire';
import type { Subscriptions } from '../subscription/subscription.service';
import type { BalanceBook } from './balance-book.service';
import { creditLines, sumsOf } from './credit-note';

const REASONS = ['duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'] as const;

interface Desk {
  readonly store: ObjectStore;
  readonly events: EventLog;
  readonly time: SandboxTime;
  readonly balance: BalanceBook;
  readonly refunds: Refunds;
  readonly invoices: Invoices;
  readonly subscriptions: Subscriptions;
}

/** How what was paid already is given back. */
interface GivenBack {
  readonly credit: number;
  readonly refund: number;
  readonly outside: number;
}

export class CreditNoteOperations {
  constructor(private readonly desk: Desk) {}

  list(): Operation[] {
    const address = '/v1/credit_notes';
    const { store } = this.desk;
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/preview`, run: async (call) => (await this.draft(call)).note },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => store.get('credit_note', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'POST', path: `${address}/:id/void`, run: (call) => this.void(call) },
      {
        method: 'GET',
        path: `${address}/:id/lines`,
        run: async ({ path, parameters }) => {
          return pageOf((await store.get('credit_note', path.id!)).lines, parameters);
        },
      },
    ];
  }

  private page(parameters: Parameters): Promise<object> {
    const [customer, parent] = [parameters.text('customer'), parameters.text('invoice')];
    return this.desk.store.page('credit_note', { customer, parent }, parameters);
  }

  private async create(call: Call): Promise<CreditNote> {
    const { store, events } = this.desk;
    const { note: draft, back, invoice } = await this.draft(call);
    const at = draft.created;
    const customer = await store.get('customer', idOf(invoice.customer) ?? '');
    const entry = { type: 'credit_note', invoice: invoice.id, creditNote: draft.id } as const;
    const balance = await this.desk.balance.move(customer, -back.credit, entry, at);
    const intent = back.refund > 0 ? await this.desk.invoices.intentOf(invoice) : undefined;
    if (back.refund > 0 && !intent) throw notAllowed('This invoice was not paid by a charge.');
    const refund = intent && (await this.desk.refunds.give(intent, { amount: back.refund }, at));
    const note = await store.save<'credit_note'>({
      ...draft,
      customer_balance_transaction: balance?.id ?? null,
      refunds: refund
        ? [{ amount_refunded: back.refund, payment_record_refund: null, refund: refund.id, type: 'refund' }]
        : [],
    });
    await this.reduce(invoice, note.pre_payment_amount, note.post_payment_amount, at);
    await events.record('credit_note.created', note, at);
    return note;
  }

  /** The note as it would be, with nothing done. */
  private async draft({
    parameters,
    at: realTime,
  }: Call): Promise<{ note: CreditNote; back: GivenBack; invoice: Invoice }> {
    const { store, time } = this.desk;
    const invoice = await store.get('invoice', parameters.required('invoice'), 'invoice');
    if (invoice.status !== 'open' && invoice.status !== 'paid')
      throw badParameter(
        'invoice',
        `A credit note needs an invoice that is open or paid, not ${invoice.status}.`,
      );
    const at = await time.of(invoice, realTime);
    const notes = await store.all('credit_note', { parent: invoice.id });
    const lines = creditLines(
      parameters,
      invoice,
      notes.filter(({ status }) => status !== 'void'),
    );
    const { subtotal, discount, total, taxes } = sumsOf(lines);
    const taxed = taxes.reduce((sum, { amount }) => sum + amount, 0);
    const contained = taxes.reduce((sum, tax) => (isOnTop(tax) ? sum : sum + tax.amount), 0);
    const left =
      invoice.total - invoice.pre_payment_credit_notes_amount - invoice.post_payment_credit_notes_amount;
    if (total > left)
      throw badParameter(
        'amount',
        `The total of the credit note (${total}) is greater than what can still be credited of the invoice (${left}).`,
      );
    const before = Math.min(total, invoice.amount_remaining);
    const after = total - before;
    const back = givenBack(parameters, after);
    const id = idFor('credit_note');
    const note: CreditNote = {
      id,
      object: 'credit_note',
      amount: total,
      amount_shipping: 0,
      created: at,
      currency: invoice.currency,
      customer: idOf(invoice.customer) ?? '',
      customer_account: null,
      customer_balance_transaction: null,
      discount_amount: discount,
      discount_amounts: lines.flatMap(({ discount_amounts }) => discount_amounts),
      effective_at: parameters.integer('effective_at') ?? at,
      invoice: invoice.id,
      lines: wholeList(lines, `/v1/credit_notes/${id}/lines`),
      livemode: false,
      memo: parameters.nullable('memo') ?? null,
      metadata: parameters.metadata(),
      number: `${invoice.number ?? ''}-CN-${String(notes.length + 1).padStart(2, '0')}`,
      out_of_band_amount: back.outside === 0 ? null : back.outside,
      pdf: invoice.hosted_invoice_url ?? '',
      post_payment_amount: after,
      pre_payment_amount: before,
      pretax_credit_amounts: lines.flatMap(({ pretax_credit_amounts }) => pretax_credit_amounts),
      reason: parameters.choice('reason', REASONS) ?? null,
      refunds: [],
      shipping_cost: null,
      status: 'issued',
      subtotal,
      subtotal_excluding_tax: subtotal - contained,
      total,
      total_excluding_tax: total - taxed,
      total_taxes: taxes,
      type: after === 0 ? 'pre_payment' : before === 0 ? 'post_payment' : 'mixed',
      voided_at: null,
    };
    return { note, back, invoice };
  }

  /** What is owed shrinks; an invoice of which nothing is left is paid. */
  private async reduce(invoice: Invoice, before: number, after: number, at: number): Promise<void> {
    const { store, invoices, subscriptions } = this.desk;
    const reduced = await store.save<'invoice'>({
      ...invoice,
      amount_due: invoice.amount_due - before,
      amount_remaining: invoice.amount_remaining - before,
      pre_payment_credit_notes_amount: invoice.pre_payment_credit_notes_amount + before,
      post_payment_credit_notes_amount: invoice.post_payment_credit_notes_amount + after,
    });
    if (before !== 0) await invoices.adjustPayment(reduced, at);
    if (reduced.status !== 'open' || reduced.amount_remaining > 0) return;
    const paid = await invoices.markPaid(reduced, at, reduced.amount_paid);
    const subscription = await subscriptions.subscriptionOf(paid);
    if (subscription && subscription.ended_at === null) await subscriptions.follow(subscription, paid, at);
  }

  private async update({ path, parameters, at }: Call): Promise<CreditNote> {
    const before = await this.desk.store.get('credit_note', path.id!);
    const memo = parameters.has('memo') ? (parameters.nullable('memo') ?? null) : before.memo;
    const metadata = parameters.metadata(before.metadata ?? {});
    const note = await this.desk.store.save<'credit_note'>({ ...before, memo, metadata });
    await this.desk.events.record('credit_note.updated', note, at, before);
    return note;
  }

  private async void({ path, at: realTime }: Call): Promise<CreditNote> {
    const { store, events, time } = this.desk;
    const before = await store.get('credit_note', path.id!);
    const invoice = await store.get('invoice', idOf(before.invoice) ?? '');
    if (before.status === 'void' || invoice.status !== 'open')
      throw notAllowed('Only a credit note of an open invoice can be voided.');
    const at = await time.of(invoice, realTime);
    await this.reduce(invoice, -before.pre_payment_amount, 0, at);
    const note = await store.save<'credit_note'>({ ...before, status: 'void', voided_at: at });
    await events.record('credit_note.voided', note, at, before);
    return note;
  }
}

function givenBack(parameters: Parameters, after: number): GivenBack {
  const back = {
    credit: parameters.count('credit_amount', 0) ?? 0,
    refund: parameters.count('refund_amount', 0) ?? 0,
    outside: parameters.count('out_of_band_amount', 0) ?? 0,
  };
  const sum = back.credit + back.refund + back.outside;
  if (sum !== after)
    throw badParameter(
      'credit_amount',
      `The sum of credit amount, refund amount and out of band amount (${sum}) must equal the credit note's post payment amount (${after}).`,
    );
  return back;
}
