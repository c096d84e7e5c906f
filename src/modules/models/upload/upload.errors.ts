/** Why a file is not taken in, each with its number. */
import { AppError, invalidInput } from '../../../kernel/errors';

const MEBIBYTE = 1024 * 1024;

export function uploadTooLarge(limitBytes: number): AppError {
  const limit = `${Math.floor(limitBytes / MEBIBYTE)} MiB`;
  return new AppError('TOO_LARGE', `An upload may hold at most ${limit}. Send less, or split the file.`, [
    'body',
  ]);
}

export function emptyUpload(): AppError {
  return invalidInput(['body'], 'The upload is empty. Send the file as the body of the request.', 'empty');
}
