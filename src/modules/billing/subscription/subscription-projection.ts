/**
 * From what Stripe says now and what our mirror held: what the mirror must become, and what happened in the words of
 * the business. Pure, so that late, doubled and shuffled news all lead to the same rows: only the reading counts.
 */
import type { StripeSubscription } from '../stripe/stripe-gateway';
import { addMonths } from './billing-calendar';
import { chooseLive, SubscriptionStatus } from './standing';

const DAY_MS = 86_400_000;
const MONTHS_IN_YEAR = 12n;

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
}

export interface ProjectionInput {
  readonly stripeCustomerId: string;
  readonly held: readonly HeldRow[];
  readonly subscriptions: readonly StripeSubscription[];
  readonly planOf: (planKey: string | null) => MirroredPlan | undefined;
  readonly now: Date;
}

/** What a subscription brings in a month: nothing in a trial or when payment was given up. */
function monthlyMinorOf({ status, periodPriceMinor, interval }: StripeSubscription): string {
  const paying = status === SubscriptionStatus.ACTIVE || status === SubscriptionStatus.PAST_DUE;
  if (!paying) return '0';
  const amount = BigInt(periodPriceMinor);
  return (interval === 'YEAR' ? (amount + MONTHS_IN_YEAR / 2n) / MONTHS_IN_YEAR : amount).toString();
}

export function projectSubscriptions(input: ProjectionInput): Projection {
  const { held, now } = input;
  const sold = input.subscriptions.flatMap((subscription) => {
    const plan = input.planOf(subscription.planKey);
    return plan ? [{ ...subscription, plan }] : [];
  });
  const { live, surplus } = chooseLive(sold);
  const current = held.find(({ endedAt }) => endedAt === null);
  const byStripe = new Map(held.map((row) => [row.stripeSubscriptionId, row]));
  const ended: Projection['ended'] = [];
  const events: ProjectedEvent[] = [];

  const replaced = current && current.stripeSubscriptionId !== (live?.stripeSubscriptionId ?? null);
  if (current && replaced && (current.stripeSubscriptionId || live)) {
    const gone = sold.find(
      ({ stripeSubscriptionId }) => stripeSubscriptionId === current.stripeSubscriptionId,
    );
    ended.push({ id: current.id, status: SubscriptionStatus.CANCELED, endedAt: gone?.endedAt ?? now });
    if (current.stripeSubscriptionId) {
      events.push({
        type: 'subscription.canceled',
        stripeSubscriptionId: current.stripeSubscriptionId,
        plan: gone?.plan ?? {
          id: current.planId,
          code: '',
          version: 0,
          graceDays: 0,
          currency: current.currency,
        },
        monthlyMinor: '0',
        currency: current.currency,
        previousPlanId: current.planId,
        previousMonthlyMinor: current.monthlyMinor,
      });
    }
  }

  const rows = sold.map((subscription) => {
    const before = byStripe.get(subscription.stripeSubscriptionId);
    const row = rowOf(subscription, before, input.stripeCustomerId, subscription === live, now);
    const event = eventOf(subscription, row, before, subscription === live, surplus.includes(subscription));
    if (event) events.push(event);
    return row;
  });
  return { ended, rows, events, toFree: !live && Boolean(current?.stripeSubscriptionId) };
}

function rowOf(
  subscription: StripeSubscription & { plan: MirroredPlan },
  before: HeldRow | undefined,
  stripeCustomerId: string,
  live: boolean,
  now: Date,
): MirrorRow & { stripeSubscriptionId: string } {
  const { plan, status } = subscription;
  const late = status === SubscriptionStatus.PAST_DUE;
  return {
    planId: plan.id,
    status,
    quantity: subscription.quantity,
    monthlyMinor: live ? monthlyMinorOf(subscription) : '0',
    currency: subscription.currency,
    anchorAt: subscription.anchorAt,
    currentPeriodStart: subscription.currentPeriodStart,
    currentPeriodEnd: subscription.currentPeriodEnd,
    trialEndsAt: subscription.trialEndsAt,
    cancelAt: subscription.cancelAt,
    graceEndsAt: late ? (before?.graceEndsAt ?? new Date(now.getTime() + plan.graceDays * DAY_MS)) : null,
    stripeCustomerId,
    stripeSubscriptionId: subscription.stripeSubscriptionId,
    // A row that is not the live one is not in force, whatever Stripe calls it.
    endedAt: live ? null : (subscription.endedAt ?? before?.endedAt ?? now),
  };
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
    time(a.cancelAt) === time(b.cancelAt)
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
    stripeCustomerId: null,
    stripeSubscriptionId: null,
    endedAt: null,
  };
}
