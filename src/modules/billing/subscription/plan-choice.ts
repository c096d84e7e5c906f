/** What a change of plan means for the payer: more is paid and begins at once, less begins with the next period. */
import type { PlanInterval } from '../plan/plan.entity';
import { periodAt } from './billing-calendar';
import { SubscriptionStatus } from './standing';

export enum SubscriptionMoment {
  NOW = 'NOW',
  PERIOD_END = 'PERIOD_END',
}

interface PricedPlan {
  readonly priceMinor: string;
  readonly interval: `${PlanInterval}`;
}

const MONTHS_IN_YEAR = 12n;

/** What a plan costs in a year, all seats, in minor units: monthly and yearly prices on one scale. */
export function yearlyMinor({ priceMinor, interval }: PricedPlan, quantity: number): bigint {
  return BigInt(priceMinor) * BigInt(quantity) * (interval === 'YEAR' ? 1n : MONTHS_IN_YEAR);
}

/** When a change begins if nobody says when. In a trial nothing is paid for yet, so everything begins at once. */
export function momentOf(present: bigint, wanted: bigint, trialing: boolean): SubscriptionMoment {
  return trialing || wanted >= present ? SubscriptionMoment.NOW : SubscriptionMoment.PERIOD_END;
}

/** When an end that is planned comes after a change at once: one with the period moves with it, where another interval begins a new one. */
export function endAfter(
  subscription: {
    readonly cancelAt: Date | null;
    readonly currentPeriodEnd: Date;
    readonly status: SubscriptionStatus;
  },
  before: Pick<PricedPlan, 'interval'>,
  { interval }: Pick<PricedPlan, 'interval'>,
  now: Date,
): Date | null {
  const { cancelAt, currentPeriodEnd, status } = subscription;
  if (cancelAt === null) return null;
  const isWithPeriod = new Date(cancelAt).getTime() === new Date(currentPeriodEnd).getTime();
  // A trial goes on to its end.
  const isNewPeriod = before.interval !== interval && status !== SubscriptionStatus.TRIALING;
  return isWithPeriod && isNewPeriod ? periodAt(now, interval, now).to : new Date(cancelAt);
}
