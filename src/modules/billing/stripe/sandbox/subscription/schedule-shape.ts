/** A schedule of a subscription and its phases as Stripe writes them. */
import { type Cadence, periodBoundary } from '../calendar/billing-cycle';
import type { Redemption } from '../catalogue/discount.service';
import { idFor } from '../store/kinds';
import { type Customer, idOf, type Price, type Subscription, type SubscriptionSchedule } from '../store/wire';

type Phase = SubscriptionSchedule['phases'][number];
export type EndBehavior = 'cancel' | 'release';

/** A phase as it is asked for, its end still open. */
export interface PhaseOrder {
  readonly items: readonly { readonly price: Price; readonly quantity: number }[];
  readonly startDate?: number;
  readonly endDate?: number;
  readonly duration?: Cadence;
  readonly prorationBehavior: 'create_prorations' | 'always_invoice' | 'none';
  readonly anchor: 'automatic' | 'phase_start' | null;
  readonly metadata: Record<string, string>;
  /** Nothing is charged until then; `PHASE`: for as long as the phase lasts. */
  readonly trialEnd?: number | 'PHASE';
  readonly redemptions?: readonly Redemption[];
}

/** Phases follow one another without a gap. One without an end lasts one period of its price. */
export function phasesFrom(orders: readonly PhaseOrder[], start: number): Phase[] {
  const phases: Phase[] = [];
  let from = orders[0]?.startDate ?? start;
  for (const order of orders) {
    const { recurring, currency } = order.items[0]!.price;
    const cadence = order.duration ?? (recurring as Cadence);
    const end = order.endDate ?? periodBoundary(from, cadence, 1);
    phases.push(phaseShape(order, currency, from, end));
    from = end;
  }
  return phases;
}

/** The one phase of a schedule that is made from a subscription: as it stands, until its period ends. */
export function phaseOf(
  { items, currency, status, trial_end }: Subscription,
  redemptions: readonly Redemption[],
): Phase {
  const [first] = items.data;
  const order: PhaseOrder = {
    items: items.data.map(({ price, quantity }) => ({ price, quantity: quantity ?? 1 })),
    prorationBehavior: 'create_prorations',
    anchor: null,
    metadata: {},
    redemptions,
    ...(status === 'trialing' && trial_end !== null && { trialEnd: trial_end }),
  };
  return phaseShape(order, currency, first!.current_period_start, first!.current_period_end);
}

function phaseShape(order: PhaseOrder, currency: string, start: number, end: number): Phase {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: order.anchor,
    billing_thresholds: null,
    collection_method: null,
    currency,
    default_payment_method: null,
    default_tax_rates: [],
    description: null,
    discounts: (order.redemptions ?? []).map(({ coupon, code, discountId }) => ({
      coupon: coupon.id,
      discount: discountId ?? null,
      promotion_code: code?.id ?? null,
    })),
    end_date: end,
    invoice_settings: null,
    items: order.items.map(({ price, quantity }) => ({
      billing_thresholds: null,
      discounts: [],
      metadata: {},
      plan: price.id,
      price: price.id,
      ...(price.recurring?.usage_type !== 'metered' && { quantity }),
      tax_rates: [],
    })),
    metadata: order.metadata,
    on_behalf_of: null,
    proration_behavior: order.prorationBehavior,
    start_date: start,
    transfer_data: null,
    trial_end: order.trialEnd === 'PHASE' ? end : (order.trialEnd ?? null),
  };
}

export function scheduleShape(terms: {
  readonly customer: Customer;
  readonly subscription: string | null;
  readonly phases: Phase[];
  readonly endBehavior: EndBehavior;
  readonly metadata: Record<string, string>;
  readonly at: number;
}): SubscriptionSchedule {
  const { customer, subscription, phases, at } = terms;
  const [first] = phases;
  const begun = subscription !== null;
  return {
    id: idFor('subscription_schedule'),
    object: 'subscription_schedule',
    application: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    canceled_at: null,
    completed_at: null,
    created: at,
    current_phase: begun ? { end_date: first!.end_date, start_date: first!.start_date } : null,
    customer: customer.id,
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: 'charge_automatically',
      default_payment_method: null,
      description: null,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: null,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: terms.endBehavior,
    livemode: false,
    metadata: terms.metadata,
    pause_schedules: [],
    phases,
    released_at: null,
    released_subscription: null,
    status: begun ? 'active' : 'not_started',
    subscription,
    test_clock: idOf(customer.test_clock),
  };
}
