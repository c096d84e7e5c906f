/** Whom the gateway talks to: Stripe when a key is configured, else the sandbox, which is started and stopped here. */
import type { Config } from '../../../platform/config';
import type { StripeAccess } from './stripe-gateway.service';

/** A Stripe-compatible server on loopback. */
export interface Sandbox {
  readonly apiKey: string;
  start(): Promise<{ host: string; port: number }>;
  stop(): Promise<void>;
}

export class StripeConnection {
  private readonly sandbox: Sandbox | undefined;
  private place: { host: string; port: number } | undefined;

  constructor(
    private readonly config: Config['stripe'],
    private readonly sandboxSecret: string,
    makeSandbox: (webhookSecret: string) => Sandbox,
  ) {
    if (config.kind === 'SANDBOX') this.sandbox = makeSandbox(sandboxSecret);
  }

  async start(): Promise<void> {
    this.place = await this.sandbox?.start();
  }

  async stop(): Promise<void> {
    await this.sandbox?.stop();
    this.place = undefined;
  }

  /** @throws Error before `start`, when nobody is there to talk to. */
  access(): StripeAccess {
    if (this.config.kind === 'STRIPE') {
      return { apiKey: this.config.secretKey, webhookSecret: this.config.webhookSecret };
    }
    if (!this.sandbox || !this.place) throw new Error('the sandbox of Stripe is not running');
    return { apiKey: this.sandbox.apiKey, webhookSecret: this.sandboxSecret, sandbox: this.place };
  }
}
