/**
 * What a store of blobs that is not on this machine answers when it does not do what it should, in the words of whoever runs it:
 * which bucket, what it said, what to do. It names no key; callers of the product are told less.
 */
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
