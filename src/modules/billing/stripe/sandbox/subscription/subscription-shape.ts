/** A subscription and its items as Stripe writes them. Periods stand on the items; flexible billing is the default. */
import { cadenceOf, isMetered } from '../catalogue/price-rule';
import { newSandboxId } from '../store/kinds';
import {
  type Customer,
  idOf,
  type Price,
  type Subscription,
  type SubscriptionItem,
  wholeList,
} from '../store/wire';

export type Metadata = Record<string, string>;

export interface NewItem {
  readonly price: Price;
  readonly quantity: number;
  readonly metadata: Metadata;
}

export interface NewSubscription {
  readonly id: string;
  readonly customer: Customer;
  readonly items: readonly NewItem[];
  readonly at: number;
  readonly period: { readonly start: number; readonly end: number };
  /** null = no trial; otherwise its end, which is the anchor of the cycle. */
  readonly trialEnd: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly cancelAtPeriodEnd: boolean;
  readonly cancelAt: number | null;
  /** Where it began before it was made; null = it begins now. */
  readonly backdatedTo: number | null;
  /** The first whole period begins here, or at an earlier instant of the same cycle; null = at once. */
  readonly anchor: number | null;
  readonly anchorConfig: Subscription['billing_cycle_anchor_config'];
  /** What happens at the end of a trial when there is no card. */
  readonly missingCard: 'cancel' | 'create_invoice' | 'pause';
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  readonly daysUntilDue: number | null;
  readonly savesCard: 'off' | 'on_subscription';
  /** Whether Stripe Tax is asked. */
  readonly isTaxed: boolean;
}

/** The terms of an order that asks for nothing in particular. */
export const PLAIN_TERMS = {
  cancelAtPeriodEnd: false,
  cancelAt: null,
  backdatedTo: null,
  anchor: null,
  anchorConfig: null,
  missingCard: 'create_invoice',
  collectionMethod: 'charge_automatically',
  daysUntilDue: null,
  savesCard: 'off',
  isTaxed: false,
} as const;

export function itemShape(
  { price, quantity, metadata }: NewItem,
  subscription: string,
  period: { start: number; end: number },
  at: number,
): SubscriptionItem {
  return {
    id: newSandboxId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: at,
    current_period_end: period.end,
    current_period_start: period.start,
    current_trial: null,
    discounts: [],
    metadata,
    plan: planOf(price),
    price,
    ...(!isMetered(price) && { quantity }),
    subscription,
    tax_rates: [],
  };
}

/** The older name of a price, which items still carry. */
export function planOf(price: Price): SubscriptionItem['plan'] {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: cadenceOf(price).interval,
    interval_count: cadenceOf(price).interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: price.recurring?.meter ?? null,
    nickname: price.nickname,
    product: idOf(price.product),
    tiers_mode: price.tiers_mode,
    transform_usage: price.transform_quantity,
    trial_period_days: price.recurring?.trial_period_days ?? null,
    usage_type: price.recurring?.usage_type ?? 'licensed',
  };
}

export function subscriptionShape(order: NewSubscription): Subscription {
  const { id, customer, at, period, trialEnd, backdatedTo } = order;
  const items = order.items.map((item) => itemShape(item, id, period, at));
  const end = order.cancelAtPeriodEnd ? period.end : order.cancelAt;
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: automaticTaxOf(order.isTaxed),
    billing_cycle_anchor: cycleOf(order),
    billing_cycle_anchor_config: order.anchorConfig,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: end,
    cancel_at_period_end: order.cancelAtPeriodEnd,
    canceled_at: end === null ? null : at,
    cancellation_details: {
      comment: null,
      feedback: null,
      feedback_option: null,
      reason: end === null ? null : 'cancellation_requested',
    },
    collection_method: order.collectionMethod,
    created: at,
    currency: order.items[0]!.price.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: order.daysUntilDue,
    default_payment_method: order.defaultPaymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: order.description,
    discounts: [],
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: wholeList(items, `/v1/subscription_items?subscription=${id}`),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: order.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: order.savesCard,
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: backdatedTo ?? at,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    test_clock: idOf(customer.test_clock),
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: order.missingCard },
    },
    trial_start: trialEnd === null ? null : at,
  };
}

/** The instant from which the periods of a new subscription are counted. */
export function cycleOf({
  anchor,
  trialEnd,
  backdatedTo,
  at,
}: Pick<NewSubscription, 'anchor' | 'trialEnd' | 'backdatedTo' | 'at'>): number {
  return anchor ?? trialEnd ?? backdatedTo ?? at;
}

export function automaticTaxOf(enabled: boolean): Subscription['automatic_tax'] {
  return { disabled_reason: null, enabled, liability: enabled ? { type: 'self' } : null };
}

/** The period that all items share: one cadence per subscription. */
export function currentPeriod({ items }: Subscription): { start: number; end: number } {
  const [first] = items.data;
  return { start: first!.current_period_start, end: first!.current_period_end };
}

export function withItems(subscription: Subscription, items: SubscriptionItem[]): Subscription {
  return { ...subscription, items: { ...subscription.items, data: items } };
}

export function isOver({ status }: Pick<Subscription, 'status'>): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

/** The subscription in another period, from which its cycle counts on. */
export function restarted(
  subscription: Subscription,
  { start, end, anchor }: { start: number; end: number; anchor: number },
): Subscription {
  const period = { current_period_start: start, current_period_end: end };
  const items = subscription.items.data.map((item) => ({ ...item, ...period }));
  return {
    ...withItems(subscription, items),
    billing_cycle_anchor: anchor,
    ...(subscription.cancel_at_period_end && { cancel_at: end }),
  };
}
