/** Writes down what happened as Stripe's events, each with a delivery to come, in the transaction of the change. */
import { AsyncScope } from '../../../../../platform/async-scope';
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import type { EventOrigin, SandboxEvent } from '../store/wire';

/** The API version that the pinned `stripe` package speaks. */
export const API_VERSION = '2026-10-28.endive';

const BY_ITSELF: EventOrigin = { id: null, idempotency_key: null };

export class EventLog {
  private readonly origin = new AsyncScope<EventOrigin>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: ObjectStore,
  ) {}

  /** What happens meanwhile came of that request; of none where it is left out. */
  during<T>(origin: EventOrigin | undefined, work: () => Promise<T>): Promise<T> {
    return this.origin.run(origin ?? BY_ITSELF, work);
  }

  /** `before` is the object as it was: events of changes tell what was different, and nothing where nothing was. */
  async record(type: string, object: object, at: number, before?: object): Promise<void> {
    const changed = before && changedFrom(before, object);
    if (changed && type.endsWith('.updated') && Object.keys(changed).length === 0) return;
    const event: SandboxEvent = {
      id: idFor('event'),
      object: 'event',
      api_version: API_VERSION,
      created: at,
      data: { object, ...(changed && { previous_attributes: changed }) },
      livemode: false,
      pending_webhooks: 1,
      request: this.origin.current() ?? BY_ITSELF,
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

type Plain = Readonly<Record<string, unknown>>;

/** The properties that were different, as they were; of a nested object its own ones, of a list the whole of it. */
function changedFrom(before: object, after: object): object {
  const [earlier, later] = [before as Plain, after as Plain];
  const changed: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(earlier), ...Object.keys(later)])) {
    const [old, now] = [earlier[key] ?? null, later[key] ?? null];
    if (JSON.stringify(old) === JSON.stringify(now)) continue;
    const was = isPlain(old) && isPlain(now) ? changedFrom(old, now) : old;
    if (!isPlain(was) || !isPlain(now) || Object.keys(was).length > 0) changed[key] = was;
  }
  return changed;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
