/**
 * What a store of blobs does not do that it should, in the words of whoever runs it:
 * which bucket, what it said, what to do. It names no key; callers of the product are told less.
 */
import { AppError } from '../../kernel/errors';

export class BlobStoreError extends Error {
  override readonly name = 'BlobStoreError';

  constructor(
    message: string,
    /** It did not answer, or asked to come back: another time it may. Otherwise somebody has to mend something. */
    readonly isPassing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Whether the store is away, so that it may be there another time. */
export function isAway(error: unknown): boolean {
  return error instanceof BlobStoreError && error.isPassing;
}

/** What a caller is told of it; undefined for any other error. */
export function blobStoreFailure(error: unknown): AppError | undefined {
  if (!(error instanceof BlobStoreError)) return undefined;
  return new AppError(
    'UPSTREAM_FAILED',
    'What is stored cannot be reached at the moment, and nothing was changed. Send the request again; if it stays so, tell the operator.',
  );
}
