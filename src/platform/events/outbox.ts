/** Writes events in the transaction of the change they tell of, and wakes who waits for them: what rolls back was never said. */
import type { Clock } from '../../kernel/clock';
import { contentHash } from '../../kernel/hash';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { BulkRows, type UnitOfWork } from '../database';
import type { Events, NewEvent } from './event';
import { requestScope } from './request-scope';

export const OUTBOX_CHANNEL = 'flywheel_outbox';

const UNKNOWN_ACTOR: Principal = { kind: 'SYSTEM', name: 'flywheel' };
/** More kinds than this in one message, and everybody looks. */
const MAX_TYPES = 50;
/**
 * The dispatchers gather for longer than this before they look, so what is said within it is heard with the first word. And
 * a word costs: PostgreSQL lets only one transaction at a time commit that says something.
 */
const QUIET_MS = 20;
interface Row {
  readonly id: string;
  readonly event: NewEvent;
  readonly createdAt: Date;
  readonly actor: Principal;
  readonly requestId: string | null;
}

const ROWS = new BulkRows<Row>(
  {
    created_at: { type: 'timestamptz', of: ({ createdAt }) => createdAt },
    type: { type: 'text', of: ({ event }) => event.type },
    customer_id: { type: 'text', of: ({ event }) => event.customerId },
    actor: { type: 'text', of: ({ actor }) => actorOf(actor) },
    actor_kind: { type: 'text', of: ({ actor }) => actor.kind },
    reason: { type: 'text', of: ({ event }) => event.reason },
  },
  {
    id: { type: 'text', of: ({ id }) => id },
    subject: { type: 'text', of: ({ event }) => event.subject },
    before_hash: { type: 'text', of: ({ event }) => hashOf(event.before) },
    after_hash: { type: 'text', of: ({ event }) => hashOf(event.after) },
    request_id: { type: 'text', of: ({ requestId }) => requestId },
    data: { type: 'jsonb', of: ({ event }) => event.data ?? {} },
    data_hash: { type: 'text', of: ({ event }) => contentHash(event.data ?? {}) },
  },
);

/** The rows, and the word to the dispatchers that they are there, in one round trip. */
const INSERT = `with inserted as (insert into outbox_events
    (id, created_at, type, customer_id, subject, actor, actor_kind, reason, before_hash, after_hash, request_id, data,
    data_hash)
  select id, created_at, type, customer_id, subject, actor, actor_kind, reason, before_hash, after_hash, request_id, data,
    data_hash
  from ${ROWS.sql} as event)
  select pg_notify($${ROWS.parameters + 1}, $${ROWS.parameters + 2}) where $${ROWS.parameters + 2}::text is not null`;

const NOTIFY = 'select pg_notify($1, $2)';

export class Outbox implements Events {
  private said: { readonly word: string; readonly at: number } | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async emit(...events: NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    const acting = requestScope.current();
    const now = this.clock.now();
    const rows = events.map((event) => ({
      id: newId('evt', now),
      event,
      createdAt: now,
      actor: event.actor ?? acting?.principal ?? UNKNOWN_ACTOR,
      requestId: event.requestId ?? acting?.requestId ?? null,
    }));
    const word = this.unsaid([...new Set(events.map(({ type }) => type))]);
    await this.unitOfWork.sql(INSERT, [...ROWS.values(rows), OUTBOX_CHANNEL, word]);
  }

  async announce(type: string): Promise<void> {
    const word = this.unsaid([type]);
    if (word !== null) await this.unitOfWork.sql(NOTIFY, [OUTBOX_CHANNEL, word]);
  }

  /** The word, unless it was said just now; null then. Should that one have been rolled back, the belt is a second long. */
  private unsaid(types: readonly string[]): string | null {
    const word = types.length <= MAX_TYPES ? JSON.stringify({ types }) : '';
    const now = performance.now();
    if (word === this.said?.word && now - this.said.at < QUIET_MS) return null;
    this.said = { word, at: now };
    return word;
  }
}

function hashOf(content: unknown): string | null {
  return content === undefined ? null : contentHash(content);
}
