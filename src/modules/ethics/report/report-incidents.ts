/** What went wrong in a period, and of personal data breaches what authority, customers and people were told, and how soon. */
import type { PeopleNotification } from '../incident/breach-people';
import { type Markup, markup } from './markup';
import type { IncidentFigure } from './report-contents';
import { table } from './report-table';
import { dayOf, plural, words } from './report-words';

const HEAD = [
  'Incident',
  'Severity',
  'Opened',
  'Closed',
  'Supervisory authority',
  'Customers and people',
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
      incident.isPersonalDataBreach ? [customersTold(incident), peopleTold(incident)] : '–',
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

function customersTold(incident: IncidentFigure): Markup {
  const { customersNotified: told, becameAwareAt, customersNotConcernedReason } = incident;
  if (told === 0)
    return customersNotConcernedReason === null
      ? markup`<span class="pill uncertain">no customer was told</span><br>`
      : markup`no customer is concerned: ${customersNotConcernedReason}<br>`;
  const after = (at: string): string => durationOf(Date.parse(at) - Date.parse(becameAwareAt));
  const first = after(incident.firstCustomerNotifiedAt!);
  const last = after(incident.lastCustomerNotifiedAt!);
  const soon = told === 1 ? `after ${first}` : `the first after ${first}, the last after ${last}`;
  return markup`${told} ${plural(told, 'customer', 'customers')} told, ${soon}<br>`;
}

function peopleTold({
  peopleNotification,
  peopleNotificationReason,
  peopleJudgedAt,
  peopleNotifiedAt,
}: IncidentFigure): Markup {
  if (peopleNotification === null)
    return markup`<span class="pill uncertain">not judged whether the people have to be told</span>`;
  const why = peopleNotificationReason && markup`: ${peopleNotificationReason}`;
  const judged = markup`<b>${JUDGED[peopleNotification as PeopleNotification]}</b>${why ?? ''} <span class="soft">judged ${dayOf(peopleJudgedAt!)}</span>`;
  return peopleNotifiedAt ? markup`${judged}<br>told ${momentOf(peopleNotifiedAt)}` : judged;
}

/** By the paragraphs of GDPR Art. 34. */
const JUDGED: Readonly<Record<PeopleNotification, string>> = {
  REQUIRED: 'people have to be told',
  NO_HIGH_RISK: 'people need not be told, no high risk',
  PROTECTED: 'people need not be told, the data were protected (a)',
  RISK_AVERTED: 'people need not be told, the risk was averted (b)',
  DISPROPORTIONATE: 'people are told in public, each would be out of proportion (c)',
};

const HOUR_MS = 3_600_000;

function durationOf(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  if (hours < 1) return 'less than an hour';
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function momentOf(instant: string): string {
  return `${dayOf(instant)}, ${instant.slice(11, 16)} UTC`;
}
