/**
 * Closing an account, and opening it again while its data are here. Closing stops everything in the transaction in which it is written
 * down: keys, tokens, jobs and webhooks ask `CustomerStanding`, and the order that ends the paid plan is placed with it. Keys are not
 * revoked: what ends is the account, and whoever opens it again has a server that works.
 */
import type { Clock } from '../../kernel/clock';
import { actorOf, type MemberPrincipal } from '../../kernel/principal';
import { type Database, tenant } from '../../platform/database';
import type { Events } from '../../platform/events';
import type { BillingModule, LossReason } from '../billing';
import type { CustomerStanding } from '../identity';
import { closedLetter, reopenedLetter } from './closure-letters';
import { anotherName, erasureBegan } from './closure.errors';
import { CustomerClosure } from './customer-closure.entity';
import type { OwnerMailService } from './owner-mail.service';

/** So long the data can be taken out at the least after a contract (EU Data Act, Art. 25(2)(g)). */
export const GRACE_DAYS = 30;
const DAY_MS = 24 * 3_600_000;

const LOCK = `select name, erase_after as "eraseAfter" from customers where id = $1 for update`;

export interface Closing {
  readonly name: string;
  readonly reason: LossReason;
  readonly detail?: string | null;
  readonly forfeitCredits: boolean;
}

interface LockedCustomer {
  readonly name: string;
  readonly eraseAfter: Date | null;
}

export interface ClosureDoors {
  readonly database: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly customers: Pick<CustomerStanding, 'close' | 'reopen'>;
  readonly ends: Pick<BillingModule['ends'], 'end'>;
  readonly mails: Pick<OwnerMailService, 'order'>;
}

export class ClosureService {
  constructor(private readonly doors: ClosureDoors) {}

  /**
   * Closed twice it is closed once, and stays as it was. Event: customer.closed. Answers how many invoices stay owed; null where it was
   * closed before. @throws AppError INVALID_INPUT for another name, CONFLICT for paid credits.
   */
  async close(principal: MemberPrincipal, closing: Closing): Promise<number | null> {
    const { database, events, clock, customers, ends, mails } = this.doors;
    const { customerId } = principal;
    const { unitOfWork } = database;
    return unitOfWork.run(tenant(customerId), async () => {
      const { name, eraseAfter: known } = await this.locked(customerId);
      if (known !== null) return null;
      if (closing.name.trim() !== name) throw anotherName(name);
      const { reason, detail = null, forfeitCredits } = closing;
      const owed = await ends.end(customerId, { reason, forfeitCredits });
      const closedAt = clock.now();
      const eraseAfter = new Date(closedAt.getTime() + GRACE_DAYS * DAY_MS);
      await customers.close(customerId, eraseAfter);
      const closedBy = actorOf(principal);
      const row = { customerId, closedAt, closedBy, reason, detail, eraseAfter, outcome: [] };
      await unitOfWork.repository(CustomerClosure).insert(row);
      const data = { reason, eraseAfter: eraseAfter.toISOString(), forfeitCredits };
      await events.emit({ type: 'customer.closed', customerId, subject: customerId, data });
      await mails.order(customerId, closedLetter(name, eraseAfter, owed));
      return owed;
    });
  }

  /** What is open stays open. Event: customer.reopened. @throws AppError CONFLICT once the deletion has begun. */
  async reopen(principal: MemberPrincipal): Promise<void> {
    const { database, events, clock, customers, mails } = this.doors;
    const { customerId } = principal;
    const { unitOfWork } = database;
    await unitOfWork.run(tenant(customerId), async () => {
      const { name, eraseAfter } = await this.locked(customerId);
      if (eraseAfter === null) return;
      const now = clock.now();
      const closures = unitOfWork.repository(CustomerClosure);
      const { closedAt, erasingSince } = await closures
        .createQueryBuilder('closure')
        .where('closure.customerId = :customerId and closure.reopenedAt is null', { customerId })
        .getOneOrFail();
      if (erasingSince !== null || new Date(eraseAfter) <= now) throw erasureBegan();
      await customers.reopen(customerId);
      const reopened = { reopenedAt: now, reopenedBy: actorOf(principal) };
      await closures.update({ customerId, closedAt }, reopened);
      await events.emit({ type: 'customer.reopened', customerId, subject: customerId });
      await mails.order(customerId, reopenedLetter(name));
    });
  }

  private async locked(customerId: string): Promise<LockedCustomer> {
    const [customer] = await this.doors.database.unitOfWork.sql<LockedCustomer>(LOCK, [customerId]);
    return customer!;
  }
}
