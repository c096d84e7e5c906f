/** Invoices, as they can be asked for. */
import type { Discounts } from '../catalogue/discount.service';
import type { EventLog } from '../event/event-log';
import type { SandboxTime } from '../calendar/sandbox-time';
import { triedInVain } from '../payment/unpaid';
import type { Call, Operation } from '../request/call';
import { badParameter, notAllowed } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Invoice } from '../store/wire';
import { COLLECTION, collection } from '../subscription/subscription-order';
import type { Subscriptions } from '../subscription/subscription.service';
import { automaticTaxAsked } from '../tax/automatic-tax-asked';
import type { Taxes } from '../tax/taxes.service';
import { automaticTax } from './invoice-shape';
import type { InvoiceDesk } from './invoice-desk.service';
import type { Invoices } from './invoice.service';

const STATES = ['draft', 'open', 'paid', 'uncollectible', 'void'] as const;

export class InvoiceOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly invoices: Invoices,
    private readonly desk: InvoiceDesk,
    private readonly subscriptions: Subscriptions,
    private readonly taxes: Taxes,
    private readonly events: EventLog,
    private readonly discounts: Discounts,
  ) {}

  list(): Operation[] {
    const address = '/v1/invoices';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
      { method: 'POST', path: `${address}/:id/send`, run: (call) => this.send(call) },
      { method: 'POST', path: `${address}/:id/mark_uncollectible`, run: (call) => this.giveUp(call) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('invoice', path.id!) },
      { method: 'POST', path: `${address}/:id/finalize`, run: (call) => this.finalise(call) },
      { method: 'POST', path: `${address}/:id/pay`, run: (call) => this.pay(call) },
      { method: 'POST', path: `${address}/:id/void`, run: (call) => this.void(call) },
      { method: 'GET', path: '/v1/invoice_payments', run: ({ parameters }) => this.payments(parameters) },
    ];
  }

  private page(parameters: Parameters): Promise<object> {
    const status = parameters.choice('status', STATES);
    const method = parameters.choice('collection_method', COLLECTION);
    return this.store.page(
      'invoice',
      {
        customer: parameters.text('customer'),
        parent: parameters.text('subscription'),
        properties: { status: status && [status], collection_method: method && [method] },
      },
      parameters,
    );
  }

  private async create({ parameters, at: realTime }: Call): Promise<Invoice> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const at = await this.time.of(customer, realTime);
    const currency = parameters.currency('currency') ?? customer.currency ?? 'usd';
    const asked = await this.discounts.asked(parameters, customer, { currency, amount: null }, at);
    const subscriptionId = parameters.text('subscription');
    const behavior = parameters.choice('pending_invoice_items_behavior', ['exclude', 'include']);
    return this.desk.write({
      customer,
      subscription: subscriptionId
        ? await this.store.get('subscription', subscriptionId, 'subscription')
        : null,
      terms: {
        currency,
        ...collection(parameters),
        footer: parameters.nullable('footer') ?? null,
        defaultPaymentMethod: await this.ownCard(parameters, customer.id),
        description: parameters.nullable('description') ?? null,
        metadata: parameters.metadata(),
        isTaxed: automaticTaxAsked(parameters) ?? false,
      },
      takesWaiting: behavior === 'include',
      autoAdvance: parameters.boolean('auto_advance') ?? false,
      discounts: parameters.has('discounts')
        ? await this.discounts.redeem(asked, { customer: customer.id }, at)
        : undefined,
      at,
    });
  }

  /** The card of this invoice alone: it comes before those of the subscription and the customer. */
  private async ownCard(parameters: Parameters, customer: Invoice['customer']): Promise<string | null> {
    const id = parameters.nullable('default_payment_method') ?? null;
    if (id === null) return null;
    const card = await this.store.get('payment_method', id, 'default_payment_method');
    if (idOf(card.customer) !== idOf(customer))
      throw badParameter(
        'default_payment_method',
        `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
        'resource_missing',
      );
    return id;
  }

  private async update({ path, parameters, at }: Call): Promise<Invoice> {
    const before = await this.store.get('invoice', path.id!);
    const isTaxed = automaticTaxAsked(parameters);
    if (isTaxed !== undefined && before.status !== 'draft')
      throw notAllowed("Finalized invoices can't be taxed anew.", 'invoice_not_editable');
    const changed: Invoice = {
      ...before,
      auto_advance: parameters.boolean('auto_advance') ?? before.auto_advance,
      description: parameters.has('description')
        ? (parameters.nullable('description') ?? null)
        : before.description,
      default_payment_method: parameters.has('default_payment_method')
        ? await this.ownCard(parameters, before.customer)
        : before.default_payment_method,
      footer: parameters.has('footer') ? (parameters.nullable('footer') ?? null) : before.footer,
      metadata: parameters.metadata(before.metadata ?? {}),
    };
    const saved = await this.store.save<'invoice'>(
      isTaxed === undefined ? changed : await this.taxes.asked(changed, automaticTax(isTaxed)),
    );
    await this.events.record('invoice.updated', saved, await this.time.of(saved, at), before);
    return saved;
  }

  private async remove({ path, at }: Call): Promise<object> {
    const invoice = await this.store.get('invoice', path.id!);
    const { id, status } = invoice;
    if (status !== 'draft') throw notAllowed('You can only delete draft invoices.', 'invoice_not_editable');
    for (const item of await this.store.all('invoiceitem', { parent: id }))
      await this.store.save<'invoiceitem'>({ ...item, invoice: null });
    await this.store.remove(id);
    await this.events.record('invoice.deleted', invoice, await this.time.of(invoice, at));
    return { id, object: 'invoice', deleted: true };
  }

  /** The mail is not sent; the invoice becomes final and waits. */
  private async send({ path, at }: Call): Promise<Invoice> {
    const invoice = await this.store.get('invoice', path.id!);
    if (invoice.status !== 'draft') return invoice;
    await this.assertPlaced(invoice);
    return this.invoices.finalise(invoice, await this.time.of(invoice, at));
  }

  private async giveUp({ path, at }: Call): Promise<Invoice> {
    const invoice = await this.store.get('invoice', path.id!);
    if (invoice.status !== 'open')
      throw notAllowed('You can only mark open invoices as uncollectible.', 'invoice_not_editable');
    return this.invoices.markUncollectible(invoice, await this.time.of(invoice, at));
  }

  private async finalise({ path, parameters, at }: Call): Promise<Invoice> {
    const advance = parameters.boolean('auto_advance');
    const invoice = await this.store.get('invoice', path.id!);
    if (invoice.status !== 'draft')
      throw notAllowed(
        "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
        'invoice_not_editable',
      );
    await this.assertPlaced(invoice);
    const asked = advance === undefined ? invoice : { ...invoice, auto_advance: advance };
    return this.invoices.finalise(asked, await this.time.of(invoice, at));
  }

  private async pay({ path, parameters, at: realTime }: Call): Promise<Invoice> {
    parameters.boolean('off_session');
    const draft = await this.store.get('invoice', path.id!);
    const at = await this.time.of(draft, realTime);
    if (draft.status === 'draft') await this.assertPlaced(draft);
    const invoice = draft.status === 'draft' ? await this.invoices.finalise(draft, at) : draft;
    if (invoice.status === 'paid') throw notAllowed('Invoice is already paid', 'invoice_already_paid');
    if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
      throw notAllowed(
        `This invoice can't be paid: its status is ${invoice.status}.`,
        'invoice_not_editable',
      );
    if (parameters.boolean('paid_out_of_band')) return this.subscriptions.settleOutside(invoice, at);
    const cardId = parameters.text('payment_method');
    const card =
      cardId === undefined ? undefined : await this.store.get('payment_method', cardId, 'payment_method');
    const tried = await this.subscriptions.collect(invoice, at, card);
    if (tried.status === 'paid') return tried;
    const intent = await this.invoices.intentOf(tried);
    throw triedInVain(intent ?? {});
  }

  /** Whoever finalises by hand hears that the customer cannot be placed; time alone finalises without taxes. */
  private async assertPlaced({ automatic_tax, customer }: Invoice): Promise<void> {
    if (!automatic_tax.enabled) return;
    this.taxes.assertPlaced((await this.store.get('customer', idOf(customer) ?? '')).address);
  }

  private async void({ path, at }: Call): Promise<Invoice> {
    const invoice = await this.store.get('invoice', path.id!);
    if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
      throw notAllowed(
        `You can only pass in open invoices. This invoice isn't open.`,
        'invoice_not_editable',
      );
    const now = await this.time.of(invoice, at);
    const voided = await this.invoices.void(invoice, now);
    const subscription = await this.subscriptions.subscriptionOf(voided);
    // A first invoice that nobody will pay leaves nothing to wait for.
    if (subscription?.status === 'incomplete') await this.subscriptions.expire(subscription, now);
    return voided;
  }

  private payments(parameters: Parameters): Promise<object> {
    const payment = parameters.group('payment');
    if (!payment)
      return this.store.page('invoice_payment', { parent: parameters.required('invoice') }, parameters);
    payment.choice('type', ['payment_intent']);
    const filter = { parent: parameters.text('invoice'), intent: payment.required('payment_intent') };
    return this.store.page('invoice_payment', filter, parameters);
  }
}
