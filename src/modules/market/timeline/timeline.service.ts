/**
 * Keeps the timelines: events in, entries out, a stretch at a time and within the database, because every answered request is an
 * event and none of them need be read here. How much each customer used is counted on the way: it says whom a deployment served.
 * Source of the idea: the projections of event sourcing (G. Young, CQRS Documents, 2010).
 */
import type { UnitOfWork } from '../../../platform/database';
import {
  EVENTS_OF_STRETCH,
  placesOf,
  type Projection,
  type Stretch,
  type StretchSubscriber,
} from '../../../platform/events';
import type { RetentionRule } from '../../../platform/module';
import { MILESTONES, OF_CUSTOMER, OF_SERVED, SERVED_DAYS, TOLD } from './timeline-events';

const NAME = 'market.timeline';

/** Who was served lately is asked of it, and how use goes: two months would do, a year is for people who look. */
export const USE_RETENTION: RetentionRule = {
  table: 'usage_days',
  goes: 'how much each customer used by the day; what it is charged for, and its use in all, stay',
  days: 400,
  key: ['customer_id', 'day', 'deployment_id'],
  over: 'day < $1',
  emptied: null,
};

/** The kind of an event. */
const kindOf = (kinds: Readonly<Record<string, string>>): string =>
  `case type ${Object.entries(kinds)
    .map(([type, kind]) => `when '${type}' then '${kind}'`)
    .join(' ')} end`;
/** A list in the text, so that PostgreSQL leaves out the answered requests, which are most of all events, where they lie. */
const among = (kinds: Readonly<Record<string, string>>): string =>
  `type in (${Object.keys(kinds)
    .map((type) => `'${type}'`)
    .join(', ')})`;

const ENTRY = 'customer_id, id, at, kind, type, subject, actor, count, data';
const day = (instant: string): string => `(${instant} at time zone 'UTC')::date`;

/**
 * Use by the day and in all, and an entry for each request that made a number of them full. First of all: whom a deployment served
 * is asked of it.
 */
const USE = `with answered as materialized (
    select customer_id, subject, created_at, transaction_id, position, data->>'deploymentId' as deployment_id
    from ${EVENTS_OF_STRETCH} as event where type = 'inference.completed'),
  daily as (
    insert into usage_days as used (customer_id, day, deployment_id, requests, first_at)
    select customer_id, ${day('created_at')}, deployment_id, count(*), min(created_at) from answered group by 1, 2, 3
    on conflict (customer_id, day, deployment_id) do update
    set requests = used.requests + excluded.requests, first_at = least(used.first_at, excluded.first_at)),
  total as (
    insert into customer_usages as used (customer_id, requests, first_at, last_at)
    select customer_id, count(*), min(created_at), max(created_at) from answered group by 1
    on conflict (customer_id) do update set requests = used.requests + excluded.requests,
      first_at = least(used.first_at, excluded.first_at), last_at = greatest(used.last_at, excluded.last_at)
    returning customer_id, requests),
  numbered as (
    select customer_id, subject, created_at, count(*) over (partition by customer_id) as fresh,
      row_number() over (partition by customer_id order by transaction_id, position) as place
    from answered)
  insert into timeline_entries (${ENTRY})
  select customer_id, 'usage.milestone:' || milestone, created_at, 'USAGE', 'usage.milestone', subject, null, 1,
    jsonb_build_object('requests', milestone::text)
  from numbered join total using (customer_id) join unnest($5::bigint[]) as milestone on requests - fresh + place = milestone
  on conflict do nothing`;

/** A contact may be noted later than it was. */
const OWN = `insert into timeline_entries (${ENTRY})
  select customer_id, id, case type when 'contact.noted' then (data->>'at')::timestamptz else created_at end,
    ${kindOf(OF_CUSTOMER)}, type, subject, actor, 1, data
  from ${EVENTS_OF_STRETCH} as event where ${among(OF_CUSTOMER)} and customer_id is not null and (${TOLD})
  on conflict do nothing`;

const SERVED = `insert into timeline_entries (${ENTRY})
  select distinct used.customer_id, event.id, event.created_at, ${kindOf(OF_SERVED)}, type, event.subject, event.actor, 1, event.data
  from ${EVENTS_OF_STRETCH} as event join usage_days used on used.deployment_id = coalesce(event.data->>'deploymentId', event.data->>'subjectId', event.subject)
    and used.day between ${day('event.created_at')} - ${SERVED_DAYS} and ${day('event.created_at')}
    and used.first_at <= event.created_at
  where ${among(OF_SERVED)} and event.customer_id is null
  on conflict do nothing`;

/** The end of an incident does not say whom it concerned; its beginning did. */
const CLOSED = `insert into timeline_entries (${ENTRY})
  select opened.customer_id, event.id, event.created_at, 'INCIDENT', event.type, event.subject, event.actor, 1, event.data
  from ${EVENTS_OF_STRETCH} as event
  join timeline_entries opened on opened.subject = event.subject and opened.type = 'incident.opened'
  where event.type = 'incident.closed' and event.customer_id is null
  on conflict do nothing`;

/** What people say and ask for is counted by the day: the person is not kept, and a thousand voices are one line. */
const COUNTED = `insert into timeline_entries as known (${ENTRY})
  select customer_id, concat_ws(':', type, what, ${day('created_at')}), min(created_at),
    case type when 'feedback.submitted' then 'FEEDBACK' else 'DATA_REQUEST' end, type, null, null, count(*),
    case type when 'feedback.submitted' then jsonb_build_object('bad', count(*) filter (where (data->>'score')::float < 0.5))
      else jsonb_build_object('kind', what) end
  from (select *, case type when 'data-request.created' then data->>'kind' end as what from ${EVENTS_OF_STRETCH} as event) as event
  where type in ('feedback.submitted', 'data-request.created') and customer_id is not null
  group by customer_id, type, what, ${day('created_at')}
  on conflict (customer_id, id) do update set count = known.count + excluded.count,
    data = case when known.data ? 'bad'
      then jsonb_build_object('bad', (known.data->>'bad')::int + (excluded.data->>'bad')::int) else known.data end`;

export class TimelineService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** The writes commit together with the subscriber's progress, so an event counts once. */
  readonly subscriber: StretchSubscriber = { name: NAME, take: (stretch) => this.take(stretch) };

  readonly projection: Projection = {
    name: NAME,
    tables: ['timeline_entries', 'usage_days', 'customer_usages'],
    holds: 'what happened with each customer, and its use by the day',
  };

  private async take(stretch: Stretch): Promise<void> {
    const places = placesOf(stretch);
    await this.unitOfWork.sql(USE, [...places, MILESTONES.map(String)]);
    for (const statement of [OWN, SERVED, CLOSED, COUNTED]) await this.unitOfWork.sql(statement, places);
  }
}
