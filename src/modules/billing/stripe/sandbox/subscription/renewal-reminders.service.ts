/**
 * `invoice.upcoming`: what a period will cost that is renewed in seven days, Stripe's usual notice, so that somebody can
 * still add to the invoice or tell the customer. Shorter periods are not told of.
 */
import type { EventLog } from '../event/event-log';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Invoice, type RenewalReminder, type Subscription } from '../store/wire';
import { currentPeriod, isOver } from './subscription-shape';

const AHEAD_SECONDS = 7 * 86_400;

export class RenewalReminders {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** A period has begun, or ends at another time than before. */
  async plan(subscription: Subscription, at: number, before?: Subscription): Promise<void> {
    const { end } = currentPeriod(subscription);
    if (isOver(subscription) || (before && currentPeriod(before).end === end)) return;
    const due_at = end - AHEAD_SECONDS;
    if (due_at <= at) return;
    await this.store.save<'sandbox.renewal_reminder'>({
      id: idFor('sandbox.renewal_reminder'),
      object: 'sandbox.renewal_reminder',
      created: at,
      due_at,
      subscription: subscription.id,
      test_clock: idOf(subscription.test_clock),
      period_end: end,
    });
  }

  /** What has become pointless since, because nothing is renewed or at another time, tells nothing. */
  async arrive(
    reminder: RenewalReminder,
    at: number,
    preview: (subscription: Subscription) => Promise<Invoice>,
  ): Promise<void> {
    await this.store.remove(reminder.id);
    const subscription = await this.store.find('subscription', reminder.subscription);
    if (!subscription || !isRenewed(subscription, reminder.period_end)) return;
    await this.events.record('invoice.upcoming', await preview(subscription), at);
  }
}

function isRenewed(subscription: Subscription, periodEnd: number): boolean {
  const { status, cancel_at } = subscription;
  const runs = status === 'active' || status === 'trialing' || status === 'past_due';
  const ends = cancel_at !== null && cancel_at <= periodEnd;
  return runs && !ends && currentPeriod(subscription).end === periodEnd;
}
