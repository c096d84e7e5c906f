/** Why a correction does not become a row to learn from, in words that say what to do next. */
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';

const PATH = ['input', 'id'];

export function noTrainingRow(why: string): AppError {
  return invalidInput(PATH, why, 'trainingRow');
}

export function noCorrection(): AppError {
  const message = 'Only a CORRECTION of an answer says what would have been right. Take one of that kind.';
  return invalidInput(PATH, message, 'kind');
}

export function takenBackByPerson(id: string): AppError {
  return conflict('The person took this back: there is nothing left to learn from.', PATH, id);
}

export function isDuplicate(into: string): AppError {
  const message = `This is merged into ${into}, which stands for it. Accept that one, or free this one first.`;
  return conflict(message, PATH, into);
}

export function heldMeanwhile(id: string, until: Date): AppError {
  const message = `Another reviewer holds this until ${until.toISOString()}. Take another one, or come back then.`;
  return conflict(message, PATH, id);
}

export function nobodyToAgree(id: string): AppError {
  const message =
    'The answer named no end user, so nobody could agree to its being learned from. Have the server name the person with the next prediction.';
  return conflict(message, PATH, id);
}

export function nothingKept(id: string): AppError {
  const message =
    'What the answer was about is not kept: its person had not agreed to TRAINING then or took that back since, its 30 days are over, or the deployment keeps a sample that it is not in. Take a correction of a later answer.';
  return conflict(message, PATH, id);
}

export function tooLongToMask(id: string): AppError {
  const message = 'Its texts are too long to be masked, so they are not kept. Decline it.';
  return conflict(message, PATH, id);
}
