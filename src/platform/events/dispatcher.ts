/**
 * Carries committed events to their subscribers, in commit order. A subscriber's writes and its cursor
 * commit together. Events of transactions that are still open are left out (`pg_snapshot_xmin`), so that none that
 * commits late is passed over. A subscriber that fails is tried again later and holds up nobody else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Metrics } from '../metrics';
import type { Log } from '../log';
import { isUnreachable, SERVICE, type UnitOfWork } from '../database';
import type { DomainEvent, EventSubscriber, Signals, StretchSubscriber } from './event';
import { settleMovedEvents } from './moved-events';
import { OUTBOX_CHANNEL } from './outbox';
import { EVENTS_OF_STRETCH, type Place, placesOf } from './stretch';

const BATCH = 500;
/** Nobody reads a stretch here: it may be longer. */
const LONGEST_STRETCH = 5000;
/** How often to look although nothing was heard: the belt for a lost notification. */
const IDLE_MS = 1000;
/** Between hearing of an event and looking: what else happens meanwhile is handled with it, in one transaction. */
const GATHER_MS = 50;
/** The same while events keep coming: each delivery is a transaction, and twenty a second cost more than what they carry. */
const STREAM_GATHER_MS = 250;
const DRAIN_MS = 5;

type Subscriber = EventSubscriber | StretchSubscriber;

interface EventRow extends Place, DomainEvent {}

/** How many were handled, and how far that is; nowhere when there was no newer event. */
interface Handled {
  readonly count: number;
  readonly upTo?: Place;
}

const NOTHING: Handled = { count: 0 };

const CURSOR = `select transaction_id::text, position from event_cursors where subscriber = $1 for update skip locked`;
const ADVANCE = `update event_cursors set transaction_id = $2::xid8, position = $3, failures = 0, last_error = null where subscriber = $1`;
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

const NEWEST = `select transaction_id::text, position from domain_events
  where transaction_id is not null ${BACKWARDS} limit 1`;
const PAST = `select (transaction_id, position) >= ($2::xid8, $3::bigint) as past from event_cursors where subscriber = $1`;

