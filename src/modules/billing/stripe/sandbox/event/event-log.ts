/** Writes down what happened as Stripe's events, each with a delivery to come, in the transaction of the change. */
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { SandboxEvent } from '../store/wire';

/** The API version that the pinned `stripe` package speaks. */
export const API_VERSION = '2026-10-28.endive';

export class EventLog {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: ObjectStore,
  ) {}

  /** `before` is the object as it was: events of changes tell what was different. */
  async record(type: string, object: object, at: number, before?: object): Promise<void> {
    const event: SandboxEvent = {
      id: idFor('event'),
      object: 'event',
      api_version: API_VERSION,
      created: at,
      data: { object, ...(before && { previous_attributes: changedFrom(before, object) }) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    };
    await this.store.save(event);
    await this.unitOfWork.run(SERVICE, () =>
      this.unitOfWork.sql(
        'insert into stripe_sandbox_deliveries (event_id, attempts, next_at) values ($1, 0, 0)',
        [event.id],
      ),
    );
  }
}

/** The properties of `before` that are different now. */
function changedFrom(before: object, after: object): object {
  const now = after as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(now[key])),
  );
}
