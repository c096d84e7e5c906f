/** Invoice items written by hand: they wait for the customer's next invoice, or go onto a draft at once. */
import { multiplyDecimal, roundToMinor } from '../../../../../kernel/money';
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Discounts } from '../catalogue/discount.service';
import { amountOf } from '../catalogue/price-rule';
import type { EventLog } from '../event/event-log';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type InvoiceItem, type Price } from '../store/wire';
import type { InvoiceDesk } from './invoice-desk.service';

const DECIMAL = /^-?\d+(\.\d{1,12})?$/;

export class InvoiceItemOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
    private readonly time: SandboxTime,
    private readonly desk: InvoiceDesk,
    private readonly discounts: Discounts,
  ) {}

  list(): Operation[] {
    const address = '/v1/invoiceitems';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('invoiceitem', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
    ];
  }

  private async create({ parameters, at: realTime }: Call): Promise<InvoiceItem> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const at = await this.time.of(customer, realTime);
    const priceId = parameters.group('pricing')?.required('price');
    const price = priceId ? await this.store.get('price', priceId, 'pricing[price]') : null;
    const quantity = parameters.count('quantity', 0) ?? 1;
    const invoiceId = parameters.text('invoice');
    const draft = invoiceId ? await this.store.get('invoice', invoiceId, 'invoice') : null;
    const subscriptionId = parameters.text('subscription');
    if (subscriptionId) await this.store.get('subscription', subscriptionId, 'subscription');
    const period = parameters.group('period');
    const unit = parameters.text('unit_amount_decimal');
    const amount = amountAsked(parameters, price, unit, quantity);
    const currency =
      price?.currency ?? parameters.currency('currency') ?? draft?.currency ?? customer.currency ?? 'usd';
    const asked = await this.discounts.asked(parameters, customer, { currency, amount: null }, at);
    const given = await this.discounts.redeem(asked, { customer: customer.id }, at);
    const item = await this.store.save<'invoiceitem'>({
      id: idFor('invoiceitem'),
      object: 'invoiceitem',
      amount,
      currency,
      customer: customer.id,
      customer_account: null,
      date: at,
      description: parameters.nullable('description') ?? null,
      discountable: parameters.boolean('discountable') ?? amount > 0,
      discounts: given.map(({ discountId }) => discountId),
      invoice: draft?.id ?? null,
      livemode: false,
      metadata: parameters.metadata(),
      parent: subscriptionId
        ? { subscription_details: { subscription: subscriptionId }, type: 'subscription_details' }
        : null,
      period: { start: period?.integer('start') ?? at, end: period?.integer('end') ?? at },
      pricing: pricingOf(price, unit),
      proration: false,
      quantity,
      quantity_decimal: String(quantity),
      tax_rates: [],
      test_clock: idOf(customer.test_clock),
    });
    if (draft) await this.desk.putOn(draft, item);
    await this.events.record('invoiceitem.created', item, at);
    return item;
  }

  private page(parameters: Parameters): Promise<object> {
    const pending = parameters.boolean('pending');
    const filter = {
      customer: parameters.text('customer'),
      parent: parameters.text('invoice'),
      unset: pending ? 'invoice' : undefined,
    };
    return this.store.page('invoiceitem', filter, parameters);
  }

  private async update({ path, parameters }: Call): Promise<InvoiceItem> {
    const before = await this.waiting(path.id!);
    const quantity = parameters.count('quantity', 0) ?? before.quantity;
    const unit = parameters.text('unit_amount_decimal');
    const period = parameters.group('period');
    const changed = {
      ...before,
      amount: await this.amountAfter(before, parameters.integer('amount'), unit, quantity),
      discountable: parameters.boolean('discountable') ?? before.discountable,
      period: {
        start: period?.integer('start') ?? before.period.start,
        end: period?.integer('end') ?? before.period.end,
      },
      pricing: unit === undefined ? before.pricing : pricingOf(null, unit),
      quantity,
      quantity_decimal: String(quantity),
      description: parameters.has('description')
        ? (parameters.nullable('description') ?? null)
        : before.description,
      metadata: parameters.metadata(before.metadata ?? {}),
    };
    return this.store.save<'invoiceitem'>(changed);
  }

  private async amountAfter(
    { amount: before, pricing, quantity: times }: InvoiceItem,
    amount: number | undefined,
    unit: string | undefined,
    quantity: number,
  ): Promise<number> {
    if (amount !== undefined) return amount;
    if (unit === undefined && quantity === times) return before;
    const priceId = unit === undefined ? idOf(pricing?.price_details?.price) : null;
    if (priceId) return amountOf(await this.store.get('price', priceId), quantity);
    const each = unit ?? pricing?.unit_amount_decimal;
    if (!each)
      throw badParameter('quantity', 'This item has an amount of its own: change the amount instead.');
    return unitsAt(each, quantity);
  }

  private async remove({ path, at }: Call): Promise<object> {
    const item = await this.waiting(path.id!);
    await this.store.remove(item.id);
    await this.events.record('invoiceitem.deleted', item, at);
    return { id: item.id, object: 'invoiceitem', deleted: true };
  }

  private async waiting(id: string): Promise<InvoiceItem> {
    const item = await this.store.get('invoiceitem', id);
    if (item.invoice !== null)
      throw notAllowed('This invoice item is part of an invoice already and can no longer be changed.');
    return item;
  }
}

function amountAsked(
  parameters: Parameters,
  price: Price | null,
  unit: string | undefined,
  quantity: number,
): number {
  const amount = parameters.integer('amount');
  const said = [price ?? undefined, amount, unit].filter((one) => one !== undefined);
  if (said.length !== 1)
    throw badParameter(
      'amount',
      'You must pass one of `amount`, `pricing[price]` and `unit_amount_decimal`, and no other.',
      'parameter_missing',
    );
  if (unit !== undefined && !DECIMAL.test(unit))
    throw badParameter(
      'unit_amount_decimal',
      `Invalid decimal: ${unit}; must contain at maximum twelve decimal places.`,
      'parameter_invalid_integer',
    );
  if (price) return amountOf(price, quantity);
  return amount ?? unitsAt(unit!, quantity);
}

function unitsAt(unit: string, quantity: number): number {
  return Number(roundToMinor(multiplyDecimal(unit, BigInt(quantity))));
}

function pricingOf(price: Price | null, unit: string | undefined): InvoiceItem['pricing'] {
  if (price)
    return {
      price_details: { price: price.id, product: idOf(price.product) ?? '' },
      type: 'price_details',
      unit_amount_decimal: price.unit_amount_decimal,
    };
  return unit === undefined ? null : { type: 'price_details', unit_amount_decimal: unit };
}
