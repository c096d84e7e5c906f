/** Signatures as Standard Webhooks has them: any of its libraries verifies what is sent. Pure. */
import { createHmac } from 'node:crypto';

const PREFIX = 'whsec_';

/** A secret as it is shown, from 24–64 random bytes. */
export function secretOf(bytes: Uint8Array): string {
  return `${PREFIX}${Buffer.from(bytes).toString('base64')}`;
}

export interface SignedMessage {
  readonly id: string;
  readonly sentAt: Date;
  readonly body: string;
}

/** One signature a secret, so that a receiver may change over from the old one to the new one in its own time. */
export function signedHeaders(
  { id, sentAt, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Pauses before the next try, in seconds: about three days all in all. */
const PAUSES_S = [5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** When to try again after so many failures, in milliseconds, up to a fifth later; undefined = give up. */
export function retryPause(failures: number, random: () => number): number | undefined {
  const seconds = PAUSES_S[failures - 1];
  return seconds === undefined ? undefined : Math.round(seconds * 1000 * (1 + random() / 5));
}
