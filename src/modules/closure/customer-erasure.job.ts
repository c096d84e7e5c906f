/**
 * Deletes what is held of customers whose time is over: first what the tables hold, then each person by the path that every erasure
 * takes (their ids, the register that no backup takes back), then the certificate goes to the owners, and last their own logins.
 * Every step is safe to do again, and what each came to is kept as it goes: killed anywhere, the next run goes on.
 */
import type { Clock } from '../../kernel/clock';
import { type Database, SERVICE } from '../../platform/database';
import type { Events } from '../../platform/events';
import { eachApart, type JobContext, type JobDefinition } from '../../platform/jobs';
import type { Log } from '../../platform/log';
import type { BillingModule } from '../billing';
import type { IdentityModule } from '../identity';
import { DataAction, type ErasureService } from '../privacy';
import { erasedLetter } from './closure-letters';
import type { CustomerClosure } from './customer-closure.entity';
import { type ClosureOutcome } from './customer-closure.entity';
import type { CustomerDataService } from './customer-data.service';
import type { OwnerMailService } from './owner-mail.service';

const PEOPLE_AT_ONCE = 500;

const CLOSING = `select customer_id as "customerId", reason, closed_at as "closedAt" from customer_closures
  where reopened_at is null and erased_at is null order by erase_after`;
const DUE = `select customer_id as "customerId", closed_at as "closedAt" from customer_closures
  where reopened_at is null and erased_at is null and erase_after <= $1 order by erase_after`;
const BEGIN = `update customer_closures c set erasing_since = coalesce(erasing_since, $3)
  from (select id, name from customers where id = $1 for update) customer
  where c.customer_id = customer.id and c.closed_at = $2 and c.reopened_at is null
  returning customer.name, c.told_at as "toldAt"`;
const HOLD = 'select outcome from customer_closures where customer_id = $1 and closed_at = $2 for update';
const KEEP = 'update customer_closures set outcome = $3 where customer_id = $1 and closed_at = $2';
const TOLD = 'update customer_closures set told_at = $3 where customer_id = $1 and closed_at = $2';
const FINISH = `with closure as (update customer_closures set erased_at = $3 where customer_id = $1 and closed_at = $2)
  update customers set erased_at = $3 where id = $1`;
const PEOPLE = `select id as "endUserId" from end_users where customer_id = $1 and erased_at is null order by id limit $2`;

type Due = Pick<CustomerClosure, 'customerId' | 'closedAt'>;
type Begun = Pick<CustomerClosure, 'toldAt'> & { readonly name: string };

export interface CustomerErasureDoors {
  readonly database: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly log: Log;
  readonly data: CustomerDataService;
  readonly members: Pick<IdentityModule['members'], 'signOutAll'>;
  readonly erasures: Pick<ErasureService, 'erase'>;
  readonly ends: Pick<BillingModule['ends'], 'endSubscription' | 'endCredits'>;
  readonly mails: Pick<OwnerMailService, 'write'>;
}

export class CustomerErasure {
  constructor(private readonly doors: CustomerErasureDoors) {}

  /** What was bought after it closed, or whose end Stripe did not take, ends as well. */
  endsJob(): JobDefinition<object> {
    const { database, log, ends } = this.doors;
    const { unitOfWork } = database;
    const failure = 'the plan of a closed customer could not be ended';
    return {
      kind: 'closure.end-plans',
      cron: '37 * * * *',
      run: async (_payload, { signal }) => {
        const closing = await unitOfWork.run(SERVICE, () =>
          unitOfWork.sql<Pick<CustomerClosure, 'customerId' | 'reason' | 'closedAt'>>(CLOSING),
        );
        const of = ({ customerId }: { customerId: string }) => ({ customerId });
        await eachApart(closing, { log, failure, of, signal }, ({ customerId, reason, closedAt }) =>
          unitOfWork.run(SERVICE, () => ends.endSubscription(customerId, reason, closedAt)),
        );
      },
    };
  }

