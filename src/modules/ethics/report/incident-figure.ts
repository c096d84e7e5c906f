/** An incident as it stood at the end of a period: what came later is told in the report of a later one. */
import { authorityDeadline, isAuthorityOverdue } from '../incident/breach-clock';
import type { ToldCustomers } from '../breach-notice/told-customers';
import type { Incident } from '../incident/incident.entity';
import type { IncidentFigure } from './report-contents';

export function incidentFigure(
  incident: Incident,
  told: ToldCustomers | undefined,
  to: Date,
  now: Date,
): IncidentFigure {
  const {
    id,
    title,
    severity,
    cause,
    isPersonalDataBreach,
    authorityNotNeededReason,
    customersNotConcernedReason,
  } = incident;
  const within = (at: Date | null): string | null => (at && new Date(at) < to ? iso(at) : null);
  const [closedAt, authorityNotifiedAt] = [within(incident.closedAt), within(incident.authorityNotifiedAt)];
  const peopleJudgedAt = within(incident.peopleJudgedAt);
  const deadline = authorityDeadline(incident);
  const standing = {
    ...incident,
    authorityNotifiedAt: authorityNotifiedAt ? new Date(authorityNotifiedAt) : null,
  };
  return {
    incidentId: id,
    title,
    severity,
    cause,
    openedAt: iso(incident.openedAt),
    closedAt,
    correctiveAction: closedAt && incident.correctiveAction,
    isPersonalDataBreach,
    becameAwareAt: iso(incident.becameAwareAt),
    authorityDeadlineAt: deadline && iso(deadline),
    authorityNotifiedAt,
    authorityReference: authorityNotifiedAt && incident.authorityReference,
    authorityDelayReason: authorityNotifiedAt && incident.authorityDelayReason,
    authorityNotNeededReason,
    isAuthorityOverdue: isAuthorityOverdue(standing, to < now ? to : now),
    customersNotified: told?.customers ?? 0,
    firstCustomerNotifiedAt: told ? iso(told.first) : null,
    lastCustomerNotifiedAt: told ? iso(told.last) : null,
    customersNotConcernedReason,
    peopleNotification: peopleJudgedAt && incident.peopleNotification,
    peopleNotificationReason: peopleJudgedAt && incident.peopleNotificationReason,
    peopleJudgedAt,
    peopleNotifiedAt: within(incident.peopleNotifiedAt),
  };
}

function iso(at: Date): string {
  return new Date(at).toISOString();
}
