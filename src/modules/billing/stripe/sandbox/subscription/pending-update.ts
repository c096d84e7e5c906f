/** A change that waits for its invoice to be paid: kept with the subscription, applied or given up as a whole. */
import type { Subscription } from '../store/wire';
import { currentPeriod, withItems } from './subscription-shape';

type PendingUpdate = NonNullable<Subscription['pending_update']>;

const LIFETIME = 23 * 3600;

export function pendingUpdateOf(before: Subscription, changed: Subscription, at: number): PendingUpdate {
  const anchorMoved = changed.billing_cycle_anchor !== before.billing_cycle_anchor;
  return {
    billing_cycle_anchor: anchorMoved ? changed.billing_cycle_anchor : null,
    cancel_at_period_end: null,
    discount: null,
    discounts: null,
    expires_at: Math.min(at + LIFETIME, currentPeriod(before).end),
    metadata: null,
    subscription_items: changed.items.data,
    trial_end: changed.trial_end === before.trial_end ? null : changed.trial_end,
    trial_from_plan: null,
  };
}

export function applied(subscription: Subscription, update: PendingUpdate): Subscription {
  return {
    ...withItems(subscription, update.subscription_items ?? subscription.items.data),
    billing_cycle_anchor: update.billing_cycle_anchor ?? subscription.billing_cycle_anchor,
    trial_end: update.trial_end ?? subscription.trial_end,
    ...(update.trial_end !== null && { status: 'active' as const }),
    pending_update: null,
  };
}
