/** What goes wrong when feedback is followed up, in words that say what to do next. */
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';

export function notAsked(id: string): AppError {
  const message = 'Nobody asked yet whether this was mended: it can be answered while `askedAt` is set.';
  return conflict(message, ['input', 'id'], id);
}

export function noSuchTarget(): AppError {
  const message = 'No feature flag and no deployment has this id.';
  return invalidInput(['input', 'targetId'], message, 'exists');
}

export function tooManyLinks(most: number): AppError {
  const message = `Feedback leads to at most ${most} flags and deployments. Remove one with feedbackUnlink first.`;
  return invalidInput(['input', 'targetId'], message, 'length');
}
