/** Whom the gateway talks to: Stripe when a key is configured, else the sandbox, which is started and stopped here. */
import type { FastifyInstance } from 'fastify';
import type { Platform } from '../../../platform/module';
import { createStripeSandbox, type StripeSandbox } from './sandbox';
import type { StripeAccess } from './stripe-gateway.service';
import { WEBHOOK_PATH } from './stripe-webhook.service';

export class StripeConnection {
  /** Stands in for Stripe without a key. */
  readonly sandbox: StripeSandbox | undefined;
  private readonly config: Platform['config']['stripe'];
  private readonly sandboxSecret: string;
  private http: FastifyInstance | undefined;
  private place: { host: string; port: number } | undefined;

  constructor({ config, crypto, database, clock, log }: Platform) {
    this.config = config.stripe;
    this.sandboxSecret = `whsec_${crypto.mac('stripe-sandbox', 'webhook')}`;
    if (config.stripe.kind === 'STRIPE') return;
    const webhookUrl = (): string | undefined =>
      this.http?.server.listening ? `${this.http.listeningOrigin}${WEBHOOK_PATH}` : undefined;
    const webhookSecret = this.sandboxSecret;
    this.sandbox = createStripeSandbox({ database, clock, crypto, log, webhookUrl, webhookSecret });
  }

  /** The server to which the sandbox brings its webhooks: over loopback, whatever the public URL is. */
  listensBehind(http: FastifyInstance): void {
    this.http = http;
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
