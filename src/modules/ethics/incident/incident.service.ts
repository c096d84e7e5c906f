/**
 * Opens, follows and closes incidents. Each has its line of entries, only ever added to. What happens to a deployment that hinders
 * its customers is one without anybody saying so.
 */
import type { Clock } from '../../../kernel/clock';
import { type AppError, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId, prefixOf } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { DomainEvent, Events, EventSubscriber } from '../../../platform/events';
import type { Jobs } from '../../../platform/jobs';
import { DeploymentEvent } from '../../deployments';
import { isActiveStaff, Staff } from '../../identity';
import { incidentClosed, incidentOpened, incidentUpdated } from '../ethics.events';
import { isAuthorityDue } from './breach-clock';
import { isTold } from './breach-people';
import { BY_HAND, type Cause, causeOf, CAUSES } from './incident-cause';
import { changed, entriesOf, type NewEntry } from './incident-changes';
import { IncidentEntry, IncidentEntryKind } from './incident-entry.entity';
import { COUNT_REACH } from './incident-reach.job';
import { ownerOf } from './incident-subject';
import { Incident, IncidentStatus } from './incident.entity';
import type { IncidentOpenInput, IncidentUpdateInput } from './incident.input';

type NewIncident = Pick<
  Incident,
  | 'title'
  | 'severity'
  | 'subjectId'
  | 'versionId'
  | 'customerId'
  | 'cause'
  | 'openedBy'
  | 'startedAt'
  | 'ownerId'
> & {
  readonly isPersonalDataBreach?: boolean | null;
  /** Absent or null: when it is opened. */
  readonly becameAwareAt?: Date | null;
};

const OPEN_ONE = `select id, customer_id as "customerId" from incidents
  where cause = $1 and subject_id = $2 and status <> 'CLOSED'`;

const WAS_TOLD = 'select exists (select from breach_notices where incident_id = $1) as was';

export class IncidentService implements EventSubscriber {
  readonly name = 'ethics.incidents';
  readonly types = CAUSES;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /** Event: incident.opened. @throws AppError CONFLICT when one is open for this object, NOT_FOUND for an unknown owner. */
  async open(wish: Omit<IncidentOpenInput, 'idempotencyKey'>, by: Principal): Promise<string> {
    const { title, severity } = wish;
    const [subjectId, ownerId] = [wish.subjectId ?? null, wish.ownerId ?? null];
    const startedAt = this.past(wish.startedAt ?? this.clock.now(), 'startedAt');
    const { isPersonalDataBreach = null } = wish;
    const { becameAwareAt = null } = wish;
    if (becameAwareAt) this.past(becameAwareAt, 'becameAwareAt');
    if (ownerId) await this.checkOwner(ownerId);
    const [cause, openedBy] = [BY_HAND, actorOf(by)];
    const customerId = subjectId ? await ownerOf(subjectId, this.database) : null;
    const fields = {
      title,
      severity,
      subjectId,
      versionId: null,
      customerId,
      isPersonalDataBreach,
      becameAwareAt,
    };
    return this.database.unitOfWork.run(SERVICE, async () => {
      const id = await this.insert({ ...fields, cause, openedBy, startedAt, ownerId });
      if (id) return id;
      const message = 'An incident that was opened by hand is already open for this object.';
      throw conflict(message, ['input', 'subjectId']);
    });
  }

