/** Why a file is not taken in, each with its number. */
import { AppError, invalidInput } from '../../../kernel/errors';

const MEBIBYTE = 1024 * 1024;
export const UPLOAD_BYTES = 64 * MEBIBYTE;

export function uploadTooLarge(): AppError {
  const limit = `${UPLOAD_BYTES / MEBIBYTE} MiB`;
  return new AppError('TOO_LARGE', `An upload may hold at most ${limit}. Send less, or split the file.`, [
    'body',
  ]);
}

export function emptyUpload(): AppError {
  return invalidInput(['body'], 'The upload is empty. Send the file as the body of the request.', 'empty');
}
