/**
 * Forgets a person: first the door is closed and the name is gone, and the register says so, which no backup of the database takes
 * back; then each module gives up what the law does not make it keep. What stays (counts, invoices, the log of audits) names a number that leads to nobody. Every step is safe to do again, and is: what
 * was under way when the door closed is swept up later.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { KeptResults } from '../../../platform/graphql';
import { eachApart, type JobContext, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { EndUserStanding } from '../../identity';
import type { Person } from '../person.service';
import { erasure } from '../register/decision';
import type { RegisterService } from '../register/register.service';
import type { CopyService } from './copy.service';
import { DataAction, type DataRequestOutcome } from './data-request-outcome.type';
import type { PersonalDataService } from './personal-data.service';

export const ERASE_AGAIN_JOB = 'privacy.erase-again';
/** No call that was under way lasts as long, and the job comes by every hour. */
const SWEEP_MS = 3 * 3_600_000;

const RECENT = `select customer_id as "customerId", id as "endUserId" from end_users where erased_at > $1`;
/** Answers that would be given again to the person's own token, which is good no more. */
const REPEATED = 'delete from idempotency_keys where customer_id = $1 and owner_id = $2';

export class ErasureService {
  constructor(
    private readonly database: Database,
    private readonly standing: Pick<EndUserStanding, 'erase'>,
    private readonly data: PersonalDataService,
    private readonly copies: Pick<CopyService, 'forget'>,
    private readonly register: Pick<RegisterService, 'note'>,
    private readonly results: Pick<KeptResults, 'forget'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Events: end-user.erased. @param before what an earlier, interrupted run has done. @param keep is told after each table. */
  async erase(
    person: Person,
    before: readonly DataRequestOutcome[],
    keep: (outcome: DataRequestOutcome[]) => Promise<void>,
    { progress }: Pick<JobContext, 'progress'>,
  ): Promise<DataRequestOutcome[]> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, () => this.standing.erase(person));
    // Not before: somebody whom only the register calls erased is erased by the next comparison.
    await this.register.note(erasure(person, this.clock.now()));
    await this.copies.forget(person.customerId, person.endUserId);
    const done = new Map(before.map((outcome) => [outcome.table, outcome]));
    const { holders } = this.data;
    for (const [at, holder] of holders.entries()) {
      const { table, holds, kept, forget } = holder;
      await progress(at / holders.length, `erasing ${table}`);
      await unitOfWork.run(SERVICE, async () => {
        const rows =
          forget.length > 0
            ? (done.get(table)?.rows ?? 0) + (await this.data.forget(holder, person))
            : await this.data.countOf(holder, person);
        const action = forget.length > 0 ? DataAction.ERASED : DataAction.KEPT;
        const outcome = [...done.values()].filter((one) => one.table !== table);
        await keep([...outcome, { table, holds, kept, action, rows }]);
        done.set(table, { table, holds, kept, action, rows });
      });
    }
    await this.forgetRepeated(person);
    await this.results.forget(person.customerId, new Set([person.endUserId]));
    return [...done.values()];
  }

  /** What the register has and the database has not: its door is closed already. */
  again(): JobDefinition<Person> {
    return {
      kind: ERASE_AGAIN_JOB,
      run: async (person, context) => void (await this.erase(person, [], async () => undefined, context)),
    };
  }

  /** Whatever was under way when a person was erased, and was written after it. */
  sweep(): JobDefinition<object> {
    return {
      kind: 'privacy.sweep-erased',
      cron: '11 * * * *',
      run: async (_payload, { signal }) => {
        const { unitOfWork } = this.database;
        const since = new Date(this.clock.millis() - SWEEP_MS);
        const people = await unitOfWork.run(SERVICE, () => unitOfWork.sql<Person>(RECENT, [since]));
        for (const customerId of new Set(people.map((person) => person.customerId))) {
          const theirs = people.filter((person) => person.customerId === customerId);
          await this.results.forget(customerId, new Set(theirs.map(({ endUserId }) => endUserId)));
        }
        const failure = 'what was written after an erasure could not be swept up';
        const of = ({ customerId, endUserId }: Person) => ({ customerId, endUserId });
        await eachApart(people, { log: this.log, failure, of, signal }, async (person) => {
          for (const holder of this.data.holders)
            await unitOfWork.run(SERVICE, () => this.data.forget(holder, person));
          await this.forgetRepeated(person);
        });
      },
    };
  }

  private async forgetRepeated({ customerId, endUserId }: Person): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, () => unitOfWork.sql(REPEATED, [customerId, endUserId]));
  }
}
