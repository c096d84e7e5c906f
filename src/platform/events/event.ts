/**
 * Domain events: facts that were committed. They are written to the outbox in the transaction of the change (or are told by
 * the record itself, where a row is nothing but that) and dispatched after it, in commit order, to each subscriber at least
 * once; the subscriber's own writes and its progress commit together, so that what it does in the database happens exactly once.
 */
import type { Principal } from '../../kernel/principal';
import type { Stretch } from './stretch';

export interface NewEvent {
  /** `noun.past-tense`, e.g. `subscription.started`, `consent.withdrawn`. */
  readonly type: string;
  /** The tenant concerned, if any. */
  readonly customerId?: string | null;
  /** The id of the object that changed. */
  readonly subject: string;
  /** Who did it; absent = the principal of the request in whose scope the event is emitted, or the system. */
  readonly actor?: Principal;
  /** The request in which it happened; absent = the one in whose scope the event is emitted. */
  readonly requestId?: string;
  /** A written reason, where the act asked for one. */
  readonly reason?: string;
  /** Hashes (kernel/hash.contentHash) of the object before and after; contents stay in their own tables. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** What subscribers need. Ids and figures only: never personal data or secrets. */
  readonly data?: Record<string, unknown>;
}

export interface DomainEvent {
  readonly id: string;
  readonly type: string;
  readonly customerId: string | null;
  readonly subject: string;
  /** Id of the principal who did it. */
  readonly actor: string;
  readonly actorKind: Principal['kind'];
  readonly reason: string | null;
  readonly beforeHash: string | null;
  readonly afterHash: string | null;
  readonly requestId: string | null;
  readonly data: Record<string, unknown>;
  readonly at: Date;
}

export interface EventSubscriber {
  /** Unique and stable: the key under which progress is kept, e.g. `audit.log`. */
  readonly name: string;
  /** Event types it wants. */
  readonly types: readonly string[];
  /** Which of them, as an SQL condition on `type` and `data`; absent = all. What it leaves out is not read. */
  readonly where?: string;
  /** Runs inside a service-scope unit of work, in commit order, one batch at a time. Throwing retries the batch. */
  handle(events: readonly DomainEvent[]): Promise<void>;
}

/** Takes all events, a stretch at a time, by statements of its own: what moves within the database need not be read here. */
export interface StretchSubscriber {
  readonly name: string;
  /** Runs like `handle`. The rows are those of `EVENTS_OF_STRETCH`. */
  take(stretch: Stretch): Promise<void>;
}

export interface Events {
  /** Writes events to the outbox; must be called inside a unit of work. */
  emit(...events: NewEvent[]): Promise<void>;
  /** Says that the open unit of work wrote records which are events themselves (the view `domain_events`). */
  announce(type: string): Promise<void>;
}

export type SignalListener = (payload: Record<string, unknown>) => void;

/** Messages between processes that may be lost (cache invalidation, live updates), over LISTEN/NOTIFY. */
export interface Signals {
  /** Sends after commit when called in a unit of work, at once otherwise. Payload ≤ 7 KB. */
  publish(channel: string, payload: Record<string, unknown>): Promise<void>;
  /**
   * Hears messages from every process, this one included. Answers the function that stops it.
   * @param missed called when messages may have been lost: whoever keeps something on their word must forget it, or look again.
   */
  subscribe(channel: string, listener: SignalListener, missed?: () => void): () => void;
  /** Answers once messages of a channel that was subscribed to arrive here: what is read after it misses none. */
  established(channel: string): Promise<void>;
}
