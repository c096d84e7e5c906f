/** An incident as it stood at the end of a period: what came later is told in the report of a later one. */
import { authorityDeadline, isAuthorityOverdue } from '../incident/breach-clock';
import type { Incident } from '../incident/incident.entity';
import type { IncidentFigure } from './report-contents';

export function incidentFigure(incident: Incident, to: Date, now: Date): IncidentFigure {
  const { id, title, severity, cause, isPersonalDataBreach, authorityNotNeededReason } = incident;
  const within = (at: Date | null): string | null => (at && new Date(at) < to ? iso(at) : null);
  const [closedAt, authorityNotifiedAt] = [within(incident.closedAt), within(incident.authorityNotifiedAt)];
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
  };
}

function iso(at: Date): string {
  return new Date(at).toISOString();
}
