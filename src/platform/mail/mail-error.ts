/** Why mail does not leave now, in the operator's words and without anybody's address. */
export class MailError extends Error {
  override readonly name = 'MailError';
}
