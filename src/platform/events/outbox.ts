/** Writes events in the transaction of the change they tell of: what rolls back was never said. */
import type { Clock } from '../../kernel/clock';
import { contentHash } from '../../kernel/hash';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import type { UnitOfWork } from '../database';
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
/** The rows, and the word to the dispatchers that they are there, in one round trip. */
const INSERT = `with inserted as (insert into outbox_events
    (id, created_at, type, customer_id, subject, actor, actor_kind, reason, before_hash, after_hash, request_id, data)
  select id, created_at, type, customer_id, subject, actor, actor_kind, reason, before_hash, after_hash, request_id, coalesce(data, '{}')
  from jsonb_to_recordset($1::jsonb) as event (
    id text, created_at timestamptz, type text, customer_id text, subject text, actor text, actor_kind text,
    reason text, before_hash text, after_hash text, request_id text, data jsonb))
  select pg_notify($2, $3) where $3::text is not null`;

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
    const rows = events.map((event) => {
      const actor = event.actor ?? acting?.principal ?? UNKNOWN_ACTOR;
      return {
        id: newId('evt', now),
        created_at: now,
        type: event.type,
        customer_id: event.customerId ?? null,
        subject: event.subject,
        actor: actorOf(actor),
        actor_kind: actor.kind,
        reason: event.reason ?? null,
        before_hash: event.before === undefined ? null : contentHash(event.before),
        after_hash: event.after === undefined ? null : contentHash(event.after),
        request_id: event.requestId ?? acting?.requestId ?? null,
        data: event.data,
      };
    });
    const types = [...new Set(events.map(({ type }) => type))];
    const word = types.length <= MAX_TYPES ? JSON.stringify({ types }) : '';
    await this.unitOfWork.sql(INSERT, [JSON.stringify(rows), OUTBOX_CHANNEL, this.unsaid(word)]);
  }

  /** The word, unless it was said just now; null then. Should that one have been rolled back, the belt is a second long. */
  private unsaid(word: string): string | null {
    const now = performance.now();
    if (word === this.said?.word && now - this.said.at < QUIET_MS) return null;
    this.said = { word, at: now };
    return word;
  }
}
