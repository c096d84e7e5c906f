/** Subscriptions, as they can be asked for. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Discounts } from '../catalogue/discount.service';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import { badParameter, missing, notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Subscription } from '../store/wire';
import {
  BEHAVIORS,
  collection,
  missingCard,
  PRORATIONS,
  savesCard,
  type SubscriptionOrders,
  trialEnd,
} from './subscription-order';
import type { ChangeRequest, SubscriptionChanges } from './subscription-change.service';
import type { SubscriptionBeginnings } from './subscription-beginning.service';
import { cancellationDetails, endAsked } from './end-asked';
import type { Pauses } from './pause.service';
import { automaticTaxOf, isOver } from './subscription-shape';
import type { Subscriptions } from './subscription.service';

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

interface Desk {
  readonly store: ObjectStore;
  readonly time: SandboxTime;
  readonly subscriptions: Subscriptions;
  readonly beginnings: SubscriptionBeginnings;
  readonly orders: SubscriptionOrders;
  readonly changes: SubscriptionChanges;
  readonly discounts: Discounts;
  readonly pauses: Pauses;
}

export class SubscriptionOperations {
  constructor(private readonly desk: Desk) {}

  list(): Operation[] {
    const { store, orders, beginnings } = this.desk;
    const address = '/v1/subscriptions';
    return [
      { method: 'POST', path: address, run: async (call) => beginnings.create(await orders.read(call)) },
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => store.get('subscription', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.cancel(call) },
      { method: 'POST', path: `${address}/:id/pause`, run: (call) => this.pause(call) },
      { method: 'POST', path: `${address}/:id/resume`, run: (call) => this.resume(call) },
      { method: 'DELETE', path: `${address}/:id/discount`, run: (call) => this.removeDiscount(call) },
    ];
  }

  private page(parameters: Parameters): Promise<object> {
    const status = parameters.choice('status', STATES);
    const states =
      status === 'all' ? undefined : status === 'ended' ? ENDED : status ? [status] : NOT_CANCELED;
    const method = parameters.choice('collection_method', ['charge_automatically', 'send_invoice']);
    return this.desk.store.page(
      'subscription',
      {
        customer: parameters.text('customer'),
        properties: { status: states, collection_method: method && [method] },
        item: parameters.text('price'),
      },
      parameters,
    );
  }

  private async update({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const { store, time, orders, changes, subscriptions, discounts } = this.desk;
    const before = await store.get('subscription', path.id!);
    const at = await time.of(before, realTime);
    const metadata = parameters.metadata(before.metadata);
    const why = cancellationDetails(parameters, before.cancellation_details);
    if (isOver(before))
      return this.updateEnded(before, { metadata, cancellation_details: why }, parameters, at);
    const customer = await subscriptions.customerOf(before);
    const request = { ...changeRequest(parameters, at), items: await orders.itemChanges(parameters, at) };
    await orders.added.keep(before, await orders.added.asked(parameters), at);
    if (request.paymentBehavior === 'pending_if_incomplete') assertPendable(parameters);
    if (request.paymentBehavior === 'pending_if_incomplete')
      return changes.apply(before, before, request, at);
    const next: Subscription = {
      ...before,
      cancellation_details: why,
      ...endAsked({ ...before, cancellation_details: why }, parameters, at),
      metadata,
      description: parameters.has('description')
        ? (parameters.nullable('description') ?? null)
        : before.description,
      default_payment_method: parameters.has('default_payment_method')
        ? await orders.ownCard(parameters, customer)
        : before.default_payment_method,
      pause_collection: pauseAsked(parameters, before),
      ...settings(parameters, before),
      ...taxAsked(orders.taxAsked(parameters, customer)),
    };
    const discounted = parameters.has('discounts')
      ? await discounts.give(
          next,
          await discounts.asked(parameters, customer, { currency: before.currency, amount: null }, at),
          at,
        )
      : next;
    return changes.apply(before, discounted, request, at);
  }

  /** Of a subscription that is over, only what is said about it can change. */
  private async updateEnded(
    subscription: Subscription,
    change: Partial<Subscription>,
    parameters: Parameters,
    at: number,
  ): Promise<Subscription> {
    try {
      parameters.assertAllRead('a canceled subscription');
    } catch {
      throw notAllowed('A canceled subscription can only update its cancellation_details and metadata.');
    }
    return this.desk.subscriptions.move(subscription, change, at);
  }

  private async cancel({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const { store, time, changes, subscriptions } = this.desk;
    const subscription = await store.get('subscription', path.id!);
    if (isOver(subscription)) throw missing('subscription', subscription.id);
    const at = await time.of(subscription, realTime);
    const prorate = parameters.boolean('prorate') ?? false;
    const invoiceNow = parameters.boolean('invoice_now') ?? false;
    const why = cancellationDetails(parameters, subscription.cancellation_details);
    const told = { ...subscription, cancellation_details: why };
    const lines = await changes.finalLines(told, { prorate, usage: invoiceNow }, at);
    const ended = await subscriptions.end(told, at, 'cancellation_requested', prorate || invoiceNow);
    return changes.settleEnd(ended, lines, invoiceNow, at);
  }

  private async pause({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const { store, time, pauses } = this.desk;
    const subscription = await store.get('subscription', path.id!);
    parameters.choice('type', ['subscription']);
    return pauses.pause(subscription, await time.of(subscription, realTime));
  }

  private async resume({ path, parameters, at: realTime }: Call): Promise<Subscription> {
    const { store, time, pauses } = this.desk;
    const subscription = await store.get('subscription', path.id!);
    const anchor = parameters.group('billing_cycle_anchor')?.choice('type', ['now', 'unchanged']) ?? 'now';
    const prorates = parameters.choice('proration_behavior', PRORATIONS) !== 'none';
    const at = await time.of(subscription, realTime);
    return pauses.resume(subscription, { restarts: anchor === 'now', prorates }, at);
  }

  private async removeDiscount({ path, at }: Call): Promise<object> {
    const { store, time, subscriptions } = this.desk;
    const before = await store.get('subscription', path.id!);
    const id = idOf(before.discounts[0]);
    if (!id) throw missing('discount', before.id);
    const { end: _, ...discount } = await store.get('discount', id);
    await subscriptions.move(before, { discounts: [] }, await time.of(before, at));
    return { ...discount, deleted: true };
  }
}

export function changeRequest(parameters: Parameters, at: number): Omit<ChangeRequest, 'items'> {
  parameters.boolean('off_session');
  const anchor = parameters.group('billing_cycle_anchor')?.choice('type', ['now', 'unchanged']);
  return {
    prorationBehavior: parameters.choice('proration_behavior', PRORATIONS) ?? 'create_prorations',
    prorationDate: parameters.integer('proration_date'),
    paymentBehavior:
      parameters.choice('payment_behavior', [...BEHAVIORS, 'pending_if_incomplete']) ?? 'allow_incomplete',
    restarts: anchor === 'now',
    trialEnd: trialEnd(parameters, at),
  };
}

/** What can wait for its payment with a change. */
const PENDABLE = [
  'billing_cycle_anchor',
  'expand',
  'items',
  'off_session',
  'payment_behavior',
  'proration_behavior',
  'proration_date',
  'trial_end',
];

function assertPendable(parameters: Parameters): void {
  const other = parameters.keys().find((key) => !PENDABLE.includes(key));
  if (other !== undefined)
    throw badParameter(
      other,
      `When \`payment_behavior\` is \`pending_if_incomplete\`, you cannot pass \`${other}\`.`,
    );
}

function pauseAsked(parameters: Parameters, before: Subscription): Subscription['pause_collection'] {
  if (!parameters.has('pause_collection')) return before.pause_collection;
  const pause = parameters.group('pause_collection');
  if (!pause) return null;
  pause.required('behavior');
  return {
    behavior: pause.choice('behavior', ['keep_as_draft', 'mark_uncollectible', 'void'])!,
    resumes_at: pause.integer('resumes_at') ?? null,
  };
}

function taxAsked(isTaxed: boolean | undefined): Partial<Subscription> {
  return isTaxed === undefined ? {} : { automatic_tax: automaticTaxOf(isTaxed) };
}

function settings(parameters: Parameters, before: Subscription): Partial<Subscription> {
  const missing_payment_method = missingCard(parameters);
  const save_default_payment_method = savesCard(parameters);
  const changes = parameters.has('collection_method') || parameters.has('days_until_due');
  const collected = changes ? collection(parameters, before.collection_method) : undefined;
  return {
    ...(collected && {
      collection_method: collected.collectionMethod,
      days_until_due: collected.daysUntilDue,
    }),
    ...(missing_payment_method && {
      trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method } },
    }),
    ...(save_default_payment_method &&
      before.payment_settings && {
        payment_settings: { ...before.payment_settings, save_default_payment_method },
      }),
  };
}
