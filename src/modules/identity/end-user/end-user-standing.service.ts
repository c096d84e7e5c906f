/**
 * Whether an end user may be served: most may, so those who may not are few and held in memory by every process. Whoever asked
 * that data about them not be used is refused until that is lifted; whoever was forgotten exists no more, also for tokens
 * that are still good. Heard by notification, with a short time to live as a belt.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { MAX_END_USER_TOKEN_SECONDS } from '../session/access-token.service';
import { processingRestricted } from '../identity.errors';

const PERSON_CHANNEL = 'flywheel_person';
const REFRESH_MS = 30_000;
/** Whoever was forgotten longer ago has no token any more, and is found by no name: a process that starts need not know. */
const REMEMBERED_MS = 2 * MAX_END_USER_TOKEN_SECONDS * 1000;

const CLOSED = `select id, erased_at is not null as "isErased" from end_users
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
  private closed = new Map<string, Standing>();
  /** What was heard since the last reading began. */
  private meanwhile: Map<string, Standing> | undefined;
  private leave: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly erasedListeners: ((endUserId: string) => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    const again = (): void => void this.refreshQuietly();
    this.leave = this.signals.subscribe(
      PERSON_CHANNEL,
      ({ id, standing }) => this.apply(String(id), standing as Standing),
      again,
    );
    await this.refresh();
    this.timer = setInterval(again, REFRESH_MS);
    this.timer.unref();
  }

  stop(): Promise<void> {
    this.leave?.();
    clearInterval(this.timer);
    return Promise.resolve();
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
    const { unitOfWork } = this.database;
    const changed = await unitOfWork.sql(statement, [customerId, endUserId, ...values]);
    if (changed.length === 0) return false;
    await this.events.emit({ type: EVENT_OF[standing], customerId, subject: endUserId });
    await this.signals.publish(PERSON_CHANNEL, { id: endUserId, standing });
    // Those who are served by this process need not wait for the news.
    unitOfWork.afterCommit(() => this.apply(endUserId, standing));
    return true;
  }

  private apply(endUserId: string, standing: Standing): void {
    this.meanwhile?.set(endUserId, standing);
    put(this.closed, endUserId, standing);
    if (standing === 'ERASED') for (const listener of this.erasedListeners) listener(endUserId);
  }

  /** What is heard while it reads is newer than what it reads. Whoever was forgotten stays so. */
  private async refresh(): Promise<void> {
    const meanwhile = new Map<string, Standing>();
    this.meanwhile = meanwhile;
    const since = new Date(this.clock.millis() - REMEMBERED_MS);
    const rows = await this.database.read.sql<{ id: string; isErased: boolean }>(
      SERVICE,
      'identity.closed-people',
      CLOSED,
      [since],
    );
    const closed = new Map([...this.closed].filter(([, standing]) => standing === 'ERASED'));
    for (const { id, isErased } of rows) closed.set(id, isErased ? 'ERASED' : 'RESTRICTED');
    for (const [id, standing] of meanwhile) put(closed, id, standing);
    this.closed = closed;
  }

  /** Whoever asks meanwhile is answered by what was known last. */
  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ error }, 'Who may not be served could not be read; what was known last stays.');
    }
  }
}

function put(closed: Map<string, Standing>, endUserId: string, standing: Standing): void {
  if (standing === 'OPEN') closed.delete(endUserId);
  else closed.set(endUserId, standing);
}
