/**
 * What Stripe tells us is stored first and answered then; the work is a job. The words of an event are trusted by
 * nobody: it only says whose mirror to bring up to date, so twice, late and out of order all end in the right state.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { Metrics } from '../../../platform/metrics';
import type { StripeEvent, StripeGateway } from './stripe-gateway';

export const WEBHOOK_PATH = '/webhooks/stripe';

const BODY_LIMIT = 1024 * 1024;

export interface SyncJob {
  readonly stripeCustomerId: string;
}

export class StripeWebhookService {
  private readonly received;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
    private readonly gateway: StripeGateway,
    private readonly sync: (stripeCustomerId: string) => Promise<string | null>,
  ) {
    this.received = metrics.counter('stripe_webhooks', 'Webhooks from Stripe, by outcome.', ['outcome']);
  }

  readonly job: JobDefinition<SyncJob> = {
    kind: 'billing.sync-customer',
    maxAttempts: 10,
    queue: ({ stripeCustomerId }) => `stripe:${stripeCustomerId}`,
    run: async ({ stripeCustomerId }) => {
      await this.sync(stripeCustomerId);
    },
  };

  /** The route, in a scope of its own: the signature is made over the raw bytes of the body. */
  async route(http: FastifyInstance): Promise<void> {
    await http.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
        done(null, body),
      );
      scope.post(WEBHOOK_PATH, (request, reply) => this.receive(request, reply));
    });
  }

  private async receive({ body, headers }: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let event: StripeEvent;
    try {
      const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      event = await this.gateway.verifyEvent(raw, String(headers['stripe-signature'] ?? ''));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.received.inc({ outcome: 'refused' });
      this.log.warn({ reason: error.message }, 'a webhook was refused');
      return reply.code(400).send({ code: error.code, message: error.message });
    }
    const stored = await this.store(event);
    this.received.inc({ outcome: stored ? 'stored' : 'known' });
    return reply.code(200).send({ received: true });
  }

  /** False for an event that was stored before. */
  private store({ eventId, type, stripeCustomerId, occurredAt }: StripeEvent): Promise<boolean> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const [stored] = await unitOfWork.sql<{ event_id: string }>(
        `insert into stripe_inbox (event_id, type, stripe_customer_id, occurred_at, received_at)
         values ($1, $2, $3, $4, $5) on conflict do nothing returning event_id`,
        [eventId, type, stripeCustomerId, occurredAt, this.clock.now()],
      );
      if (!stored) return false;
      await this.events.emit({ type: 'stripe-event.received', subject: eventId, data: { type } });
      if (stripeCustomerId) {
        await this.jobs.enqueue<SyncJob>(this.job.kind, { stripeCustomerId }, { jobKey: stripeCustomerId });
      }
      return true;
    });
  }
}
