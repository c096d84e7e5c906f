/**
 * Whom the gateway talks to: Stripe when a key is configured, else the sandbox, which is started and stopped here. The
 * sandbox's pages are served under the product's own address, so that they are reached wherever the product is, and a
 * page that is open stays where it is when the product starts again.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../../../platform/module';
import { createStripeSandbox, type StripeSandbox } from './sandbox';
import type { StripeAccess } from './stripe-client';
import { WEBHOOK_PATH } from './stripe-webhook.service';

const PAGES_PATH = '/stripe-sandbox';

export class StripeConnection {
  /** Stands in for Stripe without a key. */
  readonly sandbox: StripeSandbox | undefined;
  private readonly config: Platform['config']['stripe'];
  private readonly isTaxed: boolean;
  private readonly sandboxSecret: string;
  private http: FastifyInstance | undefined;
  private place: { host: string; port: number } | undefined;

  constructor(
    { config, crypto, database, clock, log }: Platform,
    private readonly publicUrl: () => string,
  ) {
    this.config = config.stripe;
    this.isTaxed = config.stripeTax;
    this.sandboxSecret = `whsec_${crypto.mac('stripe-sandbox', 'webhook')}`;
    if (config.stripe.kind === 'STRIPE') return;
    const webhookUrl = (): string | undefined =>
      this.http?.server.listening ? `${this.http.listeningOrigin}${WEBHOOK_PATH}` : undefined;
    const webhookSecret = this.sandboxSecret;
    const pageAddress = (): string | undefined =>
      config.publicUrl || this.http?.server.listening ? `${this.publicUrl()}${PAGES_PATH}` : undefined;
    this.sandbox = createStripeSandbox({
      database,
      clock,
      crypto,
      log,
      webhookUrl,
      webhookSecret,
      pageAddress,
    });
  }

  /**
   * The server to which the sandbox brings its webhooks, over loopback, whatever the public URL is, and by which
   * browsers come to its pages.
   */
  async route(http: FastifyInstance): Promise<void> {
    this.http = http;
    const { sandbox } = this;
    if (!sandbox) return;
    await http.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      const show = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        const path = `/${(request.params as { '*': string })['*']}`;
        const form = request.method === 'POST' ? String(request.body ?? '') : undefined;
        const page = await sandbox.page(path, form);
        if (page) return reply.code(page.status).headers(page.headers).send(page.body);
        reply.callNotFound();
        return reply;
      };
      scope.get(`${PAGES_PATH}/*`, show);
      scope.post(`${PAGES_PATH}/*`, show);
    });
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
    const { isTaxed } = this;
    if (this.config.kind === 'STRIPE') {
      return { apiKey: this.config.secretKey, webhookSecret: this.config.webhookSecret, isTaxed };
    }
    if (!this.sandbox || !this.place) throw new Error('the sandbox of Stripe is not running');
    return { apiKey: this.sandbox.apiKey, webhookSecret: this.sandboxSecret, isTaxed, sandbox: this.place };
  }
}
