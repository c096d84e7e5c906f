/** A refusal that is told in its own words, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
