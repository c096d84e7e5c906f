/**
 * Lets time pass: whatever falls due on a clock happens in its order, each thing at its own instant, whether the clock
 * is moved by a test or the process was away for a week.
 */
import type { Checkouts } from '../checkout/checkout.service';
import type { Invoices } from '../invoice/invoice.service';
import type { DueObject, ObjectStore } from '../store/object-store';
import type { Renewals } from '../subscription/renewal.service';
import type { Schedules } from '../subscription/schedule.service';
import type { Subscriptions } from '../subscription/subscription.service';
import type { Invoice, Subscription } from '../store/wire';
import type { RenewalReminders } from '../subscription/renewal-reminders.service';
import type { TrialReminders } from '../subscription/trial-reminders.service';

export class Timekeeper {
  constructor(
    private readonly store: ObjectStore,
    private readonly renewals: Renewals,
    private readonly invoices: Invoices,
    private readonly subscriptions: Subscriptions,
    private readonly checkouts: Checkouts,
    private readonly schedules: Schedules,
    private readonly reminders: TrialReminders,
    private readonly renewalReminders: RenewalReminders,
    /** The invoice that the next renewal will write. */
    private readonly upcoming: (subscription: Subscription, at: number) => Promise<Invoice>,
  ) {}

  /** `each` hears of every instant before what is due then happens. */
  async advance(
    clock: string | null,
    until: number,
    each: (at: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    for (;;) {
      const due = await this.store.firstDue(clock, until);
      if (!due) return;
      await each(due.dueAt);
      await this.happen(due);
    }
  }

  private async happen({ kind, id, dueAt: at }: DueObject): Promise<void> {
    switch (kind) {
      case 'subscription':
        return this.renewals.arrive(await this.store.get(kind, id), at);
      case 'invoice': {
        const invoice = await this.store.get(kind, id);
        const open = invoice.status === 'draft' ? await this.invoices.finalise(invoice, at) : invoice;
        if (open.status === 'open') await this.subscriptions.fallDue(open, at);
        return;
      }
      case 'subscription_schedule':
        return this.schedules.arrive(await this.store.get(kind, id), at);
      case 'sandbox.trial_reminder':
        return this.reminders.arrive(await this.store.get(kind, id), at);
      case 'sandbox.renewal_reminder':
        return this.renewalReminders.arrive(await this.store.get(kind, id), at, (subscription) =>
          this.upcoming(subscription, at),
        );
      case 'checkout.session':
        await this.checkouts.expire(await this.store.get(kind, id), at);
        return;
      default:
        throw new Error(`nothing happens to a ${kind} by time alone`);
    }
  }
}
