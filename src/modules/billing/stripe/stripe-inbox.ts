/**
 * What Stripe told us, by the id of its event. Webhooks that come while others are being stored are stored together, in one
 * transaction, and each is answered after its commit: a flood costs as many commits as the disk can take, not one an event.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { VerifiedEvent } from './stripe-gateway';

interface Waiting {
  readonly event: VerifiedEvent;
  readonly resolve: (isNew: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Events that are stored together at most. */
const BATCH = 100;

/** One that is nobody's is dealt with by having been stored. */
const STORE = `insert into stripe_inbox (event_id, id, type, stripe_customer_id, occurred_at, received_at, handled_at)
  select e.event_id, e.id, e.type, e.stripe_customer_id, e.occurred_at, $2::timestamptz, case when e.stripe_customer_id is null then $2::timestamptz end
  from jsonb_to_recordset($1::jsonb) as e (event_id text, id text, type text, stripe_customer_id text, occurred_at timestamptz)
  on conflict do nothing returning event_id as "eventId"`;

export class StripeInbox {
  private readonly waiting: Waiting[] = [];
  private storing = false;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    /** In the open unit of work: what these events concern is to be brought up to date. */
    private readonly follow: (fresh: readonly VerifiedEvent[]) => Promise<void>,
  ) {}

  /** Resolves after the commit; false for an event that was stored before. */
  store(event: VerifiedEvent): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      if (!this.storing) void this.storeAll();
    });
  }

  private async storeAll(): Promise<void> {
    this.storing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, BATCH);
      try {
        const fresh = await this.storeBatch(batch.map(({ event }) => event));
        // Of one that came twice in a batch the first is new.
        for (const { event, resolve } of batch) resolve(fresh.delete(event.eventId));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.storing = false;
  }

  /** The ids that were not known before. */
  private storeBatch(batch: readonly VerifiedEvent[]): Promise<Set<string>> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const now = this.clock.now();
      const byId = new Map(batch.map((event) => [event.eventId, { ...event, id: newId('sev', now) }]));
      const rows = [...byId.values()].map(({ eventId, id, type, stripeCustomerId, occurredAt }) => ({
        event_id: eventId,
        id,
        type,
        stripe_customer_id: stripeCustomerId,
        occurred_at: occurredAt,
      }));
      const stored = await unitOfWork.sql<{ eventId: string }>(STORE, [JSON.stringify(rows), now]);
      const fresh = stored.map(({ eventId }) => byId.get(eventId)!);
      await this.events.emit(
        ...fresh.map(({ id, type }) => ({ type: 'stripe-event.received', subject: id, data: { type } })),
      );
      await this.follow(fresh);
      return new Set(fresh.map(({ eventId }) => eventId));
    });
  }
}
