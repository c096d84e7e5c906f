/** What an invoice would be: the next one of a subscription, of a change, of an end, or the first of a new one. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Discounts } from '../catalogue/discount.service';
import { amountOf } from '../catalogue/price-rule';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, missing, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import { pageOf } from '../store/list-page';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Invoice, type Subscription } from '../store/wire';
import { endAsked } from '../subscription/end-asked';
import type { SubscriptionBeginnings } from '../subscription/subscription-beginning.service';
import {
  NO_CHANGE,
  type PreviewTerms,
  type SubscriptionChanges,
} from '../subscription/subscription-change.service';
import { changeRequest } from '../subscription/subscription-operations';
import { PRORATIONS, type SubscriptionOrders } from '../subscription/subscription-order';
import { isOver } from '../subscription/subscription-shape';
import { automaticTaxAsked, taxpayerAsked } from '../tax/automatic-tax-asked';
import type { Taxes } from '../tax/taxes.service';
import { automaticTax } from './invoice-shape';
import type { LineDraft } from './line-draft';

/** Previews whose lines can still be asked for. */
const KEPT = 100;

export class InvoicePreviews {
  /** The last ones, oldest first: nothing but their lines is ever asked for. */
  private readonly kept = new Map<string, Invoice['lines']>();

  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly discounts: Discounts,
    private readonly orders: SubscriptionOrders,
    private readonly beginnings: SubscriptionBeginnings,
    private readonly changes: SubscriptionChanges,
    private readonly taxes: Taxes,
  ) {}

  list(): Operation[] {
    return [
      { method: 'POST', path: '/v1/invoices/create_preview', run: (call) => this.keptPreview(call) },
      { method: 'GET', path: '/v1/invoices/:id/lines', run: (call) => this.lines(call) },
    ];
  }

  /** Of an invoice, and of a preview of one. */
  private async lines({ path, parameters }: Call): Promise<object> {
    const previewed = this.kept.get(path.id!);
    return pageOf(previewed ?? (await this.store.get('invoice', path.id!)).lines, parameters);
  }

  private async keptPreview(call: Call): Promise<Invoice> {
    const preview = await this.taxedPreview(call);
    this.kept.set(preview.id, preview.lines);
    if (this.kept.size > KEPT) this.kept.delete(this.kept.keys().next().value!);
    return preview;
  }

  private async taxedPreview(call: Call): Promise<Invoice> {
    const isTaxed = automaticTaxAsked(call.parameters);
    const invoice = await this.preview(call);
    const customer = await this.store.get('customer', idOf(invoice.customer) ?? '');
    const payer = taxpayerAsked(call.parameters, await this.taxes.taxpayer(customer));
    const asked = isTaxed === undefined ? invoice : { ...invoice, automatic_tax: automaticTax(isTaxed) };
    return this.taxes.applied(asked, payer);
  }

  private async preview({ parameters, at: realTime }: Call): Promise<Invoice> {
    const customerId = parameters.text('customer');
    const id =
      customerId === undefined ? parameters.required('subscription') : parameters.text('subscription');
    const subscription = id === undefined ? null : await this.store.get('subscription', id, 'subscription');
    const owner = idOf(subscription?.customer) ?? customerId ?? '';
    const customer = await this.store.get('customer', owner, 'customer');
    if (subscription && customerId !== undefined && customerId !== owner)
      throw missing('subscription', subscription.id, 'subscription');
    const at = await this.time.of(customer, realTime);
    const details = parameters.group('subscription_details');
    if (subscription) {
      const terms = await this.terms(parameters, customer, subscription.currency, at);
      return this.ofSubscription(subscription, details, terms, at);
    }
    if (!details)
      throw badParameter('subscription', 'No upcoming invoices for this customer.', 'invoice_upcoming_none');
    const order = await this.orders.orderIn(details, customer, at);
    const { currency } = order.items[0]!.price;
    return this.beginnings.preview(order, await this.terms(parameters, customer, currency, at));
  }

  private async ofSubscription(
    subscription: Subscription,
    details: Parameters | undefined,
    terms: PreviewTerms,
    at: number,
  ): Promise<Invoice> {
    if (isOver(subscription)) throw nothingUpcoming();
    if (!details) {
      const invoice = await this.changes.preview(subscription, NO_CHANGE, at, terms);
      if (invoice.lines.data.length === 0) throw nothingUpcoming();
      return invoice;
    }
    if (details.boolean('cancel_now')) {
      const prorate = details.choice('proration_behavior', PRORATIONS) !== 'none';
      const lines = await this.changes.finalLines(subscription, { prorate, usage: true }, at);
      return this.changes.previewEnd(subscription, lines, at, undefined, terms);
    }
    const current = { ...subscription, ...endAsked(subscription, details, at) };
    const request = { ...changeRequest(details, at), items: await this.orders.itemChanges(details, at) };
    return this.changes.preview(current, request, at, terms);
  }

  /** Discounts and items of this invoice alone. */
  private async terms(
    parameters: Parameters,
    customer: Customer,
    currency: string,
    at: number,
  ): Promise<PreviewTerms> {
    const asked = await this.discounts.asked(parameters, customer, { currency, amount: null }, at);
    const extra: LineDraft[] = [];
    for (const item of parameters.groups('invoice_items'))
      extra.push(await this.extraLine(item, currency, at));
    return {
      extra,
      discounts: parameters.has('discounts')
        ? asked.map(({ coupon, discountId = idFor('discount') }) => ({ discountId, coupon }))
        : undefined,
    };
  }

  private async extraLine(item: Parameters, currency: string, at: number): Promise<LineDraft> {
    const priceId = item.text('price');
    const price = priceId === undefined ? null : await this.store.get('price', priceId, item.name('price'));
    const quantity = item.count('quantity', 0) ?? 1;
    const amount = item.integer('amount');
    if ((price === null) === (amount === undefined))
      throw badParameter(
        item.name('amount'),
        'You must pass either `amount` or `price`, and not both.',
        'parameter_missing',
      );
    if ((price?.currency ?? item.currency('currency') ?? currency) !== currency)
      throw badParameter(item.name('currency'), `The items of this invoice are in ${currency}.`);
    const discountable = item.boolean('discountable');
    return {
      description: item.text('description') ?? '',
      amount: price ? amountOf(price, quantity) : amount!,
      quantity,
      price,
      period: { start: at, end: at },
      subscriptionItem: null,
      proration: false,
      ...(discountable !== undefined && { isDiscountable: discountable }),
    };
  }
}

function nothingUpcoming(): Error {
  return notAllowed('No upcoming invoices for this subscription.', 'invoice_upcoming_none');
}
