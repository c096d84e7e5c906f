/**
 * Carries committed events from the outbox to their subscribers, in commit order. A subscriber's writes and its cursor
 * commit together. Events of transactions that are still open are left out (`pg_snapshot_xmin`), so that none that
 * commits late is passed over. A subscriber that fails is tried again later and holds up nobody else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Metrics } from '../metrics';
import type { Log } from '../log';
import { isUnreachable, SERVICE, type UnitOfWork } from '../database';
import type { DomainEvent, EventSubscriber, Signals } from './event';
import { OUTBOX_CHANNEL } from './outbox';

const BATCH = 500;
/** How often to look although nothing was heard: the belt for a lost notification. */
const IDLE_MS = 1000;
/** Between hearing of an event and looking: what else happens meanwhile is handled with it, in one transaction. */
const GATHER_MS = 50;
/** The same while events keep coming: each delivery is a transaction, and twenty a second cost more than what they carry. */
const STREAM_GATHER_MS = 250;
const DRAIN_MS = 5;

interface Cursor {
  readonly transaction_id: string;
  readonly position: string;
}

interface EventRow extends Cursor, DomainEvent {}

const CURSOR = `select transaction_id::text, position from event_cursors where subscriber = $1 for update skip locked`;
const ADVANCE = `update event_cursors set transaction_id = $2::xid8, position = $3, failures = 0, last_error = null where subscriber = $1`;
// The order names the table: the bare name would be the text of the output column, in which 1000 comes before 999.
const NEXT = `select transaction_id::text, position, id, type, customer_id as "customerId", subject, actor, actor_kind as "actorKind",
    reason, before_hash as "beforeHash", after_hash as "afterHash", request_id as "requestId", data, created_at as at
  from outbox_events
  where (transaction_id, position) > ($1::xid8, $2::bigint) and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  order by outbox_events.transaction_id, outbox_events.position limit ${BATCH}`;

/** The same for who wants some types only: what is nobody's of these is passed over where it lies. */
const NEXT_WANTED = NEXT.replace(
  ' order by',
  ' and (transaction_id, position) <= ($3::xid8, $4::bigint) and type = any($5) order by',
);
const LAST = `select transaction_id::text, position from outbox_events
  where (transaction_id, position) > ($1::xid8, $2::bigint) and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  order by outbox_events.transaction_id desc, outbox_events.position desc limit 1`;

const NEWEST = `select transaction_id::text, position from outbox_events
  order by outbox_events.transaction_id desc, outbox_events.position desc limit 1`;
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
    private readonly subscribers: readonly EventSubscriber[],
  ) {
    this.failures = metrics.counter(
      'event_handler_failures',
      'Batches of events that a subscriber failed to handle.',
      ['subscriber'],
    );
  }

  async start(): Promise<void> {
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
    const newest = await this.ask<Cursor>(NEWEST, []);
    if (!newest) return;
    for (const subscriber of this.subscribers) {
      while (!(await this.isPast(subscriber, newest))) {
        // Nothing to deliver: another loop is at it, or an older transaction is still open.
        if ((await this.deliver(subscriber)) === 0) await delay(DRAIN_MS);
      }
    }
  }

  private async isPast(
    { name }: EventSubscriber,
    { transaction_id: id, position }: Cursor,
  ): Promise<boolean> {
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

  private loop(subscriber: EventSubscriber): void {
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
    let deliveredAt = -Infinity;
    const gather = (): Promise<void> => {
      const isStream = performance.now() - deliveredAt < 2 * STREAM_GATHER_MS;
      return delay(isStream ? STREAM_GATHER_MS : GATHER_MS);
    };
    const run = async (): Promise<void> => {
      while (!this.stopped) {
        due = false;
        const handled = await this.deliver(subscriber).catch(async (error: unknown) => {
          await this.noteFailure(subscriber, error);
          return 0;
        });
        if (handled > 0) deliveredAt = performance.now();
        if (handled === BATCH) continue;
        if (!due && !this.stopped) await pause(IDLE_MS);
        if (due && !this.stopped) await gather();
      }
    };
    this.loops.set(subscriber.name, { wake: () => ((due = true), wake()), done: run() });
  }

  /** One batch for one subscriber. Answers how many it handled; 0 also while another process has the subscriber. */
  private deliver(subscriber: EventSubscriber): Promise<number> {
    return this.unitOfWork.run(SERVICE, async () => {
      const [cursor] = await this.unitOfWork.sql<Cursor>(CURSOR, [subscriber.name]);
      if (!cursor) return 0;
      const [wanted, last] = await this.next(subscriber, cursor);
      if (!last) return 0;
      if (wanted.length > 0) await subscriber.handle(wanted);
      await this.unitOfWork.sql(ADVANCE, [subscriber.name, last.transaction_id, last.position]);
      return wanted.length;
    });
  }

  /** What is next for a subscriber, and how far it is then; nothing and nowhere when there is no newer event. */
  private async next(
    { types }: EventSubscriber,
    { transaction_id: id, position }: Cursor,
  ): Promise<readonly [EventRow[], Cursor | undefined]> {
    if (types.includes('*')) {
      const rows = await this.unitOfWork.sql<EventRow>(NEXT, [id, position]);
      return [rows, rows.at(-1)];
    }
    const [newest] = await this.unitOfWork.sql<Cursor>(LAST, [id, position]);
    if (!newest) return [[], undefined];
    const values = [id, position, newest.transaction_id, newest.position, types];
    const rows = await this.unitOfWork.sql<EventRow>(NEXT_WANTED, values);
    return [rows, rows.length === BATCH ? rows.at(-1) : newest];
  }

  private async noteFailure({ name }: EventSubscriber, error: unknown): Promise<void> {
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

function isWanted({ types }: EventSubscriber, type: string): boolean {
  return types.includes('*') || types.includes(type);
}
