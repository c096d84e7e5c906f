/** What a key service refused, in the words of whoever runs the product: which service, what it said, what to do. It names no key. */
export class KeyServiceError extends Error {
  override readonly name = 'KeyServiceError';

  constructor(
    message: string,
    /** It did not answer, or asked to come back: another time it may. Otherwise somebody has to mend something. */
    readonly isPassing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
