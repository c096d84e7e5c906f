/** The secrets of endpoints at rest: sealed, the newest first. */
import type { Crypto } from '../../../platform/crypto';

const PURPOSE = 'webhook-secrets';

export class WebhookSecrets {
  constructor(private readonly crypto: Crypto) {}

  seal(endpointId: string, secrets: readonly string[]): string {
    return this.crypto.seal(PURPOSE, JSON.stringify(secrets), contextOf(endpointId));
  }

  open(endpointId: string, sealed: string): string[] {
    return JSON.parse(this.crypto.open(PURPOSE, sealed, contextOf(endpointId)).toString()) as string[];
  }
}

function contextOf(endpointId: string): string {
  return `webhook_endpoints:${endpointId}:secrets`;
}
