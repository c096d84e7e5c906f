/**
 * What people ask about their own data, from the moment it is noted until it is done or refused.
 */
import { IsNull, MoreThan, Not } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal, tenantOf } from '../../../kernel/principal';
import { type Database, scopeOf, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { hasEnded, Job, type Jobs } from '../../../platform/jobs';
import type { EndUserStanding, IdentityService } from '../../identity';
import type { ConsentService } from '../consent.service';
import type { Person } from '../person.service';
import {
  alreadyClosed,
  correctsSomethingElse,
  extendedAlready,
  isUnderWay,
  notedByUs,
  sayWhatWasCorrected,
  tooLateToExtend,
} from '../privacy.errors';
import {
  dataRequestClosed,
  dataRequestCreated,
  dataRequestExtended,
  identityVerified,
} from '../privacy.events';
import { DataRequest, DataRequestKind, DataRequestStatus } from './data-request.entity';
import type { DataRequestOutcome } from './data-request-outcome.type';
import type { DataRequestWords } from './data-request-words';
import { deadlineOf, extendedDeadline } from './deadline';
import { fulfilmentOf } from './fulfilment';
import { IdentityVerification, NOTED_BY_US, verifiedByAsking } from './identity-verification';

export const DATA_REQUEST_JOB = 'privacy.fulfil-data-request';
const SAME_COPY_MS = 60 * 60 * 1000;

export interface AskedOfUs {
  readonly kind: DataRequestKind;
  readonly details?: string | null;
}

export interface Extension {
  readonly months: number;
  /** As the person is told. */
  readonly reason: string;
}

export interface DataRequestPlace {
  readonly customerId: string;
  readonly requestId: string;
}

export interface Closing {
  readonly answer?: string | null;
  readonly outcome?: DataRequestOutcome[];
  readonly copyHash?: string;
  readonly copyUntil?: Date;
  /** Absent in a job: then it is the system. */
  readonly by?: Principal;
}

export interface DataRequestDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly standing: EndUserStanding;
  readonly identity: Pick<IdentityService, 'findEndUser'>;
  readonly consents: Pick<ConsentService, 'hold' | 'restrict' | 'withdrawAll'>;
  readonly words: DataRequestWords;
}

export class DataRequestService {
  constructor(private readonly doors: DataRequestDoors) {}

  /**
   * Notes a request and begins what needs no decision. One that is open stands for those of its kind that come after it, and a copy
   * for an hour: a browser that asks without end would fill the disk.
   * Answers its id. Events: data-request.created; data-request.fulfilled where that is at once.
   * @throws AppError CONFLICT for the correction of something else than what is open.
   */
  create(person: Person, { kind, details }: AskedOfUs, by: Principal): Promise<string> {
    const { database, events, clock, words } = this.doors;
    const { customerId, endUserId } = person;
    return database.unitOfWork.run(tenant(customerId), async () => {
      await database.unitOfWork.takeTurn(`data request ${customerId} ${endUserId} ${kind}`);
      const requests = database.unitOfWork.repository(DataRequest);
      const copiedSince = new Date(clock.millis() - SAME_COPY_MS);
      let request = await requests.findOneBy([
        { customerId, endUserId, kind, closedAt: IsNull() },
        { customerId, endUserId, kind, copyHash: Not(IsNull()), closedAt: MoreThan(copiedSince) },
      ]);
      if (request) await this.vouch(request, by);
      else {
        const createdAt = clock.now();
        const id = newId('drq', createdAt);
        const asked = {
          customerId,
          id,
          endUserId,
          kind,
          status: DataRequestStatus.RECEIVED,
          requestedBy: actorOf(by),
          details: words.seal(id, 'details', details),
          createdAt,
          dueAt: deadlineOf(createdAt),
          ...verifiedByAsking(by, createdAt),
        };
        await requests.insert(asked);
        request = await requests.findOneByOrFail({ customerId, id });
        await events.emit({ ...dataRequestCreated(request), actor: by });
      }
      const isCorrection = kind === DataRequestKind.RECTIFICATION;
      if (isCorrection && details && words.open(request.id, 'details', request.details) !== details)
        throw correctsSomethingElse(request.id);
      if (request.status === DataRequestStatus.RECEIVED) await this.beginUndecided(request, by);
      return request.id;
    });
  }

