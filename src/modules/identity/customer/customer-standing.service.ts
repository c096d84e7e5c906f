/**
 * Whether a customer may be served: nearly all may, so those that are closing or closed are few and held in memory by every
 * process. From the moment it closes a customer runs nothing, by no key, token or job; its members read on until its data go.
 * Heard by notification, with a short time to live as a belt.
 */
import { type Database, SERVICE } from '../../../platform/database';
import { type Change, ReplicatedMap, type Signals } from '../../../platform/events';
import type { Log } from '../../../platform/log';
import { accountClosing } from '../identity.errors';

const CLOSED = `select id, erase_after as "eraseAfter" from customers where erase_after is not null`;
const CLOSE = 'update customers set erase_after = $2 where id = $1 and erase_after is null returning id';
const REOPEN = `update customers set erase_after = null
  where id = $1 and erase_after is not null and erased_at is null returning id`;

export class CustomerStanding {
  /** After when the data of each go; whoever is not in it is open. */
  private readonly closed: ReplicatedMap<Date>;

  constructor(
    private readonly database: Database,
    signals: Signals,
    log: Log,
  ) {
    this.closed = new ReplicatedMap(signals, database.unitOfWork, log, {
      holds: 'Which customers are closed',
      channel: 'flywheel_customer',
      read: async () => {
        const name = 'identity.closed-customers';
        return (await database.read.sql<Closed>(SERVICE, name, CLOSED, [])).map(closed);
      },
      heard: (message) => closed(message as unknown as Closed),
    });
  }

  start(): Promise<void> {
    return this.closed.start();
  }

  stop(): Promise<void> {
    return this.closed.stop();
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
    const changed = await this.database.unitOfWork.sql(statement, [customerId, ...values]);
    if (changed.length === 0) return false;
    await this.closed.tell({ id: customerId, eraseAfter });
    return true;
  }
}

interface Closed {
  readonly id: string;
  readonly eraseAfter: string | Date | null;
}

function closed({ id, eraseAfter }: Closed): Change<Date> {
  return [id, eraseAfter === null ? null : new Date(eraseAfter)];
}
