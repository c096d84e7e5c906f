/** What a subscriber is given next: events that are read for it, or a stretch of them that it moves within the database itself. */
import type { UnitOfWork } from '../database';
import type { DomainEvent, EventSubscriber, StretchSubscriber } from './event';
import { EVENTS_OF_STRETCH, type Place, placesOf } from './stretch';

const BATCH = 500;
/** Nobody reads a stretch here: it may be longer. */
const LONGEST_STRETCH = 5000;

export type Subscriber = EventSubscriber | StretchSubscriber;

export interface Delivery {
  readonly name: string;
  /** What it wants; absent = everything. */
  readonly types?: readonly string[];
  /** Hands over what follows a place, in the caller's unit of work. */
  next(after: Place): Promise<Delivered>;
}

export interface Delivered {
  /** How far it came; nowhere when there was no newer event. */
  readonly upTo?: Place;
  /** Whether it was as much as is handed over at once, so that more may follow. */
  readonly isFull: boolean;
}

export const NOTHING: Delivered = { isFull: false };

interface EventRow extends Place, DomainEvent {}

const SETTLED = `(transaction_id, position) > ($1::xid8, $2::bigint) and transaction_id < pg_snapshot_xmin(pg_current_snapshot())`;
// Orders name the view: the bare name would be the text of the output column, in which 1000 comes before 999.
const FORWARDS = `order by domain_events.transaction_id, domain_events.position`;
const BACKWARDS = `order by domain_events.transaction_id desc, domain_events.position desc`;

/** What is nobody's of these types is passed over where it lies. */
const wanted = (
  where = 'true',
): string => `select transaction_id::text, position, id, type, customer_id as "customerId",
    subject, actor, actor_kind as "actorKind", reason, before_hash as "beforeHash", after_hash as "afterHash",
    request_id as "requestId", data, created_at as at
  from ${EVENTS_OF_STRETCH} as domain_events
  where type = any($5) and (${where}) ${FORWARDS} limit ${BATCH}`;
const LAST = `select transaction_id::text, position from domain_events where ${SETTLED} ${BACKWARDS} limit 1`;
const STRETCH = `with next as (select transaction_id, position from domain_events where ${SETTLED} ${FORWARDS} limit ${LONGEST_STRETCH})
  select transaction_id::text, position, (select count(*)::int from next) as count from next
  order by next.transaction_id desc, next.position desc limit 1`;
/** The newest of all that are committed. */
export const NEWEST = `select transaction_id::text, position from domain_events
  where transaction_id is not null ${BACKWARDS} limit 1`;

export function deliveryTo(subscriber: Subscriber, unitOfWork: UnitOfWork): Delivery {
  return 'take' in subscriber ? ofStretches(subscriber, unitOfWork) : ofEvents(subscriber, unitOfWork);
}

function ofEvents(subscriber: EventSubscriber, unitOfWork: UnitOfWork): Delivery {
  const { name, types, where } = subscriber;
  return {
    name,
    types,
    async next(after) {
      const [last] = await unitOfWork.sql<Place>(LAST, [after.transaction_id, after.position]);
      if (!last) return NOTHING;
      const values = [...placesOf({ after, upTo: last }), types];
      const rows = await unitOfWork.sql<EventRow>(wanted(where), values);
      if (rows.length > 0) await subscriber.handle(rows);
      const isFull = rows.length === BATCH;
      return { upTo: isFull ? rows.at(-1)! : last, isFull };
    },
  };
}

function ofStretches(subscriber: StretchSubscriber, unitOfWork: UnitOfWork): Delivery {
  return {
    name: subscriber.name,
    async next(after) {
      const values = [after.transaction_id, after.position];
      const [last] = await unitOfWork.sql<Place & { readonly count: number }>(STRETCH, values);
      if (!last) return NOTHING;
      await subscriber.take({ after, upTo: last });
      return { upTo: last, isFull: last.count === LONGEST_STRETCH };
    },
  };
}
