/** Subscriptions, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import { cadenceOf } from '../catalogue/price-rule';
import type { Discounts } from '../catalogue/discount.service';
import type { Call, Operation } from '../request/call';
import { badParameter, missing, notAllowed } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type Price, type Subscription } from '../store/wire';
import { type ItemChange, shareCadence } from './subscription-change';
import type { SubscriptionChanges } from './subscription-change.service';
import { currentPeriod, isOver } from './subscription-shape';
import type { PaymentBehavior, Subscriptions } from './subscription.service';

const DAY = 86_400;
const BEHAVIORS: readonly PaymentBehavior[] = [
  'allow_incomplete',
  'default_incomplete',
  'error_if_incomplete',
];
const PRORATIONS = ['create_prorations', 'always_invoice', 'none'] as const;
const STATES = [
  'active',
  'all',
  'canceled',
  'ended',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const;
const ENDED = ['canceled', 'incomplete_expired'];
const NOT_CANCELED = STATES.filter((state) => !['all', 'ended', 'canceled'].includes(state));

export class SubscriptionOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly subscriptions: Subscriptions,
    private readonly changes: SubscriptionChanges,
    private readonly discounts: Discounts,
  ) {}

  list(): Operation[] {
    const address = '/v1/subscriptions';
    return [
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('subscription', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.cancel(call) },
      { method: 'GET', path: '/v1/subscription_items', run: ({ parameters }) => this.items(parameters) },
      { method: 'POST', path: '/v1/invoices/create_preview', run: (call) => this.preview(call) },
    ];
  }

  private async create({ parameters, at: realTime }: Call): Promise<Subscription> {
    const customer = await this.store.get('customer', parameters.required('customer'), 'customer');
    const at = await this.time.of(customer, realTime);
    const wanted = parameters.groups('items');
    if (wanted.length === 0)
      throw badParameter('items', 'Missing required param: items.', 'parameter_missing');
    const items: { price: Price; quantity: number; metadata: Record<string, string> }[] = [];
    for (const item of wanted) {
      item.required('price');
      items.push({
        price: await this.price(item),
        quantity: item.count('quantity', 0) ?? 1,
        metadata: item.metadata(),
      });
    }
    if (!shareCadence(items.map(({ price }) => price)))
      throw notAllowed(
        'All prices on a subscription must have the same `recurring.interval` and `recurring.interval_count`.',
      );
    const [currency, ...others] = new Set([
      customer.currency ?? items[0]!.price.currency,
      ...items.map(({ price }) => price.currency),
    ]);
    if (others.length > 0)
      throw notAllowed(
        `You cannot combine currencies on a single customer. This customer has had a subscription, invoice or balance with the currency ${currency}.`,
      );
    parameters.boolean('off_session');
    parameters.choice('collection_method', ['charge_automatically']);
    parameters.group('billing_mode')?.choice('type', ['flexible']);
    return this.subscriptions.create({
      customer,
      items,
      at,
      trialEnd: trialEnd(parameters, at),
      defaultPaymentMethod: await this.ownCard(parameters, customer),
      description: parameters.nullable('description') ?? null,
      metadata: parameters.metadata(),
      cancelAtPeriodEnd: parameters.boolean('cancel_at_period_end') ?? false,
      redemptions: await this.discounts.asked(parameters, customer, at),
      paymentBehavior: parameters.choice('payment_behavior', BEHAVIORS) ?? 'allow_incomplete',
    });
  }

  private page(parameters: Parameters): Promise<object> {
    const status = parameters.choice('status', STATES);
    const states =
      status === 'all' ? undefined : status === 'ended' ? ENDED : status ? [status] : NOT_CANCELED;
    return this.store.page(
      'subscription',
      { customer: parameters.text('customer'), properties: { status: states } },
      parameters,
    );
  }

  private async update({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const before = await this.store.get('subscription', path.id!);
    const at = await this.time.of(before, realTime);
    const metadata = parameters.metadata(before.metadata);
    if (isOver(before)) return this.updateEnded({ ...before, metadata }, parameters, at);
    const atEnd = parameters.boolean('cancel_at_period_end');
    const customer = await this.subscriptions.customerOf(before);
    const next: Subscription = {
      ...before,
      ...(atEnd !== undefined && scheduledEnd(before, atEnd, at)),
      metadata,
      description: parameters.has('description')
        ? (parameters.nullable('description') ?? null)
        : before.description,
      default_payment_method: parameters.has('default_payment_method')
        ? await this.ownCard(parameters, customer)
        : before.default_payment_method,
    };
    parameters.boolean('off_session');
    const request = { ...this.changeRequest(parameters), items: await this.itemChanges(parameters) };
    return this.changes.apply(before, next, request, at);
  }

  /** Of a subscription that is over, only what is said about it can change. */
  private async updateEnded(
    subscription: Subscription,
    parameters: Parameters,
    at: number,
  ): Promise<Subscription> {
    try {
      parameters.assertAllRead('a canceled subscription');
    } catch {
      throw notAllowed('A canceled subscription can only update its cancellation_details and metadata.');
    }
    return this.subscriptions.move(subscription, {}, at);
  }

  private async cancel({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const subscription = await this.store.get('subscription', path.id!);
    if (isOver(subscription)) throw missing('subscription', subscription.id);
    for (const name of ['prorate', 'invoice_now']) {
      if (parameters.boolean(name))
        throw badParameter(name, `The sandbox, which is not Stripe, cancels without ${name}.`);
    }
    return this.subscriptions.end(
      subscription,
      await this.time.of(subscription, realTime),
      'cancellation_requested',
    );
  }

  private async preview({ parameters, at: realTime }: Call): Promise<object> {
    const subscription = await this.store.get(
      'subscription',
      parameters.required('subscription'),
      'subscription',
    );
    const customer = parameters.text('customer');
    if (customer !== undefined && customer !== idOf(subscription.customer))
      throw missing('subscription', subscription.id, 'subscription');
    if (isOver(subscription))
      throw notAllowed('No upcoming invoices for this subscription.', 'invoice_upcoming_none');
    const details = parameters.group('subscription_details');
    const request = details
      ? { ...this.changeRequest(details), items: await this.itemChanges(details) }
      : { items: [], prorationBehavior: 'none' as const, paymentBehavior: 'allow_incomplete' as const };
    return this.changes.preview(subscription, request, await this.time.of(subscription, realTime));
  }

  private async items(parameters: Parameters): Promise<object> {
    const { items } = await this.store.get(
      'subscription',
      parameters.required('subscription'),
      'subscription',
    );
    parameters.count('limit', 1);
    return items;
  }

  private changeRequest(parameters: Parameters) {
    return {
      prorationBehavior:
        parameters.choice('proration_behavior', PRORATIONS) ?? ('create_prorations' as const),
      prorationDate: parameters.integer('proration_date'),
      paymentBehavior: parameters.choice('payment_behavior', BEHAVIORS) ?? ('allow_incomplete' as const),
    };
  }

  private async itemChanges(parameters: Parameters): Promise<ItemChange[]> {
    const changes: ItemChange[] = [];
    for (const item of parameters.groups('items')) {
      changes.push({
        id: item.text('id'),
        price: item.has('price') ? await this.price(item) : undefined,
        quantity: item.count('quantity', 0),
        metadata: item.has('metadata') ? item.metadata() : undefined,
        deleted: item.boolean('deleted'),
      });
    }
    return changes;
  }

  private async price(item: Parameters): Promise<Price> {
    const price = await this.store.get('price', item.required('price'), item.name('price'));
    if (!price.active)
      throw badParameter(
        item.name('price'),
        'The price specified is inactive. This field only accepts active prices.',
      );
    if (!price.recurring)
      throw badParameter(
        item.name('price'),
        `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
      );
    cadenceOf(price);
    return price;
  }

  private async ownCard(parameters: Parameters, customer: Customer): Promise<string | null> {
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
}

function trialEnd(parameters: Parameters, at: number): number | null {
  const days = parameters.count('trial_period_days', 1);
  const end = parameters.text('trial_end') === 'now' ? undefined : parameters.integer('trial_end');
  if (days !== undefined && end !== undefined)
    throw badParameter(
      'trial_end',
      'You may only specify one of these parameters: trial_end, trial_period_days.',
      'parameters_exclusive',
    );
  if (end !== undefined && end <= at)
    throw badParameter('trial_end', 'The trial end date must be in the future.');
  return end ?? (days === undefined ? null : at + days * DAY);
}

function scheduledEnd(subscription: Subscription, atEnd: boolean, at: number): Partial<Subscription> {
  const details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    ...subscription.cancellation_details,
  };
  return {
    cancel_at_period_end: atEnd,
    cancel_at: atEnd ? currentPeriod(subscription).end : null,
    canceled_at: atEnd ? at : null,
    cancellation_details: { ...details, reason: atEnd ? 'cancellation_requested' : null },
  };
}