  /** Carries out what waited for a decision, or whose job was given up or cancelled. Events: data-request.fulfilled where that is at once. */
  fulfil(id: string, answer: string | null | undefined, by: Principal): Promise<void> {
    return this.deciding(id, by, async (request) => {
      if (await this.isUnderWay(request)) throw isUnderWay(id);
      if (request.kind !== DataRequestKind.RECTIFICATION) return this.begin(request, answer);
      if (!answer) throw sayWhatWasCorrected();
      await this.close(request, DataRequestStatus.DONE, { answer, by });
    });
  }

  /** How somebody made sure who asks, while it is not too late. Event: data-request.identity-verified. */
  verifyIdentity(id: string, method: IdentityVerification, by: Principal): Promise<void> {
    if (NOTED_BY_US.includes(method)) throw notedByUs();
    return this.deciding(id, by, (request) => this.verified(request, method, by));
  }

  /** Once, while the first deadline has not passed. Event: data-request.extended. @throws AppError CONFLICT. */
  extend(id: string, { months, reason }: Extension, by: Principal): Promise<void> {
    const { database, events, clock, words } = this.doors;
    return this.deciding(id, by, async (request) => {
      const { customerId, dueAt: firstDueAt } = request;
      const extendedAt = clock.now();
      if (request.extendedAt) throw extendedAlready(id);
      if (firstDueAt < extendedAt) throw tooLateToExtend(id);
      const dueAt = extendedDeadline(firstDueAt, months);
      const extensionReason = words.seal(id, 'extensionReason', reason);
      const extended = { dueAt, firstDueAt, extendedAt, extendedBy: actorOf(by), extensionReason };
      await database.unitOfWork.repository(DataRequest).update({ customerId, id }, extended);
      await events.emit({ ...dataRequestExtended(request, { ...request, ...extended }), actor: by });
    });
  }

  /** Event: data-request.refused. */
  refuse(id: string, reason: string, by: Principal): Promise<void> {
    return this.deciding(id, by, async (request) => {
      if (await this.isUnderWay(request)) throw isUnderWay(id);
      await this.close(request, DataRequestStatus.REFUSED, { answer: reason, by });
    });
  }

  /** Event: end-user.restriction-lifted. Answers whose. @throws AppError NOT_FOUND. */
  async liftRestriction(endUserId: string, by: Principal): Promise<Person> {
    const { database, identity, standing, consents } = this.doors;
    const { customerId } = await identity.findEndUser(scopeOf(by), {
      id: endUserId,
      customerId: tenantOf(by),
    });
    const person = { customerId, endUserId };
    await database.unitOfWork.run(scopeOf(by), async () => {
      // Of a restriction and its end at once the later sees the earlier: person and consents tell the same of it.
      await consents.hold(customerId, endUserId);
      await standing.lift(person);
      await consents.restrict(customerId, endUserId, false);
    });
    return person;
  }

  /** In the open unit of work. Events: data-request.fulfilled, data-request.refused. Answers whether it was still open. */
  async close(
    { customerId, id }: Pick<DataRequest, 'customerId' | 'id'>,
    status: DataRequestStatus.DONE | DataRequestStatus.REFUSED,
    { answer, by, ...rest }: Closing,
  ): Promise<boolean> {
    const { database, events, clock, words } = this.doors;
    const requests = database.unitOfWork.repository(DataRequest);
    const told = answer === undefined ? {} : { answer: words.seal(id, 'answer', answer) };
    const closed = { status, closedAt: clock.now(), ...told, ...rest };
    const { affected } = await requests.update({ customerId, id, closedAt: IsNull() }, closed as never);
    if (!affected) return false;
    const request = await requests.findOneByOrFail({ customerId, id });
    await events.emit({ ...dataRequestClosed(request), ...(by && { actor: by }) });
    return true;
  }