export class Dispatcher {
  private readonly loops = new Map<string, { wake: () => void; done: Promise<void> }>();
  private readonly failures;
  private stopped = true;
  private unsubscribe: (() => void) | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: Signals,
    private readonly log: Log,
    metrics: Metrics,
    private readonly subscribers: readonly Subscriber[],
  ) {
    this.failures = metrics.counter(
      'event_handler_failures',
      'Batches of events that a subscriber failed to handle.',
      ['subscriber'],
    );
  }

  async start(): Promise<void> {
    if (await settleMovedEvents(this.unitOfWork))
      this.log.warn({}, 'the database was moved to another server: its events are numbered anew');
    await this.unitOfWork.run(SERVICE, async () => {
      for (const { name } of this.subscribers) {
        await this.unitOfWork.sql(
          `insert into event_cursors (subscriber, transaction_id, position) values ($1, '0', 0) on conflict do nothing`,
          [name],
        );
      }
    });
    this.stopped = false;
    for (const subscriber of this.subscribers) this.loop(subscriber);
    this.unsubscribe = this.signals.subscribe(
      OUTBOX_CHANNEL,
      ({ types }) => this.wake(Array.isArray(types) ? (types as string[]) : undefined),
      () => this.wake(undefined),
    );
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe?.();
    this.wake(undefined);
    await Promise.all([...this.loops.values()].map(({ done }) => done));
    this.loops.clear();
  }

  /** Delivers everything that had committed when it was called; answers when each subscriber is past it. */
  async drain(): Promise<void> {
    const newest = await this.ask<Place>(NEWEST, []);
    if (!newest) return;
    for (const subscriber of this.subscribers) {
      while (!(await this.isPast(subscriber, newest))) {
        // Nothing to deliver: another loop is at it, or an older transaction is still open.
        if (!(await this.deliver(subscriber)).upTo) await delay(DRAIN_MS);
      }
    }
  }

  private async isPast({ name }: Subscriber, { transaction_id: id, position }: Place): Promise<boolean> {
    return (await this.ask<{ past: boolean }>(PAST, [name, id, position]))?.past ?? false;
  }

  private async ask<R>(text: string, values: readonly unknown[]): Promise<R | undefined> {
    return (await this.unitOfWork.run(SERVICE, () => this.unitOfWork.sql<R>(text, values)))[0];
  }

  /** Wakes those who want one of these types; everyone when they are not known. */
  private wake(types: readonly string[] | undefined): void {
    for (const subscriber of this.subscribers) {
      const wants = types === undefined || types.some((type) => isWanted(subscriber, type));
      if (wants) this.loops.get(subscriber.name)?.wake();
    }
  }

  private loop(subscriber: Subscriber): void {
    let wake = (): void => undefined;
    let due = false;
    const pause = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    let movedAt = -Infinity;
    const gather = (): Promise<void> => {
      const isStream = performance.now() - movedAt < 2 * STREAM_GATHER_MS;
      return delay(isStream ? STREAM_GATHER_MS : GATHER_MS);
    };
    const run = async (): Promise<void> => {
      while (!this.stopped) {
        const woken = due;
        due = false;
        const { count, upTo } = await this.deliver(subscriber).catch(async (error: unknown) => {
          await this.noteFailure(subscriber, error);
          return NOTHING;
        });
        if (upTo && woken) movedAt = performance.now();
        if (count === ('take' in subscriber ? LONGEST_STRETCH : BATCH)) continue;
        if (!due && !this.stopped) await pause(IDLE_MS);
        if (due && !this.stopped) await gather();
      }
    };
    this.loops.set(subscriber.name, { wake: () => ((due = true), wake()), done: run() });
  }

  /** One batch for one subscriber; nothing, too, while another process has the subscriber. */
  private deliver(subscriber: Subscriber): Promise<Handled> {
    return this.unitOfWork.run(SERVICE, async () => {
      const [cursor] = await this.unitOfWork.sql<Place>(CURSOR, [subscriber.name]);
      if (!cursor) return NOTHING;
      const handled = await ('take' in subscriber
        ? this.deliverStretch(subscriber, cursor)
        : this.deliverWanted(subscriber, cursor));
      const { upTo } = handled;
      if (upTo) await this.unitOfWork.sql(ADVANCE, [subscriber.name, upTo.transaction_id, upTo.position]);
      return handled;
    });
  }

  private async deliverStretch(subscriber: StretchSubscriber, after: Place): Promise<Handled> {
    const values = [after.transaction_id, after.position];
    const [last] = await this.unitOfWork.sql<Place & { readonly count: number }>(STRETCH, values);
    if (!last) return NOTHING;
    await subscriber.take({ after, upTo: last });
    return { count: last.count, upTo: last };
  }

  private async deliverWanted(subscriber: EventSubscriber, after: Place): Promise<Handled> {
    const values = [after.transaction_id, after.position];
    const [last] = await this.unitOfWork.sql<Place>(LAST, values);
    if (!last) return NOTHING;
    const stretch = placesOf({ after, upTo: last });
    const rows = await this.unitOfWork.sql<EventRow>(wanted(subscriber.where), [
      ...stretch,
      subscriber.types,
    ]);
    if (rows.length > 0) await subscriber.handle(rows);
    return { count: rows.length, upTo: rows.length === BATCH ? rows.at(-1) : last };
  }

  private async noteFailure({ name }: Subscriber, error: unknown): Promise<void> {
    if (this.stopped) return;
    if (isUnreachable(error))
      return this.log.warn({ subscriber: name }, 'events wait: the database cannot be reached');
    this.failures.inc({ subscriber: name });
    this.log.error({ error, subscriber: name }, 'an event handler failed and will be tried again');
    const words = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
    await this.unitOfWork
      .run(SERVICE, () =>
        this.unitOfWork.sql(
          'update event_cursors set failures = failures + 1, last_error = $2 where subscriber = $1',
          [name, words],
        ),
      )
      .catch(() => undefined);
  }
}

function isWanted(subscriber: Subscriber, type: string): boolean {
  return 'take' in subscriber || subscriber.types.includes(type);
}
