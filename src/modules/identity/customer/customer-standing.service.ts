/**
 * Whether a customer may be served: nearly all may, so those that are closing or closed are few and held in memory by every
 * process. From the moment it closes a customer runs nothing, by no key, token or job; its members read on until its data go.
 * Heard by notification, with a short time to live as a belt.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { accountClosing } from '../identity.errors';

const CUSTOMER_CHANNEL = 'flywheel_customer';
const REFRESH_MS = 30_000;

const CLOSED = `select id, erase_after as "eraseAfter" from customers where erase_after is not null`;
const CLOSE = 'update customers set erase_after = $2 where id = $1 and erase_after is null returning id';
const REOPEN = `update customers set erase_after = null
  where id = $1 and erase_after is not null and erased_at is null returning id`;

export class CustomerStanding {
  /** After when the data of each go; whoever is not in it is open. */
  private closed = new Map<string, Date>();
  /** What was heard since the last reading began. */
  private meanwhile: Map<string, Date | null> | undefined;
  private leave: (() => void) | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly log: Log,
  ) {}

  async start(): Promise<void> {
    const again = (): void => void this.refreshQuietly();
    this.leave = this.signals.subscribe(
      CUSTOMER_CHANNEL,
      ({ id, eraseAfter }) =>
        this.apply(String(id), eraseAfter == null ? null : new Date(String(eraseAfter))),
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

  /** After when the data of a customer that is closing or closed go; undefined for one that is open. */
  eraseAfter(customerId: string): Date | undefined {
    return this.closed.get(customerId);
  }

  isOpen(customerId: string): boolean {
    return !this.closed.has(customerId);
  }

  /** @throws AppError ACCOUNT_CLOSING. */
  require(customerId: string): void {
    const eraseAfter = this.closed.get(customerId);
    if (eraseAfter !== undefined) throw accountClosing(eraseAfter);
  }

  /** In the open unit of work, as the service. Answers whether it was open. */
  close(customerId: string, eraseAfter: Date): Promise<boolean> {
    return this.change(customerId, eraseAfter, CLOSE, [eraseAfter]);
  }

  /** In the open unit of work, as the service. Answers whether it was closing. */
  reopen(customerId: string): Promise<boolean> {
    return this.change(customerId, null, REOPEN, []);
  }

  private async change(
    customerId: string,
    eraseAfter: Date | null,
    statement: string,
    values: readonly unknown[],
  ): Promise<boolean> {
    const { unitOfWork } = this.database;
    const changed = await unitOfWork.sql(statement, [customerId, ...values]);
    if (changed.length === 0) return false;
    await this.signals.publish(CUSTOMER_CHANNEL, { id: customerId, eraseAfter });
    // Those who are served by this process need not wait for the news.
    unitOfWork.afterCommit(() => this.apply(customerId, eraseAfter));
    return true;
  }

  private apply(customerId: string, eraseAfter: Date | null): void {
    this.meanwhile?.set(customerId, eraseAfter);
    put(this.closed, customerId, eraseAfter);
  }

  /** What is heard while it reads is newer than what it reads. */
  private async refresh(): Promise<void> {
    const meanwhile = new Map<string, Date | null>();
    this.meanwhile = meanwhile;
    const rows = await this.database.read.sql<{ id: string; eraseAfter: string }>(
      SERVICE,
      'identity.closed-customers',
      CLOSED,
      [],
    );
    const closed = new Map(rows.map(({ id, eraseAfter }) => [id, new Date(eraseAfter)]));
    for (const [id, eraseAfter] of meanwhile) put(closed, id, eraseAfter);
    this.closed = closed;
  }

  /** Whoever asks meanwhile is answered by what was known last. */
  private async refreshQuietly(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.log.warn({ error }, 'Which customers are closed could not be read; what was known last stays.');
    }
  }
}

function put(closed: Map<string, Date>, customerId: string, eraseAfter: Date | null): void {
  if (eraseAfter === null) closed.delete(customerId);
  else closed.set(customerId, eraseAfter);
}
