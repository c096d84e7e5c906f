/**
 * The clock of GDPR Art. 33: a personal data breach is notified to the supervisory authority within 72 hours after one became aware of it,
 * later only with the reasons for the delay, and not at all where it is unlikely to put people at risk, which is then written down.
 */
import { invalidInput } from '../../../kernel/errors';
import type { Incident } from './incident.entity';

const MINUTE_MS = 60 * 1000;
const NOTIFY_WITHIN_MS = 72 * 60 * MINUTE_MS;

export type BreachStanding = Pick<
  Incident,
  | 'isPersonalDataBreach'
  | 'becameAwareAt'
  | 'authorityNotifiedAt'
  | 'authorityReference'
  | 'authorityDelayReason'
  | 'authorityNotNeededReason'
>;

/** Null where there is nothing to notify, or nothing any more. */
export function authorityDeadline(one: BreachStanding): Date | null {
  if (!one.isPersonalDataBreach || one.authorityNotNeededReason !== null) return null;
  return new Date(new Date(one.becameAwareAt).getTime() + NOTIFY_WITHIN_MS);
}

export function isAuthorityDue(one: BreachStanding): boolean {
  return authorityDeadline(one) !== null && one.authorityNotifiedAt === null;
}

export function isAuthorityOverdue(one: BreachStanding, now: Date): boolean {
  return isAuthorityDue(one) && authorityDeadline(one)! < now;
}

/** Whoever became aware of a breach before this moment is late by now. */
export function overdueIfAwareBefore(now: Date): Date {
  return new Date(now.getTime() - NOTIFY_WITHIN_MS);
}

/** @throws AppError INVALID_INPUT for what cannot be so, with what is missing. */
export function checkBreach(one: BreachStanding, now: Date): void {
  const refuse = (field: keyof BreachStanding, message: string): never => {
    throw invalidInput(['input', field], message, field);
  };
  const { becameAwareAt, authorityNotifiedAt, authorityReference, authorityDelayReason } = one;
  if (becameAwareAt > now) refuse('becameAwareAt', 'Nobody can have become aware of it in the future.');
  if (authorityNotifiedAt === null) {
    if (authorityReference ?? authorityDelayReason)
      refuse('authorityNotifiedAt', 'Say when the authority was notified.');
    return;
  }
  if (authorityNotifiedAt > now) refuse('authorityNotifiedAt', 'It cannot have been notified in the future.');
  // People write minutes.
  if (authorityNotifiedAt.getTime() < Math.floor(becameAwareAt.getTime() / MINUTE_MS) * MINUTE_MS)
    refuse('authorityNotifiedAt', 'It cannot have been notified before anybody became aware of it.');
  if (!authorityReference)
    refuse('authorityReference', 'Say which authority was notified, and under which reference.');
  const deadline = authorityDeadline(one);
  if (deadline && authorityNotifiedAt > deadline && !authorityDelayReason)
    refuse('authorityDelayReason', 'It was notified after 72 hours: say why (GDPR Art. 33(1)).');
}