  /** What could not be carried out waits for a decision again; in the open unit of work. */
  async giveBack({ customerId, requestId: id }: DataRequestPlace, jobId: string): Promise<void> {
    await this.doors.database.unitOfWork
      .repository(DataRequest)
      .update(
        { customerId, id, jobId, closedAt: IsNull() },
        { status: DataRequestStatus.RECEIVED, jobId: null },
      );
  }

  /** What the person asked with a token in a browser the customer asks for itself now, and so answers for who it is. */
  private async vouch(request: DataRequest, by: Principal): Promise<void> {
    const isByToken = request.identityVerification === IdentityVerification.LOGIN;
    if (isByToken && !request.closedAt && by.kind !== 'END_USER')
      await this.verified(request, IdentityVerification.CONTROLLER, by);
  }

  private async verified(
    request: DataRequest,
    identityVerification: IdentityVerification,
    by: Principal,
  ): Promise<void> {
    const { database, events, clock } = this.doors;
    const { customerId, id } = request;
    const verified = {
      identityVerification,
      identityVerifiedBy: actorOf(by),
      identityVerifiedAt: clock.now(),
    };
    await database.unitOfWork.repository(DataRequest).update({ customerId, id }, verified);
    await events.emit({ ...identityVerified(request, { ...request, ...verified }), actor: by });
  }

  private async beginUndecided(request: DataRequest, by: Principal): Promise<void> {
    switch (fulfilmentOf(request.kind, by)) {
      case 'BY_JOB':
        return this.begin(request, undefined);
      case 'AT_ONCE':
        await this.actAtOnce(request, by);
        await this.close(request, DataRequestStatus.DONE, { by });
        return;
      case 'ON_DECISION':
        return;
    }
  }

  private async actAtOnce(request: DataRequest, by: Principal): Promise<void> {
    const { standing, consents } = this.doors;
    const { customerId, endUserId } = request;
    if (request.kind === DataRequestKind.OBJECTION) {
      await consents.withdrawAll(customerId, endUserId, by);
      return;
    }
    await consents.hold(customerId, endUserId);
    await standing.restrict(request);
    await consents.restrict(customerId, endUserId, true);
  }

  private async begin({ customerId, id }: DataRequest, answer: string | null | undefined): Promise<void> {
    const { database, jobs, words } = this.doors;
    const place: DataRequestPlace = { customerId, requestId: id };
    const jobId = await jobs.enqueue(DATA_REQUEST_JOB, place, { customerId });
    const told = answer ? { answer: words.seal(id, 'answer', answer) } : {};
    await database.unitOfWork
      .repository(DataRequest)
      .update({ customerId, id }, { status: DataRequestStatus.IN_PROGRESS, jobId, ...told });
  }

  /** Runs `decide` on an open request of the caller's, which nobody else decides meanwhile. @throws AppError NOT_FOUND, CONFLICT. */
  private async deciding(
    id: string,
    by: Principal,
    decide: (request: DataRequest) => Promise<void>,
  ): Promise<void> {
    const { unitOfWork } = this.doors.database;
    await unitOfWork.run(scopeOf(by), async () => {
      const customerId = tenantOf(by);
      const where = customerId === undefined ? { id } : { customerId, id };
      const lock = { mode: 'pessimistic_write' } as const;
      const request = await unitOfWork.repository(DataRequest).findOne({ where, lock });
      if (!request) throw notFound(['input', 'id']);
      if (request.closedAt) throw alreadyClosed(id);
      await decide(request);
    });
  }

  private async isUnderWay({ status, jobId }: DataRequest): Promise<boolean> {
    if (status !== DataRequestStatus.IN_PROGRESS) return false;
    const job = await this.doors.database.unitOfWork.repository(Job).findOneBy({ id: jobId! });
    return job !== null && !hasEnded(job.status);
  }
}
