/**
 * Carries committed events to their subscribers, in commit order. A subscriber's writes and its cursor
 * commit together. Events of transactions that are still open are left out (`pg_snapshot_xmin`), so that none that
 * commits late is passed over. A subscriber that fails is tried again later and holds up nobody else.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Metrics } from '../metrics';
import type { Log } from '../log';
import { isUnreachable, SERVICE, type UnitOfWork } from '../database';
import { type Delivered, type Delivery, deliveryTo, NEWEST, NOTHING, type Subscriber } from './delivery';
import type { Signals } from './event';
import { settleMovedEvents } from './moved-events';
import { OUTBOX_CHANNEL } from './outbox';
import { PassOver } from './pass-over';
import type { Place } from './stretch';

/**
 * How often it is asked whose cursor is not at the newest event, although nothing was heard: the belt for a lost notification, for
 * events behind a transaction that was still open, and for what failed. One question for all subscribers: a transaction each, every
 * second, costs a process that has nothing to do more than all else that it does.
 */
const BELT_MS = 1000;
/** Between hearing of an event and looking: what else happens meanwhile is handled with it, in one transaction. */
const GATHER_MS = 50;
/** The same while events keep coming: each delivery is a transaction, and twenty a second cost more than what they carry. */
const STREAM_GATHER_MS = 250;
const DRAIN_MS = 5;

const CURSOR = `select transaction_id::text, position from event_cursors where subscriber = $1 for update skip locked`;
const ADVANCE = `update event_cursors set transaction_id = $2::xid8, position = $3, failures = 0, last_error = null where subscriber = $1`;
const BEHIND = `select subscriber from event_cursors
  where subscriber = any($1) and (transaction_id, position) < ($2::xid8, $3::bigint)`;

interface Loop {
  /** Something was heard. */
  wake(): void;
  /** Something may be there that was not heard of. */
  look(): void;
  readonly done: Promise<void>;
}

/** Since when the oldest event is there that a subscriber has not handled, of those that have one before them. */
const LAG = `select c.subscriber, greatest(0, extract(epoch from now() - e.created_at))::float8 as seconds
  from event_cursors c cross join lateral (
    select created_at from domain_events d where (d.transaction_id, d.position) > (c.transaction_id, c.position)
    order by d.transaction_id, d.position limit 1) e
  where c.subscriber = any($1) and (c.transaction_id, c.position) < ($2::xid8, $3::bigint)`;

