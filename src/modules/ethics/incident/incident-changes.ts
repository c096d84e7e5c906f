/** What becomes known of an incident: what it is from then on, and each change as a line of its timeline. */
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';
import { checkBreach } from './breach-clock';
import { checkPeople } from './breach-people';
import { type IncidentEntry, IncidentEntryKind } from './incident-entry.entity';
import type { Incident } from './incident.entity';
import type { IncidentUpdateInput } from './incident.input';

export type NewEntry = Pick<IncidentEntry, 'kind' | 'text'>;

/** @throws AppError INVALID_INPUT for what cannot be so, CONFLICT for a notification that is said to be needless after it was made. */
export function changed(before: Incident, wish: IncidentUpdateInput, by: string, now: Date): Incident {
  const isNotified = wish.authorityNotifiedAt != null;
  const notNeeded = wish.authorityNotNeededReason;
  const after: Incident = {
    ...before,
    severity: wish.severity ?? before.severity,
    ownerId: wish.ownerId === undefined ? before.ownerId : wish.ownerId,
    startedAt: wish.startedAt ?? before.startedAt,
    isPersonalDataBreach: wish.isPersonalDataBreach ?? before.isPersonalDataBreach,
    becameAwareAt: wish.becameAwareAt ?? before.becameAwareAt,
    authorityNotifiedAt: wish.authorityNotifiedAt ?? before.authorityNotifiedAt,
    authorityNotifiedBy: isNotified ? by : before.authorityNotifiedBy,
    authorityReference: wish.authorityReference ?? before.authorityReference,
    authorityDelayReason: wish.authorityDelayReason ?? before.authorityDelayReason,
    authorityNotNeededReason: notNeeded === undefined ? before.authorityNotNeededReason : notNeeded,
    customersNotConcernedReason:
      wish.customersNotConcernedReason === undefined
        ? before.customersNotConcernedReason
        : wish.customersNotConcernedReason,
    ...people(before, wish, by, now),
  };
  if (isNotified && !after.isPersonalDataBreach)
    throw invalidInput(
      ['input', 'isPersonalDataBreach'],
      'The authority is notified of personal data breaches: say that it is one.',
      'isPersonalDataBreach',
    );
  checkNotNeeded(before, wish, after);
  // Whoever notified it all the same found that it was needed.
  if (isNotified) after.authorityNotNeededReason = null;
  checkBreach(after, now);
  checkPeople(after, now);
  // What was said while it was taken for one stays when it turns out to be none.
  const said = OF_BREACHES.find((field) => wish[field] != null);
  if (said && !after.isPersonalDataBreach) throw onlyOfBreaches(said);
  return after;
}

const OF_BREACHES = ['customersNotConcernedReason', 'peopleNotification', 'peopleNotifiedAt'] as const;

function onlyOfBreaches(field: string): AppError {
  return invalidInput(
    ['input', field],
    'Only of a personal data breach need this be said.',
    'isPersonalDataBreach',
  );
}

/** Another judgement has reasons of its own. */
function people(before: Incident, wish: IncidentUpdateInput, by: string, now: Date) {
  const { peopleNotification, peopleNotificationReason: reason, peopleNotifiedAt } = wish;
  const isJudged = peopleNotification != null || reason != null;
  return {
    peopleNotification: peopleNotification ?? before.peopleNotification,
    peopleNotificationReason: reason ?? (peopleNotification == null ? before.peopleNotificationReason : null),
    peopleJudgedBy: isJudged ? by : before.peopleJudgedBy,
    peopleJudgedAt: isJudged ? now : before.peopleJudgedAt,
    peopleNotifiedAt: peopleNotifiedAt ?? before.peopleNotifiedAt,
  };
}

function checkNotNeeded(before: Incident, wish: IncidentUpdateInput, after: Incident): void {
  if (wish.authorityNotNeededReason == null) return;
  const path = ['input', 'authorityNotNeededReason'];
  if (wish.authorityNotifiedAt)
    throw invalidInput(
      path,
      'Either it was notified or it need not be: leave one of them out.',
      'exactlyOne',
    );
  if (before.authorityNotifiedAt) throw conflict('The authority was notified already.', path, before.id);
  if (!after.isPersonalDataBreach) throw onlyOfBreaches('authorityNotNeededReason');
}

/** What of it changed, in words; the order is that in which one thing follows from another. */
export function entriesOf(before: Incident, after: Incident, note: string | null | undefined): NewEntry[] {
  const entries: NewEntry[] = [];
  const add = (kind: IncidentEntryKind, text: string | null): unknown => entries.push({ kind, text });
  const isOther = (key: keyof Incident): boolean => plain(before[key]) !== plain(after[key]);
  if (isOther('severity')) add(IncidentEntryKind.SEVERITY_CHANGED, after.severity);
  if (isOther('ownerId')) add(IncidentEntryKind.OWNER_CHANGED, after.ownerId);
  if (isOther('startedAt')) add(IncidentEntryKind.START_CHANGED, plain(after.startedAt));
  if (isOther('isPersonalDataBreach'))
    add(IncidentEntryKind.BREACH_JUDGED, after.isPersonalDataBreach ? 'yes' : 'no');
  if (isOther('becameAwareAt')) add(IncidentEntryKind.AWARENESS_CHANGED, plain(after.becameAwareAt));
  if (isOther('authorityNotNeededReason') && !isOther('authorityNotifiedAt'))
    add(IncidentEntryKind.AUTHORITY_NOT_NEEDED, after.authorityNotNeededReason);
  if (NOTIFICATION.some(isOther)) add(IncidentEntryKind.AUTHORITY_NOTIFIED, notificationOf(after));
  if (isOther('customersNotConcernedReason'))
    add(IncidentEntryKind.CUSTOMERS_NOT_CONCERNED, after.customersNotConcernedReason);
  if (isOther('peopleNotification') || isOther('peopleNotificationReason')) {
    const { peopleNotification, peopleNotificationReason } = after;
    const judged = [peopleNotification, peopleNotificationReason].filter(Boolean).join('; ');
    add(IncidentEntryKind.PEOPLE_JUDGED, judged);
  }
  if (isOther('peopleNotifiedAt')) add(IncidentEntryKind.PEOPLE_NOTIFIED, plain(after.peopleNotifiedAt));
  if (note) add(IncidentEntryKind.NOTED, note);
  return entries;
}

const NOTIFICATION = ['authorityNotifiedAt', 'authorityReference', 'authorityDelayReason'] as const;

function notificationOf({ authorityNotifiedAt, authorityReference, authorityDelayReason }: Incident): string {
  return [plain(authorityNotifiedAt), authorityReference, authorityDelayReason].filter(Boolean).join('; ');
}

function plain(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : value === null ? null : JSON.stringify(value);
}
