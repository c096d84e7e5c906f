/**
 * Whether an end user may be served: most may, so those who may not are few and held in memory by every process. Whoever asked
 * that data about them not be used is refused until that is lifted; whoever was forgotten exists no more, also for tokens
 * that are still good. Heard by notification, with a short time to live as a belt.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import { type Change, type Events, ReplicatedMap, type Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { MAX_END_USER_TOKEN_SECONDS } from '../session/access-token.service';
import { processingRestricted } from '../identity.errors';

/** Whoever was forgotten longer ago has no token any more, and is found by no name: a process that starts need not know. */
const REMEMBERED_MS = 2 * MAX_END_USER_TOKEN_SECONDS * 1000;

const CLOSED = `select id, case when erased_at is null then 'RESTRICTED' else 'ERASED' end as standing from end_users
  where restricted_at is not null and erased_at is null or erased_at > $1`;
const THERE = 'select from end_users where customer_id = $1 and id = $2 and erased_at is null';
const RESTRICT = `update end_users set restricted_at = $3
  where customer_id = $1 and id = $2 and restricted_at is null and erased_at is null returning id`;
const LIFT = `update end_users set restricted_at = null
  where customer_id = $1 and id = $2 and restricted_at is not null and erased_at is null returning id`;
const ERASE = `update end_users set external_id = 'erased:' || id, erased_at = $3
  where customer_id = $1 and id = $2 and erased_at is null returning id`;

type Standing = 'OPEN' | 'RESTRICTED' | 'ERASED';

const EVENT_OF: { readonly [standing in Standing]: string } = {
  OPEN: 'end-user.restriction-lifted',
  RESTRICTED: 'end-user.restricted',
  ERASED: 'end-user.erased',
};

interface PersonAt {
  readonly customerId: string;
  readonly endUserId: string;
}

export class EndUserStanding {
  /** Whoever is not in it is open. */
  private readonly closed: ReplicatedMap<Standing>;
  private readonly erasedListeners: ((endUserId: string) => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    signals: Signals,
    private readonly clock: Clock,
    log: Log,
  ) {
    this.closed = new ReplicatedMap(signals, database.unitOfWork, log, {
      holds: 'Who may not be served',
      channel: 'flywheel_person',
      read: async () => {
        const since = new Date(clock.millis() - REMEMBERED_MS);
        return (await database.read.sql<Person>(SERVICE, 'identity.closed-people', CLOSED, [since])).map(
          closed,
        );
      },
      heard: (message) => closed(message as unknown as Person),
      isFinal: (standing) => standing === 'ERASED',
      onHeard: (endUserId, standing) => {
        if (standing === 'ERASED') for (const listener of this.erasedListeners) listener(endUserId);
      },
    });
  }

  start(): Promise<void> {
    return this.closed.start();
  }

  stop(): Promise<void> {
    return this.closed.stop();
  }

  /** @throws AppError PROCESSING_RESTRICTED, or NOT_FOUND for whoever was forgotten. */
  require(endUserId: string, path: readonly string[] = ['input']): void {
    const standing = this.closed.get(endUserId);
    if (standing === 'ERASED') throw notFound([...path]);
    if (standing === 'RESTRICTED') throw processingRestricted();
  }

  /** The same, also of whoever was forgotten longer ago than is remembered: for what may be shown for longer than a token. */
  async requireStill(
    { customerId, endUserId }: PersonAt,
    path: readonly string[] = ['input'],
  ): Promise<void> {
    this.require(endUserId, path);
    const { read } = this.database;
    const there = await read.sql(tenant(customerId), 'identity.person-there', THERE, [customerId, endUserId]);
    if (there.length === 0) throw notFound([...path]);
  }

  /** Whether the person may be served. */
  isOpen(endUserId: string): boolean {
    return !this.closed.has(endUserId);
  }

  isErased(endUserId: string): boolean {
    return this.closed.get(endUserId) === 'ERASED';
  }

  /** Told as soon as this process hears of it. */
  whenErased(listener: (endUserId: string) => void): void {
    this.erasedListeners.push(listener);
  }

  /** In the open unit of work. Event: end-user.restricted. Answers whether it was not so before. */
  restrict(person: PersonAt): Promise<boolean> {
    return this.change(person, 'RESTRICTED', RESTRICT, [this.clock.now()]);
  }

  /** In the open unit of work. Event: end-user.restriction-lifted. Answers whether there was a restriction. */
  lift(person: PersonAt): Promise<boolean> {
    return this.change(person, 'OPEN', LIFT, []);
  }

  /** Takes the person's name away and closes the door, in the open unit of work. Event: end-user.erased. Answers whether it was there. */
  erase(person: PersonAt): Promise<boolean> {
    return this.change(person, 'ERASED', ERASE, [this.clock.now()]);
  }

  private async change(
    { customerId, endUserId }: PersonAt,
    standing: Standing,
    statement: string,
    values: readonly unknown[],
  ): Promise<boolean> {
    const changed = await this.database.unitOfWork.sql(statement, [customerId, endUserId, ...values]);
    if (changed.length === 0) return false;
    await this.events.emit({ type: EVENT_OF[standing], customerId, subject: endUserId });
    await this.closed.tell({ id: endUserId, standing });
    return true;
  }
}

interface Person {
  readonly id: string;
  readonly standing: Standing;
}

function closed({ id, standing }: Person): Change<Standing> {
  return [id, standing === 'OPEN' ? null : standing];
}
