/**
 * Moves subscribers past what happened and is none of theirs, all of them by one statement: most want little, and a transaction
 * for each of them would be most of what a process does that is asked little (decision 362). What happened is read since the
 * last look only: one that is further behind (it fails, or is new) comes forward by its own deliveries.
 */
import type { UnitOfWork } from '../database';
import type { Delivery } from './delivery';
import type { Place } from './stretch';

const NEWEST_SETTLED = `order by domain_events.transaction_id desc, domain_events.position desc limit 1`;
const IS_SETTLED = 'transaction_id < pg_snapshot_xmin(pg_current_snapshot())';
const SETTLED = `select transaction_id::text, position from domain_events where ${IS_SETTLED} ${NEWEST_SETTLED}`;
/** How far events are settled, and the types of those since a place. */
const HAPPENED = `with settled as (
    select transaction_id, position from domain_events
    where (transaction_id, position) > ($1::xid8, $2::bigint) and ${IS_SETTLED} ${NEWEST_SETTLED})
  select s.transaction_id::text, s.position, (
    select array_agg(distinct e.type) from domain_events e
    where (e.transaction_id, e.position) > ($1::xid8, $2::bigint)
      and (e.transaction_id, e.position) <= (s.transaction_id, s.position)) as types
  from settled s`;
/** Those who stand between two places, unless they are being moved: to the second. */
const PASS = `with spared as (
    select subscriber from event_cursors
    where subscriber = any($1) and (transaction_id, position) >= ($2::xid8, $3::bigint)
      and (transaction_id, position) < ($4::xid8, $5::bigint)
    for update skip locked)
  update event_cursors c set transaction_id = $4::xid8, position = $5, failures = 0, last_error = null
  from spared where c.subscriber = spared.subscriber returning c.subscriber`;

const BEFORE_ALL: Place = { transaction_id: '0', position: '0' };

interface Happened extends Place {
  readonly types: readonly string[];
}

export class PassOver {
  private looked: Place | undefined;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  /** Looks for the first time: what came before is everyone's own to go through. */
  async begin(): Promise<void> {
    const [newest] = await this.unitOfWork.sql<Place>(SETTLED);
    this.looked = newest ?? BEFORE_ALL;
  }

  /** In the caller's unit of work. Answers those who were not moved: they have something before them, or are at it. */
  async of(behind: readonly Delivery[]): Promise<readonly Delivery[]> {
    const { unitOfWork, looked: from } = this;
    if (behind.length === 0) return behind;
    if (!from) {
      await this.begin();
      return behind;
    }
    const [happened] = await unitOfWork.sql<Happened>(HAPPENED, [from.transaction_id, from.position]);
    if (!happened) return behind;
    this.looked = happened;
    const spared = behind.filter(
      ({ types }) => types && !types.some((type) => happened.types.includes(type)),
    );
    if (spared.length === 0) return behind;
    const rows = await unitOfWork.sql<{ subscriber: string }>(PASS, [
      spared.map(({ name }) => name),
      from.transaction_id,
      from.position,
      happened.transaction_id,
      happened.position,
    ]);
    const passed = new Set(rows.map(({ subscriber }) => subscriber));
    return behind.filter(({ name }) => !passed.has(name));
  }
}