  /** Event: incident.updated. @throws AppError NOT_FOUND, or CONFLICT when it is closed. */
  async update(id: string, wish: IncidentUpdateInput, by: Principal): Promise<void> {
    if (wish.startedAt) this.past(wish.startedAt, 'startedAt');
    if (wish.ownerId) await this.checkOwner(wish.ownerId);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const before = await this.held(id);
      const after = changed(before, wish, actorOf(by), this.clock.now());
      if (wish.customersNotConcernedReason != null && (await this.wasTold(id)))
        throw conflict('Customers were told of it already.', ['input', 'customersNotConcernedReason'], id);
      const entries = entriesOf(before, after, wish.note);
      if (entries.length === 0) return;
      // Whom it reached is counted by a job of its own.
      const { reach: _, ...known } = after;
      await unitOfWork.repository(Incident).update({ id }, known);
      await this.note(before, entries, actorOf(by));
      await this.events.emit(incidentUpdated(before, after));
      if (wish.startedAt) await this.count(after);
    });
  }

  /**
   * Event: incident.closed. @throws AppError NOT_FOUND, or CONFLICT when it is closed already, or is a breach of which authority,
   * customers or people neither know nor need know.
   */
  close(id: string, correctiveAction: string, by: Principal): Promise<void> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const before = await this.held(id);
      if (isAuthorityDue(before)) throw authorityStillDue(id);
      if (before.isPersonalDataBreach) await this.checkTold(before);
      const closed = { status: IncidentStatus.CLOSED, correctiveAction, closedAt: this.clock.now() };
      await unitOfWork.repository(Incident).update({ id }, closed);
      await this.note(before, [{ kind: IncidentEntryKind.CLOSED, text: correctiveAction }], actorOf(by));
      await this.events.emit(incidentClosed(before, { ...before, ...closed }));
      await this.count(before);
    });
  }

  /** One open incident a deployment and cause: what happens again while it is open belongs to it. */
  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const event of events) {
      const cause = causeOf(event);
      if (cause) await this.happened(event, cause);
    }
  }

  private async happened(event: DomainEvent, { title, severity, versionId }: Cause): Promise<void> {
    const { type, subject, customerId, actor } = event;
    const startedAt = (await this.servedSince(event)) ?? event.at;
    const fields = { title, severity, versionId, cause: type, startedAt, ownerId: null };
    if (await this.insert({ ...fields, subjectId: subject, customerId, openedBy: actor })) return;
    const [open] = await this.database.unitOfWork.sql<Incident>(OPEN_ONE, [type, subject]);
    const again = { kind: IncidentEntryKind.HAPPENED_AGAIN, text: event.reason };
    if (open) await this.note(open, [again], actor);
  }

  /** When the routes that were in force just before the event began to be served. */
  private async servedSince({ subject, at }: DomainEvent): Promise<Date | undefined> {
    const moves = ['CREATED', 'PROMOTED', 'CANARY_STARTED'];
    const [last] = await this.database.read.list(DeploymentEvent, {
      scope: SERVICE,
      where: { deploymentId: subject, at: { lt: at }, move: { in: moves } },
      orderBy: [{ property: 'at', direction: 'DESC' }],
      limit: 1,
    });
    return last && new Date(last.at);
  }

  /** Undefined when such an incident is open already. */
  private async insert(fields: NewIncident): Promise<string | undefined> {
    const openedAt = this.clock.now();
    const incident: Incident = {
      ...fields,
      id: newId('inc', openedAt),
      status: IncidentStatus.OPEN,
      openedAt,
      isPersonalDataBreach: fields.isPersonalDataBreach ?? null,
      becameAwareAt: fields.becameAwareAt ?? openedAt,
      authorityNotifiedAt: null,
      authorityNotifiedBy: null,
      authorityReference: null,
      authorityDelayReason: null,
      authorityNotNeededReason: null,
      customersNotConcernedReason: null,
      peopleNotification: null,
      peopleNotificationReason: null,
      peopleJudgedBy: null,
      peopleJudgedAt: null,
      peopleNotifiedAt: null,
      reach: null,
      correctiveAction: null,
      closedAt: null,
    };
    const { raw } = await this.database.unitOfWork
      .repository(Incident)
      .createQueryBuilder()
      .insert()
      .values(incident as never)
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) return undefined;
    await this.note(incident, [{ kind: IncidentEntryKind.OPENED, text: null }], incident.openedBy);
    await this.events.emit(incidentOpened(incident));
    await this.count(incident);
    return incident.id;
  }

  /** Held until the end of the open unit of work. @throws AppError NOT_FOUND. */
  async hold(id: string): Promise<Incident> {
    const incidents = this.database.unitOfWork.repository(Incident);
    const incident = await incidents.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!incident) throw notFound(['input', 'id']);
    return incident;
  }

  private async held(id: string): Promise<Incident> {
    const incident = await this.hold(id);
    if (incident.status === IncidentStatus.CLOSED)
      throw conflict('This incident is closed already.', ['input', 'id'], id);
    return incident;
  }

  /** Lines of its timeline; in the open unit of work. */
  async note(
    { id: incidentId, customerId }: Pick<Incident, 'id' | 'customerId'>,
    entries: readonly NewEntry[],
    by: string,
  ): Promise<void> {
    const at = this.clock.now();
    const rows = entries.map((entry) => ({ ...entry, id: newId('ine', at), incidentId, customerId, by, at }));
    await this.database.unitOfWork.repository(IncidentEntry).insert(rows);
  }

  private async count({ id, subjectId }: Pick<Incident, 'id' | 'subjectId'>): Promise<void> {
    if (subjectId && prefixOf(subjectId) === 'dep') await this.jobs.enqueue(COUNT_REACH, { incidentId: id });
  }

  private async checkTold({ id, customersNotConcernedReason, ...people }: Incident): Promise<void> {
    const { peopleNotification, peopleNotifiedAt } = people;
    const refuse = (message: string): never => {
      throw conflict(`It is a personal data breach: ${message}`, ['input', 'id'], id);
    };
    if (customersNotConcernedReason === null && !(await this.wasTold(id)))
      refuse('first tell the customers concerned, or say why none is.');
    if (peopleNotification === null) refuse('first judge whether the people concerned have to be told.');
    if (isTold(peopleNotification) && peopleNotifiedAt === null)
      refuse('the people concerned have to be told: say when they were.');
  }

  private async wasTold(incidentId: string): Promise<boolean> {
    const [found] = await this.database.unitOfWork.sql<{ was: boolean }>(WAS_TOLD, [incidentId]);
    return found!.was;
  }

  private past(at: Date, field: 'startedAt' | 'becameAwareAt'): Date {
    if (at.getTime() <= this.clock.millis()) return at;
    const what = field === 'startedAt' ? 'It cannot have begun' : 'Nobody can have become aware of it';
    throw invalidInput(['input', field], `${what} in the future.`, field);
  }

  private async checkOwner(id: string): Promise<void> {
    const owner = await this.database.read.one(Staff, { scope: SERVICE, where: { id } });
    if (!isActiveStaff(owner)) throw notFound(['input', 'ownerId']);
  }
}

function authorityStillDue(id: string): AppError {
  return conflict(
    'It is a personal data breach: first say when the authority was notified, or why it need not be.',
    ['input', 'id'],
    id,
  );
}
