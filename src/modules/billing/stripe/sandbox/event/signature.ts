/** Stripe's signature of a webhook: HMAC-SHA-256 over `time.body`, one `v1=` for every live secret. */
import { createHmac } from 'node:crypto';

export function signatureHeader(body: string, at: number, secrets: readonly string[]): string {
  const signatures = secrets.map((secret) =>
    createHmac('sha256', secret).update(`${at}.${body}`).digest('hex'),
  );
  return [`t=${at}`, ...signatures.map((signature) => `v1=${signature}`)].join(',');
}
