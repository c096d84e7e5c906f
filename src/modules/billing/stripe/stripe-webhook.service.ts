/**
 * What Stripe tells us is stored first and answered then; the work is a job. The words of an event are trusted by
 * nobody: it only says whose mirror to bring up to date, so twice, late and out of order all end in the right state.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../kernel/clock';
import { AppError, notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import type { Metrics } from '../../../platform/metrics';
import type { RenewalNoticeService } from '../subscription/renewal-notice.service';
import { isFinal, isOfKey } from './stripe-failure';
import type { VerifiedEvent, StripeGateway } from './stripe-gateway';
import { StripeInbox } from './stripe-inbox';

export const WEBHOOK_PATH = '/webhooks/stripe';

const BODY_LIMIT = 1024 * 1024;
/** Tries over some six hours; what cannot be dealt with by then is parked. */
const ATTEMPTS = 10;

export interface SyncJob {
  readonly stripeCustomerId: string;
}

type StoredEvent = Pick<VerifiedEvent, 'type' | 'stripeCustomerId' | 'occurredAt'>;

/** A renewal comes: some days before a period ends, Stripe says what it will cost. */
const UPCOMING = 'invoice.upcoming';

export class StripeWebhookService {
  private readonly received;
  private readonly parked;
  private readonly inbox: StripeInbox;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    private readonly log: Log,
    metrics: Metrics,
    private readonly gateway: StripeGateway,
    private readonly sync: (stripeCustomerId: string) => Promise<string | null>,
    private readonly renewals: Pick<RenewalNoticeService, 'order'>,
  ) {
    this.received = metrics.counter('stripe_webhooks', 'Webhooks from Stripe, by outcome.', ['outcome']);
    this.inbox = new StripeInbox(database, events, clock, (fresh) => this.follow(fresh));
    this.parked = metrics.counter(
      'stripe_events_parked',
      'Webhooks from Stripe that could not be dealt with.',
    );
  }

  readonly job: JobDefinition<SyncJob> = {
    kind: 'billing.sync-customer',
    maxAttempts: ATTEMPTS,
    queue: ({ stripeCustomerId }) => `stripe:${stripeCustomerId}`,
    run: async ({ stripeCustomerId }, { attempt }) => {
      try {
        await this.sync(stripeCustomerId);
      } catch (error) {
        if ((!isFinal(error) || isOfKey(error)) && attempt < ATTEMPTS) throw error;
        await this.park(stripeCustomerId, error);
      }
    },
  };

  /** A parked event, or any other one, is dealt with once more. @throws AppError NOT_FOUND. */
  async replay(id: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const [event] = await unitOfWork.sql<StoredEvent>(
        `update stripe_inbox set parked_at = null, failure = null where id = $1
         returning type, stripe_customer_id as "stripeCustomerId", occurred_at as "occurredAt"`,
        [id],
      );
      if (!event) throw notFound(['input', 'id']);
      await this.events.emit({ type: 'stripe-event.replayed', subject: id });
      await this.follow([event]);
    });
  }

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
    let event: VerifiedEvent;
    try {
      const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      event = await this.gateway.verifyEvent(raw, String(headers['stripe-signature'] ?? ''));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.received.inc({ outcome: 'refused' });
      this.log.warn({ reason: error.message }, 'a webhook was refused');
      return reply.code(400).send({ code: error.code, message: error.message });
    }
    const stored = await this.inbox.store(event);
    this.received.inc({ outcome: stored ? 'stored' : 'known' });
    return reply.code(200).send({ received: true });
  }

  /** Whoever is concerned is brought up to date; of a renewal that comes the customer is told, too. */
  private async follow(events: readonly StoredEvent[]): Promise<void> {
    const concerned = events.flatMap(({ stripeCustomerId }) => stripeCustomerId ?? []);
    await this.enqueueAll([...new Set(concerned)].sort());
    for (const { type, stripeCustomerId, occurredAt } of events)
      if (type === UPCOMING && stripeCustomerId !== null)
        await this.renewals.order({ stripeCustomerId, announcedAt: occurredAt });
  }

  /** A job that waits already begins after this commit, and hears what is stored by then. */
  private async enqueueAll(stripeCustomerIds: readonly string[]): Promise<void> {
    if (stripeCustomerIds.length === 0) return;
    const waiting = await this.database.unitOfWork.sql<{ key: string }>(
      `select key from jobs where kind = $1 and key = any($2) and status = 'QUEUED' order by key for update skip locked`,
      [this.job.kind, stripeCustomerIds],
    );
    const known = new Set(waiting.map(({ key }) => key));
    for (const stripeCustomerId of stripeCustomerIds)
      if (!known.has(stripeCustomerId))
        await this.jobs.enqueue<SyncJob>(this.job.kind, { stripeCustomerId }, { jobKey: stripeCustomerId });
  }

  /** What nobody can deal with waits where staff sees it; the next reading that is written takes it out again. */
  private async park(stripeCustomerId: string, error: unknown): Promise<void> {
    this.log.error({ error, stripeCustomerId }, 'webhooks of Stripe were parked: stripeEvents lists them');
    const failure = error instanceof Error ? error.message : String(error);
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      const parked = await unitOfWork.sql<{ id: string }>(
        `update stripe_inbox set parked_at = $2, failure = $3
         where stripe_customer_id = $1 and handled_at is null and parked_at is null returning id`,
        [stripeCustomerId, this.clock.now(), failure.slice(0, LONGEST_FAILURE)],
      );
      this.parked.inc(parked.length);
      for (const { id } of parked) await this.events.emit({ type: 'stripe-event.parked', subject: id });
    });
  }
}

const LONGEST_FAILURE = 500;
