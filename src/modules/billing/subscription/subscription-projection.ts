/**
 * From what Stripe says now and what our mirror held: what the mirror must become, and what happened in the words of
 * the business. Pure, so that late, doubled and shuffled news all lead to the same rows: only the reading counts.
 */
import { monthlyPrice } from '../plan/monthly-price';
import type { StripeSubscription } from '../stripe/stripe-gateway';
import { addMonths } from './billing-calendar';
import { chooseLive, isLive, SubscriptionStatus } from './standing';

const DAY_MS = 86_400_000;

/** The plan terms of which the mirror needs to know. */
export interface MirroredPlan {
  readonly id: string;
  readonly code: string;
  readonly version: number;
  readonly graceDays: number;
  readonly currency: string;
}

/** A row of the mirror without its keys. */
export interface MirrorRow {
  readonly planId: string;
  readonly status: SubscriptionStatus;
  readonly quantity: number;
  readonly monthlyMinor: string;
  readonly currency: string;
  readonly anchorAt: Date;
  readonly currentPeriodStart: Date;
  readonly currentPeriodEnd: Date;
  readonly trialEndsAt: Date | null;
  readonly cancelAt: Date | null;
  readonly graceEndsAt: Date | null;
  readonly plannedPlanId: string | null;
  readonly plannedQuantity: number | null;
  readonly plannedAt: Date | null;
  readonly stripeCustomerId: string | null;
  readonly stripeSubscriptionId: string | null;
  readonly endedAt: Date | null;
}

export interface HeldRow extends MirrorRow {
  readonly id: string;
}

type SubscriptionEventType =
  | 'subscription.started'
  | 'subscription.changed'
  | 'subscription.updated'
  | 'subscription.canceled'
  | 'subscription.surplus-found';

export interface ProjectedEvent {
  readonly type: SubscriptionEventType;
  readonly stripeSubscriptionId: string;
  readonly plan: MirroredPlan;
  readonly monthlyMinor: string;
  readonly currency: string;
  readonly previousPlanId: string | null;
  readonly previousMonthlyMinor: string;
}

export interface Projection {
  /** Rows to write, in this order: by Stripe's id, or the row without Stripe that ends. */
  readonly ended: { id: string; status: SubscriptionStatus; endedAt: Date }[];
  readonly rows: (MirrorRow & { stripeSubscriptionId: string })[];
  readonly events: ProjectedEvent[];
  /** Nothing live is left: the customer goes back to FREE. */
  readonly toFree: boolean;
  /** Live ones beside the one that is mirrored as live: bought twice, to be ended and given back. */
  readonly surplus: string[];
  /** Those whose price is no plan's. A customer who stands on one keeps the plan; another buys nothing by it. */
  readonly unrecognised: string[];
}

export interface ProjectionInput {
  readonly stripeCustomerId: string;
  readonly held: readonly HeldRow[];
  readonly subscriptions: readonly StripeSubscription[];
  /** Stripe's ids of those for which something was ever paid. */
  readonly paidFor: ReadonlySet<string | null>;
  readonly planOf: (planKey: string | null) => MirroredPlan | undefined;
  readonly planById: (planId: string) => MirroredPlan | undefined;
  readonly now: Date;
}

/**
 * What a subscription brings in a month: nothing in a trial, when payment was given up, or when it is late and none ever came, as
 * after a trial whose card fails.
 */
function monthlyMinorOf(
  { stripeSubscriptionId, status, periodPriceMinor, interval }: StripeSubscription,
  { paidFor }: Pick<ProjectionInput, 'paidFor'>,
): string {
  const paying =
    status === SubscriptionStatus.ACTIVE ||
    (status === SubscriptionStatus.PAST_DUE && paidFor.has(stripeSubscriptionId));
  if (!paying) return '0';
  return monthlyPrice(BigInt(periodPriceMinor), interval).toString();
}

export function projectSubscriptions(input: ProjectionInput): Projection {
  const { held, now } = input;
  const byStripe = new Map(held.map((row) => [row.stripeSubscriptionId, row]));
  const unrecognised = input.subscriptions
    .filter(({ planKey, status }) => isLive(status) && !input.planOf(planKey))
    .map(({ stripeSubscriptionId }) => stripeSubscriptionId);
  const sold = input.subscriptions.flatMap((subscription) => {
    const before = byStripe.get(subscription.stripeSubscriptionId);
    const plan = input.planOf(subscription.planKey) ?? (before && input.planById(before.planId));
    return plan ? [{ ...subscription, plan }] : [];
  });
  const { live, surplus } = chooseLive(sold);
  const current = held.find(({ endedAt }) => endedAt === null);
  const ended: Projection['ended'] = [];
  const events: ProjectedEvent[] = [];

  const replaced = current && current.stripeSubscriptionId !== (live?.stripeSubscriptionId ?? null);
  if (current && replaced && (current.stripeSubscriptionId || live)) {
    const gone = sold.find(
      ({ stripeSubscriptionId }) => stripeSubscriptionId === current.stripeSubscriptionId,
    );
    ended.push({ id: current.id, status: SubscriptionStatus.CANCELED, endedAt: gone?.endedAt ?? now });
    const plan = gone?.plan ?? input.planById(current.planId);
    if (current.stripeSubscriptionId && plan) {
      events.push({
        type: 'subscription.canceled',
        stripeSubscriptionId: current.stripeSubscriptionId,
        plan,
        monthlyMinor: '0',
        currency: current.currency,
        previousPlanId: current.planId,
        previousMonthlyMinor: current.monthlyMinor,
      });
    }
  }

  const rows = sold.map((subscription) => {
    const before = byStripe.get(subscription.stripeSubscriptionId);
    const row = rowOf(subscription, before, input, subscription === live);
    const event = eventOf(subscription, row, before, subscription === live, surplus.includes(subscription));
    if (event) events.push(event);
    return row;
  });
  return {
    ended,
    rows,
    events,
    toFree: !live && Boolean(current?.stripeSubscriptionId),
    surplus: surplus.map(({ stripeSubscriptionId }) => stripeSubscriptionId),
    unrecognised,
  };
}