  job(): JobDefinition<object> {
    const { database, clock, log } = this.doors;
    const { unitOfWork } = database;
    const failure = 'the data of a closed customer could not be deleted';
    return {
      kind: 'closure.erase-customers',
      cron: '7 * * * *',
      run: async (_payload, context) => {
        const due = await unitOfWork.run(SERVICE, () => unitOfWork.sql<Due>(DUE, [clock.now()]));
        const of = ({ customerId }: Due) => ({ customerId });
        await eachApart(due, { log, failure, of, signal: context.signal }, (one) => this.erase(one, context));
      },
    };
  }

  /** Event: customer.erased, beside those of its people. */
  private async erase(due: Due, context: JobContext): Promise<void> {
    const { database, clock, members, ends, mails, events } = this.doors;
    const { unitOfWork } = database;
    const { customerId, closedAt } = due;
    const begun = await unitOfWork.run(SERVICE, async () => {
      const [one] = await unitOfWork.sql<Begun>(BEGIN, [customerId, closedAt, clock.now()]);
      if (one) await ends.endCredits(customerId);
      return one;
    });
    // Opened again while the others were seen to.
    if (!begun) return;
    await this.endTables(due, false, context);
    await this.forgetPeople(customerId, context);
    if (begun.toldAt === null)
      await unitOfWork.run(SERVICE, async () => {
        const letter = erasedLetter(begun.name, clock.now(), await this.outcomeOf(due));
        await mails.write(customerId, letter, `certificate of ${customerId}`);
        await unitOfWork.sql(TOLD, [customerId, closedAt, clock.now()]);
      });
    await members.signOutAll(customerId);
    await this.endTables(due, true, context);
    await unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql(FINISH, [customerId, closedAt, clock.now()]);
      const data = totals(await this.outcomeOf(due));
      await events.emit({ type: 'customer.erased', customerId, subject: customerId, data });
    });
  }

  private async endTables(due: Due, last: boolean, { signal, progress }: JobContext): Promise<void> {
    const { customerId } = due;
    const { data } = this.doors;
    const holders = data.holders(last);
    for (const [at, holder] of holders.entries()) {
      await progress(at / holders.length, `${holder.table} of ${customerId}`);
      await data.end(holder, customerId, (step) => this.account(due, step), signal);
    }
  }

  /** Adds up what went, in the open unit of work: two runs at once are one after the other here. */
  private async account(due: Due, step: ClosureOutcome): Promise<void> {
    const before = await this.outcomeOf(due);
    const known = before.find(({ table }) => table === step.table);
    const erased = step.action === DataAction.ERASED ? (known?.rows ?? 0) : 0;
    const now = { ...step, rows: erased + step.rows };
    const outcome = known ? before.map((one) => (one === known ? now : one)) : [...before, now];
    const values = [due.customerId, due.closedAt, JSON.stringify(outcome)];
    await this.doors.database.unitOfWork.sql(KEEP, values);
  }

  /** In the open unit of work, which holds it from then on. */
  private async outcomeOf({ customerId, closedAt }: Due): Promise<ClosureOutcome[]> {
    const [closure] = await this.doors.database.unitOfWork.sql<Pick<CustomerClosure, 'outcome'>>(HOLD, [
      customerId,
      closedAt,
    ]);
    return closure!.outcome;
  }

  /** Whoever is erased when it is broken off is passed over by the next run: what the tables held of them is gone already. */
  private async forgetPeople(customerId: string, { signal }: JobContext): Promise<void> {
    const { database, erasures } = this.doors;
    const { unitOfWork } = database;
    const quietly = { progress: () => Promise.resolve() };
    for (;;) {
      const people = await unitOfWork.run(SERVICE, () =>
        unitOfWork.sql<{ endUserId: string }>(PEOPLE, [customerId, PEOPLE_AT_ONCE]),
      );
      for (const { endUserId } of people) {
        signal.throwIfAborted();
        await erasures.erase({ customerId, endUserId }, [], () => Promise.resolve(), quietly);
      }
      if (people.length < PEOPLE_AT_ONCE) return;
    }
  }
}

function totals(outcome: readonly ClosureOutcome[]): Record<string, number> {
  const rowsOf = (action: DataAction): number =>
    outcome.reduce((sum, one) => sum + (one.action === action ? one.rows : 0), 0);
  return { erased: rowsOf(DataAction.ERASED), kept: rowsOf(DataAction.KEPT) };
}