export class Dispatcher {
  private readonly loops = new Map<string, Loop>();
  private readonly deliveries: readonly Delivery[];
  private readonly failures;
  private readonly lag;
  private readonly passOver: PassOver;
  private stopped = true;
  private unsubscribe: (() => void) | undefined;
  private belt: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly signals: Signals,
    private readonly log: Log,
    metrics: Metrics,
    subscribers: readonly Subscriber[],
  ) {
    this.deliveries = subscribers.map((subscriber) => deliveryTo(subscriber, unitOfWork));
    this.passOver = new PassOver(unitOfWork);
    this.failures = metrics.counter(
      'event_handler_failures',
      'Batches of events that a subscriber failed to handle.',
      ['subscriber'],
    );
    this.lag = metrics.gauge(
      'event_lag_seconds',
      'Since when the oldest event is there that a subscriber has not handled, of all processes.',
      ['subscriber'],
    );
    metrics.beforeReading(() => this.measureLag());
  }

  async start(): Promise<void> {
    if (await settleMovedEvents(this.unitOfWork))
      this.log.warn({}, 'the database was moved to another server: its events are numbered anew');
    await this.unitOfWork.run(SERVICE, async () => {
      for (const { name } of this.deliveries) {
        await this.unitOfWork.sql(
          `insert into event_cursors (subscriber, transaction_id, position) values ($1, '0', 0) on conflict do nothing`,
          [name],
        );
      }
      await this.passOver.begin();
    });
    this.stopped = false;
    for (const delivery of this.deliveries) this.loop(delivery);
    this.unsubscribe = this.signals.subscribe(
      OUTBOX_CHANNEL,
      ({ types }) => this.wake(Array.isArray(types) ? (types as string[]) : undefined),
      () => this.wake(undefined),
    );
    this.belt = setInterval(() => {
      this.looking ??= this.lookBehind().finally(() => (this.looking = undefined));
    }, BELT_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe?.();
    clearInterval(this.belt);
    this.wake(undefined);
    await this.looking;
    await Promise.all([...this.loops.values()].map(({ done }) => done));
    this.loops.clear();
  }

  /** Delivers everything that had committed when it was called; answers when each subscriber is past it. */
  async drain(): Promise<void> {
    const newest = await this.unitOfWork.run(SERVICE, () => this.newest());
    if (!newest) return;
    for (;;) {
      const [behind, left] = await this.unitOfWork.run(SERVICE, async () => {
        const late = await this.behind(newest);
        return [late, await this.passOver.of(late)];
      });
      if (behind.length === 0) return;
      let hasMoved = left.length < behind.length;
      for (const delivery of left) hasMoved = (await this.deliver(delivery)).upTo !== undefined || hasMoved;
      // Nothing to deliver: another loop is at it, or an older transaction is still open.
      if (!hasMoved) await delay(DRAIN_MS);
    }
  }

  private async measureLag(): Promise<void> {
    this.lag.reset();
    await this.unitOfWork.run(SERVICE, async () => {
      const names = this.deliveries.map(({ name }) => name);
      const newest = await this.newest();
      const late = newest
        ? await this.unitOfWork.sql<{ subscriber: string; seconds: number }>(LAG, [
            names,
            newest.transaction_id,
            newest.position,
          ])
        : [];
      for (const subscriber of names) this.lag.set({ subscriber }, 0);
      for (const { subscriber, seconds } of late) this.lag.set({ subscriber }, seconds);
    });
  }

  private async newest(): Promise<Place | undefined> {
    const [newest] = await this.unitOfWork.sql<Place>(NEWEST, []);
    return newest;
  }

  /** Those that have not come to a place, in their order. */
  private async behind({ transaction_id: id, position }: Place): Promise<Delivery[]> {
    const names = this.deliveries.map(({ name }) => name);
    const rows = await this.unitOfWork.sql<{ subscriber: string }>(BEHIND, [names, id, position]);
    const behind = new Set(rows.map(({ subscriber }) => subscriber));
    return this.deliveries.filter(({ name }) => behind.has(name));
  }

  /** Wakes those who want one of these types; everyone when they are not known. */
  private wake(types: readonly string[] | undefined): void {
    for (const delivery of this.deliveries) {
      const { types: wanted } = delivery;
      if (!types || !wanted || types.some((type) => wanted.includes(type)))
        this.loops.get(delivery.name)?.wake();
    }
  }

  /** Has those look who have something before them. What cannot be asked now is asked a second later. */
  private async lookBehind(): Promise<void> {
    const late = await this.unitOfWork
      .run(SERVICE, async () => {
        const newest = await this.newest();
        return newest ? this.passOver.of(await this.behind(newest)) : [];
      })
      .catch(() => []);
    for (const { name } of late) this.loops.get(name)?.look();
  }

  private loop(delivery: Delivery): void {
    let look = (): void => undefined;
    let due = false;
    const pause = (): Promise<void> => new Promise((resolve) => (look = resolve));
    let movedAt = -Infinity;
    const gather = (): Promise<void> => {
      const isStream = performance.now() - movedAt < 2 * STREAM_GATHER_MS;
      return delay(isStream ? STREAM_GATHER_MS : GATHER_MS);
    };
    const run = async (): Promise<void> => {
      while (!this.stopped) {
        const woken = due;
        due = false;
        const { upTo, isFull } = await this.deliver(delivery).catch(async (error: unknown) => {
          await this.noteFailure(delivery, error);
          return NOTHING;
        });
        if (upTo && woken) movedAt = performance.now();
        if (isFull) continue;
        if (!due && !this.stopped) await pause();
        if (due && !this.stopped) await gather();
      }
    };
    this.loops.set(delivery.name, {
      wake: () => ((due = true), look()),
      look: () => look(),
      done: run(),
    });
  }

  /** Once, to one subscriber; nothing, too, while another process has it. */
  private deliver({ name, next }: Delivery): Promise<Delivered> {
    return this.unitOfWork.run(SERVICE, async () => {
      const [cursor] = await this.unitOfWork.sql<Place>(CURSOR, [name]);
      if (!cursor) return NOTHING;
      const delivered = await next(cursor);
      const { upTo } = delivered;
      if (upTo) await this.unitOfWork.sql(ADVANCE, [name, upTo.transaction_id, upTo.position]);
      return delivered;
    });
  }

  private async noteFailure({ name }: Delivery, error: unknown): Promise<void> {
    if (this.stopped) return;
    const words = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
    if (isUnreachable(error))
      return this.log.warn({ subscriber: name, why: words }, 'events wait: the database cannot be used');
    this.failures.inc({ subscriber: name });
    this.log.error({ error, subscriber: name }, 'an event handler failed and will be tried again');
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
