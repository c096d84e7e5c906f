/**
 * Compares the register with the database, at every start and every hour. A database that was put back to an earlier day knows
 * neither the decisions of the days since nor when the last comparison was; so what the register has since that one and the database has
 * not is carried out again. It only ever closes: a yes or an end of a restriction that went with those days is asked for anew.
 */
import type { Clock } from '../../../kernel/clock';
import { isAway } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import {
  eachApart,
  type JobContext,
  type JobDefinition,
  type Jobs,
  SomeFailed,
} from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { EndUserStanding } from '../../identity';
import type { ConsentService } from '../consent.service';
import { ERASE_AGAIN_JOB } from '../data-request/erasure.service';
import type { Person } from '../person.service';
import { decisionRepeated } from '../privacy.events';
import { type Decision, type DecisionKind, erasure, monthOf, type NamedDecision, named } from './decision';
import type { RegisterService } from './register.service';

const AT_ONCE = 500;
const DAY_MS = 24 * 3_600_000;
/** More than lies between what is decided and its note. */
const SLACK_MS = DAY_MS;
const THE_FIRST = new Date(0);

const COMPARED = 'select compared_at as "comparedAt" from register_comparisons';
const KEEP_COMPARED = `insert into register_comparisons (compared_at) values ($1)
  on conflict (id) do update set compared_at = excluded.compared_at`;
/** Those of these notes that say something else than the database; a restriction may have been lifted since, which its note tells. */
const UNLIKE = `select said.note, said.kind, said.purpose, person.customer_id as "customerId", person.id as "endUserId"
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as said (note, id, kind, purpose)
  join end_users person on person.id = said.id and person.erased_at is null
  where case said.kind
    when 'withdrawn' then exists (select from consent_states as state where state.customer_id = person.customer_id
      and state.end_user_id = person.id and state.purpose = said.purpose and state.granted)
    when 'restriction' then person.restricted_at is null
    else true end`;
const ERASED_SINCE = `select customer_id as "customerId", id as "endUserId", erased_at as at from end_users where erased_at >= $1`;
const EVENT = 'select from outbox_events where id = $1 and created_at >= $2';
const IS_THERE = 'select from end_users where customer_id = $1 and id = $2 and erased_at is null for share';

export interface ComparisonDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  /** For how long backups of the database are kept; undefined = nobody said. */
  readonly backupDays: number | undefined;
  readonly standing: Pick<EndUserStanding, 'erase' | 'restrict'>;
  readonly consents: Pick<ConsentService, 'hold' | 'withdrawAgain' | 'restrict'>;
  readonly register: RegisterService;
}

type Repeated = { [kind in DecisionKind]: number };
type Unlike = NamedDecision & Person;
type Erased = Person & { readonly at: Date };

interface Said {
  readonly erased: Set<string>;
  readonly unlike: Unlike[];
}

export class ComparisonService {
  constructor(private readonly doors: ComparisonDoors) {}

  job(): JobDefinition<object> {
    return {
      kind: 'privacy.compare-register',
      cron: '23 * * * *',
      run: (_payload, context) => this.compare(context),
    };
  }

  /** What no backup goes back behind need not be remembered, and is one thing more kept about people. */
  clearing(): JobDefinition<object> {
    const { backupDays, clock, register } = this.doors;
    return {
      kind: 'privacy.clear-register',
      cron: '47 4 * * *',
      run: async () => {
        if (backupDays === undefined) return;
        await register.clearBefore(monthOf(new Date(clock.millis() - backupDays * DAY_MS - SLACK_MS)));
      },
    };
  }

  /**
   * Before anybody is served. A register that cannot be reached, and a decision that cannot be carried out, keep nobody waiting: the
   * job of the hour comes by.
   */
  async start(): Promise<void> {
    try {
      await this.repeat((await this.saidSince(await this.since())).unlike);
    } catch (error) {
      if (!isAway(error) && !(error instanceof SomeFailed)) throw error;
      this.doors.log.error(
        {},
        'Not every decision of the register could be compared with the database; it is tried again within the hour.',
      );
    }
  }