function rowOf(
  subscription: StripeSubscription & { plan: MirroredPlan },
  before: HeldRow | undefined,
  input: ProjectionInput,
  live: boolean,
): MirrorRow & { stripeSubscriptionId: string } {
  const { stripeCustomerId, planOf, now } = input;
  const { plan, status, planned } = subscription;
  const plannedPlan = planned && planOf(planned.planKey);
  return {
    planId: plan.id,
    status,
    quantity: subscription.quantity,
    monthlyMinor: live ? monthlyMinorOf(subscription, input) : '0',
    currency: subscription.currency,
    anchorAt: subscription.anchorAt,
    currentPeriodStart: subscription.currentPeriodStart,
    currentPeriodEnd: subscription.currentPeriodEnd,
    trialEndsAt: subscription.trialEndsAt,
    cancelAt: subscription.cancelAt,
    graceEndsAt: graceOf(status, plan, before, now),
    plannedPlanId: plannedPlan?.id ?? null,
    plannedQuantity: plannedPlan ? planned.quantity : null,
    plannedAt: plannedPlan ? planned.at : null,
    stripeCustomerId,
    stripeSubscriptionId: subscription.stripeSubscriptionId,
    // A row that is not the live one is not in force, whatever Stripe calls it.
    endedAt: live ? null : (subscription.endedAt ?? before?.endedAt ?? now),
  };
}

/** The days of grace begin when we hear that a payment is late, and do not begin anew while it stays so. */
function graceOf(
  status: SubscriptionStatus,
  plan: MirroredPlan,
  before: HeldRow | undefined,
  now: Date,
): Date | null {
  const givenUp = status === SubscriptionStatus.UNPAID;
  if (status !== SubscriptionStatus.PAST_DUE && !givenUp) return null;
  return before?.graceEndsAt ?? new Date(now.getTime() + (givenUp ? 0 : plan.graceDays * DAY_MS));
}

function eventOf(
  { stripeSubscriptionId, plan }: StripeSubscription & { plan: MirroredPlan },
  row: MirrorRow,
  before: HeldRow | undefined,
  live: boolean,
  surplus: boolean,
): ProjectedEvent | undefined {
  const inForce = before && before.endedAt === null ? before : undefined;
  const shape = {
    stripeSubscriptionId,
    plan,
    monthlyMinor: row.monthlyMinor,
    currency: row.currency,
    previousPlanId: inForce?.planId ?? null,
    previousMonthlyMinor: inForce?.monthlyMinor ?? '0',
  };
  if (surplus) return before ? undefined : { ...shape, type: 'subscription.surplus-found' };
  if (!live) return undefined;
  if (!inForce) return { ...shape, type: 'subscription.started' };
  const changed =
    inForce.planId !== row.planId ||
    inForce.quantity !== row.quantity ||
    inForce.monthlyMinor !== row.monthlyMinor;
  if (changed) return { ...shape, type: 'subscription.changed' };
  return isSame(inForce, row) ? undefined : { ...shape, type: 'subscription.updated' };
}

function isSame(a: MirrorRow, b: MirrorRow): boolean {
  const time = (date: Date | null): number | null => date?.getTime() ?? null;
  return (
    a.status === b.status &&
    time(a.currentPeriodStart) === time(b.currentPeriodStart) &&
    time(a.currentPeriodEnd) === time(b.currentPeriodEnd) &&
    time(a.trialEndsAt) === time(b.trialEndsAt) &&
    time(a.cancelAt) === time(b.cancelAt) &&
    time(a.plannedAt) === time(b.plannedAt) &&
    a.plannedPlanId === b.plannedPlanId &&
    a.plannedQuantity === b.plannedQuantity
  );
}

/** The row of a plan that Stripe does not know: FREE, or one by contract. Its first period begins now. */
export function rowWithoutStripe(plan: MirroredPlan, now: Date): MirrorRow {
  return {
    planId: plan.id,
    status: SubscriptionStatus.ACTIVE,
    quantity: 1,
    monthlyMinor: '0',
    currency: plan.currency,
    anchorAt: now,
    currentPeriodStart: now,
    currentPeriodEnd: addMonths(now, 1),
    trialEndsAt: null,
    cancelAt: null,
    graceEndsAt: null,
    plannedPlanId: null,
    plannedQuantity: null,
    plannedAt: null,
    stripeCustomerId: null,
    stripeSubscriptionId: null,
    endedAt: null,
  };
}
