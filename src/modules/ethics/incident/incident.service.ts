/** Opens and closes incidents. A deployment that had to be rolled back is one without anybody saying so. */
import type { Clock } from '../../../kernel/clock';
import { conflict, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { DomainEvent, Events, EventSubscriber } from '../../../platform/events';
import { incidentClosed, incidentOpened } from '../ethics.events';
import { Incident, IncidentSeverity, IncidentStatus } from './incident.entity';

const BY_HAND = 'manual';
const ROLLED_BACK = 'deployment.rolled-back';

export class IncidentService implements EventSubscriber {
  readonly name = 'ethics.incidents';
  readonly types = [ROLLED_BACK];

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Event: incident.opened. */
  open(
    { title, severity, subjectId }: Pick<Incident, 'title' | 'severity' | 'subjectId'>,
    by: Principal,
  ): Promise<string> {
    const openedBy = actorOf(by);
    return this.database.unitOfWork.run(SERVICE, async () => {
      const id = await this.insert({
        title,
        severity,
        subjectId,
        customerId: null,
        cause: BY_HAND,
        openedBy,
      });
      if (!id)
        throw conflict('An incident that was opened by hand is already open for this object.', [
          'input',
          'subjectId',
        ]);
      return id;
    });
  }

  /** Event: incident.closed. @throws AppError NOT_FOUND, or CONFLICT when it is closed already. */
  close(id: string, correctiveAction: string): Promise<void> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const incidents = unitOfWork.repository(Incident);
      const before = await incidents.findOneBy({ id });
      if (!before) throw notFound(['input', 'id']);
      const closed = { status: IncidentStatus.CLOSED, correctiveAction, closedAt: this.clock.now() };
      const { affected } = await incidents.update({ id, status: IncidentStatus.OPEN }, closed);
      if (affected === 0) throw conflict('This incident is closed already.', ['input', 'id'], id);
      await this.events.emit(incidentClosed(before, { ...before, ...closed }));
    });
  }

  /** One open incident a deployment: what happens again while it is open belongs to it. */
  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { subject, customerId, actor } of events) {
      await this.insert({
        title: 'A deployment was rolled back',
        severity: IncidentSeverity.MEDIUM,
        subjectId: subject,
        customerId,
        cause: ROLLED_BACK,
        openedBy: actor,
      });
    }
  }

  /** Undefined when such an incident is open already. */
  private async insert(
    fields: Pick<Incident, 'title' | 'severity' | 'subjectId' | 'customerId' | 'cause' | 'openedBy'>,
  ): Promise<string | undefined> {
    const openedAt = this.clock.now();
    const incident: Incident = {
      ...fields,
      id: newId('inc', openedAt),
      status: IncidentStatus.OPEN,
      openedAt,
      correctiveAction: null,
      closedAt: null,
    };
    const [made] = await this.database.unitOfWork.sql<{ id: string }>(
      `insert into incidents (id, title, severity, status, cause, subject_id, customer_id, opened_by, opened_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing returning id`,
      [
        incident.id,
        incident.title,
        incident.severity,
        incident.status,
        incident.cause,
        incident.subjectId,
        incident.customerId,
        incident.openedBy,
        incident.openedAt,
      ],
    );
    if (made) await this.events.emit(incidentOpened(incident));
    return made?.id;
  }
}
