/** What goes wrong before a job begins, in words that say what to do next. */
import { AppError, invalidInput } from '../../kernel/errors';
import { LIMITS } from './dataset/dataset-limits';

const MEBIBYTE = 1024 * 1024;

export function uploadTooLarge(): AppError {
  const limit = `${LIMITS.uploadBytes / MEBIBYTE} MiB`;
  return new AppError('TOO_LARGE', `An upload may hold at most ${limit}. Send less, or split the file.`, [
    'body',
  ]);
}

export function emptyUpload(): AppError {
  return invalidInput(['body'], 'The upload is empty. Send the file as the body of the request.', 'empty');
}

export function unknownColumn(name: string, known: readonly string[]): AppError {
  const message = `The data has no column ${name}. Its columns are: ${known.join(', ')}.`;
  return invalidInput(['input', 'recipe', 'excludedColumns'], message, 'column');
}
