/**
 * What a subscription's state entitles to. Stripe's words are kept; whether they buy the plan is decided here alone:
 * a payment that is late keeps service for the plan's days of grace, one that never came buys nothing.
 */

export enum SubscriptionStatus {
  INCOMPLETE = 'INCOMPLETE',
  INCOMPLETE_EXPIRED = 'INCOMPLETE_EXPIRED',
  TRIALING = 'TRIALING',
  ACTIVE = 'ACTIVE',
  PAST_DUE = 'PAST_DUE',
  UNPAID = 'UNPAID',
  PAUSED = 'PAUSED',
  CANCELED = 'CANCELED',
}

const FINAL = new Set([SubscriptionStatus.CANCELED, SubscriptionStatus.INCOMPLETE_EXPIRED]);

/** Whether the subscription occupies the customer's one place: while it does, no second one may be bought. */
export function isLive(status: SubscriptionStatus): boolean {
  return !FINAL.has(status) && status !== SubscriptionStatus.INCOMPLETE;
}

export interface Standing {
  readonly status: SubscriptionStatus;
  readonly graceEndsAt: Date | null;
}

/** Whether the plan's entitlements are granted at this instant. */
export function grantsPlan({ status, graceEndsAt }: Standing, now: Date): boolean {
  switch (status) {
    case SubscriptionStatus.ACTIVE:
    case SubscriptionStatus.TRIALING:
      return true;
    case SubscriptionStatus.PAST_DUE:
      return graceEndsAt !== null && now < graceEndsAt;
    default:
      return false;
  }
}

/** Whether a payment is overdue beyond the days of grace: all can be read, nothing can be run. */
export function isOverdue(standing: Standing, now: Date): boolean {
  const late =
    standing.status === SubscriptionStatus.PAST_DUE || standing.status === SubscriptionStatus.UNPAID;
  return late && !grantsPlan(standing, now);
}

/** Of several subscriptions that Stripe holds, the one we mirror as live: the first that was made. */
export function chooseLive<
  T extends { status: SubscriptionStatus; createdAt: Date; stripeSubscriptionId: string },
>(subscriptions: readonly T[]): { live: T | undefined; surplus: T[] } {
  const [live, ...surplus] = subscriptions
    .filter(({ status }) => isLive(status))
    .sort(
      (a, b) =>
        a.createdAt.getTime() - b.createdAt.getTime() ||
        (a.stripeSubscriptionId < b.stripeSubscriptionId ? -1 : 1),
    );
  return { live, surplus };
}
