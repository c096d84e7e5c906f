/** What a request says about a subscription, read once for all operations that take the same: items, trial, ends. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { CatalogueOperations } from '../catalogue/catalogue-operations';
import type { Discounted, Discounts } from '../catalogue/discount.service';
import { amountOf, isMetered, productIdOf } from '../catalogue/price-rule';
import type { Call } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Price } from '../store/wire';
import { automaticTaxAsked } from '../tax/automatic-tax-asked';
import type { Taxes } from '../tax/taxes.service';
import type { AddedItems } from './added-items.service';
import { cycleAsked, firstPeriod } from './cycle-asked';
import { cancelAt } from './end-asked';
import { type ItemChange, shareCadence } from './subscription-change';
import type { NewItem } from './subscription-shape';
import type { PaymentBehavior, SubscriptionOrder } from './subscription-beginning.service';

export const BEHAVIORS: readonly PaymentBehavior[] = [
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
];
export const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;
export const COLLECTION = ['charge_automatically', 'send_invoice'] as const;
const MISSING_CARD = ['cancel', 'create_invoice', 'pause'] as const;
const DAY = 86_400;
const LONGEST_TRIAL_DAYS = 730;

export class SubscriptionOrders {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly discounts: Discounts,
    private readonly taxes: Taxes,
    readonly added: AddedItems,
    private readonly catalogue: Pick<CatalogueOperations, 'inlinePrice'>,
  ) {}

  async read({ parameters, at: realTime }: Call): Promise<SubscriptionOrder> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    return this.orderIn(parameters, customer, await this.time.of(customer, realTime));
  }

  async orderIn(parameters: Parameters, customer: Customer, at: number): Promise<SubscriptionOrder> {
    const items = await this.newItems(parameters, at);
    assertOneCurrency(customer, items);
    parameters.boolean('off_session');
    parameters.group('billing_mode')?.choice('type', ['flexible']);
    const trial = trialEnd(parameters, at);
    const ofPrice = trialOfPrice(parameters, items, at);
    const trialed = trial === 'now' ? null : (trial ?? ofPrice);
    const cycle = cycleAsked(parameters, items[0]!.price, trialed ?? at, at);
    const atEnd = parameters.boolean('cancel_at_period_end') ?? false;
    return {
      customer,
      items,
      at,
      trialEnd: trialed,
      ...cycle,
      prorates: parameters.choice('proration_behavior', PRORATIONS) !== 'none',
      defaultPaymentMethod: await this.ownCard(parameters, customer),
      description: parameters.nullable('description') ?? null,
      metadata: parameters.metadata(),
      cancelAtPeriodEnd: atEnd,
      cancelAt:
        cancelAt(parameters, firstPeriod({ ...cycle, trialEnd: trialed, at }, items[0]!.price).end, at) ??
        null,
      redemptions: await this.discounts.asked(parameters, customer, orderedBy(items), at),
      paymentBehavior: parameters.choice('payment_behavior', BEHAVIORS) ?? 'allow_incomplete',
      missingCard: missingCard(parameters) ?? 'create_invoice',
      ...collection(parameters),
      savesCard: savesCard(parameters) ?? 'off',
      isTaxed: this.taxAsked(parameters, customer) ?? false,
      added: await this.added.asked(parameters),
    };
  }

  async itemChanges(parameters: Parameters, at: number): Promise<ItemChange[]> {
    const changes: ItemChange[] = [];
    for (const item of parameters.groups('items')) changes.push(await this.itemChange(item, at));
    return changes;
  }

  async itemChange(item: Parameters, at: number): Promise<ItemChange> {
    const names = item.has('price') || item.has('price_data');
    const price = names ? await this.price(item, at) : undefined;
    return {
      id: item.text('id'),
      price,
      quantity: quantityOf(item, price),
      metadata: item.has('metadata') ? item.metadata() : undefined,
      deleted: item.boolean('deleted'),
    };
  }

  async ownCard(parameters: Parameters, customer: Customer): Promise<string | null> {
    const id = parameters.nullable('default_payment_method') ?? null;
    if (id === null) return null;
    const card = await this.store.get('payment_method', id, 'default_payment_method');
    if (idOf(card.customer) !== customer.id)
      throw badParameter(
        'default_payment_method',
        `The customer does not have a payment method with the ID ${id}. The payment method must be attached to the customer.`,
        'resource_missing',
      );
    return id;
  }

  /** undefined = nothing said. @throws Refusal where the customer cannot be placed. */
  taxAsked(parameters: Parameters, { address }: Customer): boolean | undefined {
    const isTaxed = automaticTaxAsked(parameters);
    if (isTaxed) this.taxes.assertPlaced(address);
    return isTaxed;
  }

  async newItems(parameters: Parameters, at: number): Promise<NewItem[]> {
    const items: NewItem[] = [];
    for (const item of parameters.groups('items')) {
      const price = await this.price(item, at);
      items.push({ price, quantity: quantityOf(item, price) ?? 1, metadata: item.metadata() });
    }
    if (items.length === 0)
      throw badParameter('items', 'Missing required param: items.', 'parameter_missing');
    assertDistinct(items);
    if (!shareCadence(items.map(({ price }) => price)))
      throw notAllowed(
        'All prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      );
    return items;
  }

  private async price(item: Parameters, at: number): Promise<Price> {
    const inline = item.has('price') ? undefined : item.group('price_data');
    if (inline) {
      inline.required('product');
      inline.requiredGroup('recurring').required('interval');
      return this.catalogue.inlinePrice(inline, at);
    }
    const price = await this.store.get('price', item.required('price'), item.name('price'));
    if (!price.active)
      throw badParameter(
        item.name('price'),
        'The price specified is inactive. This field only accepts active prices.',
      );
    const product = await this.store.find('product', productIdOf(price));
    if (!product?.active)
      throw badParameter(
        item.name('price'),
        `Price \`${price.id}\` is not available to be purchased because its product is not active.`,
      );
    if (!price.recurring)
      throw badParameter(
        item.name('price'),
        `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      );
    return price;
  }
}

/** How much of a metered price is bought is measured, never said. */
function quantityOf(item: Parameters, price: Price | undefined): number | undefined {
  const quantity = item.count('quantity', 0);
  if (quantity !== undefined && price && isMetered(price))
    throw badParameter(
      item.name('quantity'),
      'Quantity should not be specified where usage_type is `metered`. Remove quantity from this item.',
    );
  return quantity;
}

/** What the first whole period comes to. */
function orderedBy(items: readonly NewItem[]): Discounted {
  const licensed = items.filter(({ price }) => !isMetered(price));
  return {
    currency: items[0]!.price.currency,
    amount: licensed.reduce((sum, { price, quantity }) => sum + amountOf(price, quantity), 0),
  };
}

function assertDistinct(items: readonly NewItem[]): void {
  const ids = items.map(({ price }) => price.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw badParameter('items', `Cannot add multiple subscription items with the same plan: ${twice}`);
}

function assertOneCurrency(customer: Customer, items: readonly NewItem[]): void {
  const [currency, ...others] = new Set([
    customer.currency ?? items[0]!.price.currency,
    ...items.map(({ price }) => price.currency),
  ]);
  if (others.length > 0)
    throw notAllowed(
      `You cannot combine currencies on a single customer. This customer has had a subscription, invoice or balance with the currency ${currency}.`,
    );
}

/** undefined = nothing said. */
export function trialEnd(parameters: Parameters, at: number): number | 'now' | undefined {
  const days = parameters.count('trial_period_days', 1);
  const text = parameters.text('trial_end');
  if (days !== undefined && text !== undefined)
    throw badParameter(
      'trial_end',
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'parameters_exclusive',
    );
  if (text === 'now') return 'now';
  const end = parameters.integer('trial_end');
  if (days !== undefined && days > LONGEST_TRIAL_DAYS)
    throw badParameter(
      'trial_period_days',
      `Invalid trial_period_days: the maximum is ${LONGEST_TRIAL_DAYS} days.`,
    );
  if (end !== undefined && end > at + LONGEST_TRIAL_DAYS * DAY)
    throw badParameter('trial_end', 'The trial end date must be within two years.');
  if (end !== undefined && end <= at)
    throw badParameter('trial_end', 'The trial end date must be in the future.');
  return end ?? (days === undefined ? undefined : at + days * DAY);
}

function trialOfPrice(parameters: Parameters, items: readonly NewItem[], at: number): number | null {
  if (!parameters.boolean('trial_from_plan')) return null;
  const days = Math.max(...items.map(({ price }) => price.recurring?.trial_period_days ?? 0));
  return days === 0 ? null : at + days * DAY;
}

export function missingCard(parameters: Parameters): (typeof MISSING_CARD)[number] | undefined {
  return parameters
    .group('trial_settings')
    ?.requiredGroup('end_behavior')
    .choice('missing_payment_method', MISSING_CARD);
}

export function savesCard(parameters: Parameters): 'off' | 'on_subscription' | undefined {
  return parameters
    .group('payment_settings')
    ?.choice('save_default_payment_method', ['off', 'on_subscription']);
}

/** `before`: as it is where the request does not say. */
export function collection(
  parameters: Parameters,
  before: string = 'charge_automatically',
): {
  collectionMethod: (typeof COLLECTION)[number];
  daysUntilDue: number | null;
} {
  const collectionMethod =
    parameters.choice('collection_method', COLLECTION) ?? (before as (typeof COLLECTION)[number]);
  const daysUntilDue = parameters.count('days_until_due', 0) ?? null;
  if ((collectionMethod === 'send_invoice') !== (daysUntilDue !== null))
    throw badParameter(
      'days_until_due',
      '`days_until_due` goes with `collection_method` send_invoice, and is needed there.',
    );
  return { collectionMethod, daysUntilDue };
}
