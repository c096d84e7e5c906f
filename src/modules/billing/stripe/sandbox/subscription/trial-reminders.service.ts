/** `customer.subscription.trial_will_end`: three days before a trial ends, at once for a shorter one or one that is cut short. */
import type { EventLog } from '../event/event-log';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { idOf, type Subscription, type TrialReminder } from '../store/wire';

const AHEAD_SECONDS = 3 * 86_400;

export class TrialReminders {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** A trial has begun, or ends at another time than before. */
  async plan(subscription: Subscription, at: number, before?: Subscription): Promise<void> {
    const { id, status, trial_end: end, test_clock } = subscription;
    if (end === null || end === before?.trial_end) return;
    const cutShort = before?.status === 'trialing' && status !== 'trialing' && end === at;
    if (status !== 'trialing' && !cutShort) return;
    const due_at = end - AHEAD_SECONDS;
    if (due_at <= at) return this.tell(subscription, at);
    await this.store.save<'sandbox.trial_reminder'>({
      id: idFor('sandbox.trial_reminder'),
      object: 'sandbox.trial_reminder',
      created: at,
      due_at,
      subscription: id,
      test_clock: idOf(test_clock),
      trial_end: end,
    });
  }

  /** What has become pointless since, because the trial ended or was moved, tells nothing. */
  async arrive(reminder: TrialReminder, at: number): Promise<void> {
    await this.store.remove(reminder.id);
    const subscription = await this.store.find('subscription', reminder.subscription);
    if (subscription?.status !== 'trialing' || subscription.trial_end !== reminder.trial_end) return;
    await this.tell(subscription, at);
  }

  private tell(subscription: Subscription, at: number): Promise<void> {
    return this.events.record('customer.subscription.trial_will_end', subscription, at);
  }
}