  /** Both ways, and notes that it was. Events: end-user.decision-repeated, and those of what is carried out again. */
  async compare({ signal }: Pick<JobContext, 'signal'>): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const began = this.doors.clock.now();
    const since = await this.since();
    const { erased, unlike } = await this.saidSince(since);
    try {
      await this.repeat(unlike, signal);
    } finally {
      await this.noteMissing(since, erased, signal);
    }
    await unitOfWork.run(SERVICE, () => unitOfWork.sql(KEEP_COMPARED, [began]));
  }

  private async since(): Promise<Date> {
    const { unitOfWork } = this.doors.database;
    const [before] = await unitOfWork.run(SERVICE, () => unitOfWork.sql<{ comparedAt: Date }>(COMPARED));
    if (!before) return THE_FIRST;
    const { backupDays, clock, log } = this.doors;
    const { comparedAt } = before;
    if (backupDays !== undefined && comparedAt.getTime() < clock.millis() - backupDays * DAY_MS)
      log.error(
        { comparedAt, backupDays },
        'The database is of an earlier day than FLYWHEEL_BACKUP_DAYS allows: of what people decided soon after it the register may know nothing any more.',
      );
    return new Date(comparedAt.getTime() - SLACK_MS);
  }

  /** What the register has since then: whom it calls erased, and what the database does not agree with. */
  private async saidSince(since: Date): Promise<Said> {
    const said: Said = { erased: new Set(), unlike: [] };
    let page: NamedDecision[] = [];
    for await (const name of this.doors.register.namesFrom(monthOf(since))) {
      const decision = named(name);
      if (!decision) continue;
      if (decision.kind === 'erased') said.erased.add(decision.endUserId);
      page.push(decision);
      if (page.length < AT_ONCE) continue;
      said.unlike.push(...(await this.unlikeOf(page)));
      page = [];
    }
    said.unlike.push(...(await this.unlikeOf(page)));
    return said;
  }

  private async unlikeOf(page: readonly NamedDecision[]): Promise<Unlike[]> {
    if (page.length === 0) return [];
    const { unitOfWork } = this.doors.database;
    const columns = [
      page.map(({ note }) => note),
      page.map(({ endUserId }) => endUserId),
      page.map(({ kind }) => kind),
      page.map(({ purpose }) => purpose),
    ];
    return unitOfWork.run(SERVICE, () => unitOfWork.sql<Unlike>(UNLIKE, columns));
  }

  private async repeat(unlike: readonly Unlike[], signal?: AbortSignal): Promise<void> {
    const { unitOfWork } = this.doors.database;
    const { log, register } = this.doors;
    const repeated: Repeated = { erased: 0, withdrawn: 0, restriction: 0 };
    const failure = 'what a person decided could not be done again';
    const of = ({ customerId, endUserId, kind }: Unlike) => ({ customerId, endUserId, kind });
    try {
      await eachApart(unlike, { log, failure, of, signal, isAway }, async (one) => {
        const { note, kind, purpose, customerId, endUserId } = one;
        const decision = await register.open(note);
        // What another database wrote is none of this one's people's.
        if (decision?.customerId !== customerId || decision.endUserId !== endUserId) return;
        if (decision.kind !== kind || (decision.purpose ?? null) !== purpose || !decision.stands) return;
        if (await unitOfWork.run(SERVICE, () => this.carryOut(decision))) repeated[kind]++;
      });
    } finally {
      if (Object.values(repeated).some((count) => count > 0))
        log.warn(
          repeated,
          'the database was put back to an earlier day: what people decided since is done again',
        );
    }
  }

  /** Answers whether the database did not know it. */
  private async carryOut(decision: Decision): Promise<boolean> {
    const { database, events, jobs } = this.doors;
    const { kind, customerId, endUserId, eventId, at } = decision;
    const person = { customerId, endUserId };
    if (kind === 'erased') {
      if (!(await this.doors.standing.erase(person))) return false;
      await jobs.enqueue(ERASE_AGAIN_JOB, person, { customerId });
    } else {
      const { unitOfWork } = database;
      // One of whom this was said, and who has changed their mind since, has said it in this database.
      const from = new Date(Date.parse(at) - SLACK_MS);
      if ((await unitOfWork.sql(EVENT, [eventId, from])).length > 0) return false;
      if ((await unitOfWork.sql(IS_THERE, [customerId, endUserId])).length === 0) return false;
      if (!(await this.close(decision))) return false;
    }
    await events.emit(decisionRepeated(decision));
    return true;
  }

  private async close({ kind, purpose, customerId, endUserId }: Decision): Promise<boolean> {
    const { standing, consents } = this.doors;
    if (kind === 'withdrawn') return consents.withdrawAgain(customerId, endUserId, purpose!);
    await consents.hold(customerId, endUserId);
    if (!(await standing.restrict({ customerId, endUserId }))) return false;
    await consents.restrict(customerId, endUserId, true);
    return true;
  }

  /** What was erased before there was a register, or by a job that ended between the database and the register. */
  private async noteMissing(since: Date, noted: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const { database, log, register } = this.doors;
    const { unitOfWork } = database;
    const erased = await unitOfWork.run(SERVICE, () => unitOfWork.sql<Erased>(ERASED_SINCE, [since]));
    const missing = erased.filter(({ endUserId }) => !noted.has(endUserId));
    const failure = 'an erasure could not be written into the register';
    const of = ({ customerId, endUserId }: Erased) => ({ customerId, endUserId });
    await eachApart(missing, { log, failure, of, signal, isAway }, ({ customerId, endUserId, at }) =>
      register.note(erasure({ customerId, endUserId }, at)),
    );
  }
}
