/** What went wrong in a period, and of personal data breaches what the supervisory authority was told and when. */
import { type Markup, markup } from './markup';
import type { IncidentFigure } from './report-contents';
import { table } from './report-table';
import { dayOf, words } from './report-words';

const HEAD = [
  'Incident',
  'Severity',
  'Opened',
  'Closed',
  'Supervisory authority',
  'What was done so that it does not happen again',
];

export function incidentTable(incidents: readonly IncidentFigure[]): Markup {
  const rows = incidents.map((incident) => {
    const { incidentId, title, severity, openedAt, closedAt, correctiveAction } = incident;
    return [
      markup`<b>${title}</b><br><span class="hash">${incidentId}</span>`,
      words(severity),
      dayOf(openedAt),
      closedAt === null ? markup`<span class="pill violated">open</span>` : dayOf(closedAt),
      authorityCell(incident),
      correctiveAction ?? '–',
    ];
  });
  return markup`<div class="wide">${table(HEAD, rows, 9, 'Nothing went wrong, or nobody said so.')}</div>`;
}

function authorityCell(incident: IncidentFigure): Markup {
  const { isPersonalDataBreach, becameAwareAt, authorityDeadlineAt, authorityNotifiedAt } = incident;
  if (isPersonalDataBreach === null) return markup`<span class="soft">not judged whether a breach</span>`;
  if (!isPersonalDataBreach) return markup`<span class="soft">no personal data breach</span>`;
  const since = markup`<b>Personal data breach</b>, known since ${momentOf(becameAwareAt)}<br>`;
  if (authorityNotifiedAt) {
    const { authorityReference, authorityDelayReason } = incident;
    const late = authorityDelayReason && markup`<br><span class="soft">late: ${authorityDelayReason}</span>`;
    return markup`${since}notified ${momentOf(authorityNotifiedAt)}: ${authorityReference}${late ?? ''}`;
  }
  const { authorityNotNeededReason, isAuthorityOverdue } = incident;
  if (authorityNotNeededReason !== null)
    return markup`${since}need not be notified: ${authorityNotNeededReason}`;
  const standing = isAuthorityOverdue
    ? markup`<span class="pill violated">overdue</span>`
    : markup`<span class="pill uncertain">to be notified</span>`;
  return markup`${since}${standing} until ${momentOf(authorityDeadlineAt!)}`;
}

function momentOf(instant: string): string {
  return `${dayOf(instant)}, ${instant.slice(11, 16)} UTC`;
}
