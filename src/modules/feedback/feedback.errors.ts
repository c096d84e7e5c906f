/** What goes wrong with feedback, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';
import type { FeedbackStatus } from './triage/feedback-status';

/** The same words for a forged, an expired and a foreign token. */
export function invalidToken(): AppError {
  const message =
    'This feedback token is not valid for you, or has expired. Take the one that came with the answer.';
  return invalidInput(['input', 'feedbackToken'], message, 'token');
}

export function nameNobodyWithToken(): AppError {
  const message = 'The token knows whose answer it was: leave endUserExternalId out.';
  return invalidInput(['input', 'endUserExternalId'], message, 'absent');
}

export function noAddress(): AppError {
  const message =
    'Only members are told by mail. For end users their consent to FEEDBACK_CONTACT decides: leave notify out.';
  return invalidInput(['input', 'notify'], message, 'absent');
}

export function correctionTooLarge(limit: number): AppError {
  return invalidInput(
    ['input', 'correction'],
    `A correction has at most ${limit} characters of JSON.`,
    'maxLength',
  );
}

export function tooMuchFeedback(limit: number, retryAfterMs: number): AppError {
  const message = `At most ${limit} pieces of general feedback an hour. Try again later.`;
  return new AppError('RATE_LIMITED', message, undefined, { retryAfterMs });
}

export function changedMeanwhile(id: string, version: number): AppError {
  const message = `The feedback is at version ${version} now. Look at it again and decide anew.`;
  return conflict(message, ['input', 'expectedVersion'], id);
}

export function heldByAnother(id: string, until: Date): AppError {
  const message = `Another reviewer holds this until ${until.toISOString()}. Take another one, or come back then.`;
  return conflict(message, ['id'], id);
}

export function cannotBecome(id: string, from: FeedbackStatus, to: FeedbackStatus): AppError {
  return conflict(`Feedback that is ${from} cannot become ${to}.`, ['input', 'status'], id);
}

export function tooManyLabels(most: number): AppError {
  const message = `It would have more than ${most} labels. Take some away first.`;
  return invalidInput(['input', 'addTags'], message, 'maxSize');
}

export function namedTwice(id: string, at: number): AppError {
  const message = `${id} is named more than once. Name each feedback once.`;
  return invalidInput(['input', 'items', String(at), 'id'], message, 'unique');
}

export function takenBack(id: string): AppError {
  return conflict('The person took this back: there is nothing left to work on.', ['id'], id);
}

export function unknownStaff(): AppError {
  return invalidInput(['input', 'assigneeId'], 'Nobody of the staff who can sign in has this id.', 'exists');
}

export function forStaffAlone(path: readonly string[]): AppError {
  return invalidInput(path, 'This is open to the operator’s staff alone. Leave it out.', 'staff');
}

export function cannotMerge(id: string, why: string): AppError {
  return conflict(`This cannot be merged: ${why}.`, ['input', 'ids'], id);
}
