/**
 * Messages to endpoints. One is put down in the transaction of what it tells, and sent by a job: at least once, signed by
 * every live secret of its endpoint, until it arrives or is given up. One job at a time is its next try: it names how often
 * the message was tried before, so that a job which is run again, because its process died on the way, does nothing.
 */
import { randomInt } from 'node:crypto';
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import { type Database, SERVICE } from '../../../platform/database';
import { type JobDefinition, JobPutOff, type Jobs } from '../../../platform/jobs';
import type { CustomerStanding } from '../../identity';
import { DeliveryTurns } from './delivery-turns';
import { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from './webhook-endpoint.entity';
import type { WebhookSecrets } from './webhook-secrets';
import type { WebhookSender } from './webhook-sender';
import { retryPause, signedHeaders } from './webhook-signature';

const JOB = 'inference.deliver-webhook';

const chance = (): number => randomInt(1_000_000) / 1_000_000;

interface DeliveryPayload {
  readonly customerId: string;
  readonly deliveryId: string;
  /** How often the message was tried before this job; absent in jobs of earlier releases. */
  readonly attempt?: number;
  /** How many of those failed since it was put down or asked for again. */
  readonly failures?: number;
  /** It is not tried again: somebody waits for the first answer. */
  readonly once?: boolean;
}

type NewMessage = Pick<
  WebhookDelivery,
  'customerId' | 'endpointId' | 'predictionId' | 'type' | 'data' | 'createdAt'
>;

export interface DeliveryDoors {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly secrets: WebhookSecrets;
  readonly sender: WebhookSender;
  readonly customers: Pick<CustomerStanding, 'isOpen'>;
}

export class WebhookDeliveries {
  private readonly turns = new DeliveryTurns();

  constructor(private readonly doors: DeliveryDoors) {}

  /** Puts a message down, to be sent; in the open unit of work. Answers its id. */
  async put(message: NewMessage, { once }: Pick<DeliveryPayload, 'once'> = {}): Promise<string> {
    const { database, clock } = this.doors;
    const id = newId('whd', clock.now());
    await database.unitOfWork
      .repository(WebhookDelivery)
      .insert({ ...message, id, status: DeliveryStatus.PENDING });
    await this.order({ customerId: message.customerId, deliveryId: id, attempt: 0, failures: 0, once });
    return id;
  }

  /** Has one that has ended sent again, as if it were new; in the open unit of work, which holds it. */
  async putAgain({
    customerId,
    id,
    attempts,
  }: Pick<WebhookDelivery, 'customerId' | 'id' | 'attempts'>): Promise<void> {
    await this.doors.database.unitOfWork
      .repository(WebhookDelivery)
      .update({ customerId, id }, { status: DeliveryStatus.PENDING, failure: null, finishedAt: null });
    await this.order({ customerId, deliveryId: id, attempt: attempts, failures: 0 });
  }

  jobs(): JobDefinition<DeliveryPayload> {
    return {
      kind: JOB,
      waitsOutside: true,
      run: async (payload, { signal }) => {
        const turn = this.turns.take(payload.customerId);
        if ('againInMs' in turn) throw new JobPutOff(turn.againInMs);
        try {
          await this.deliver(payload, signal);
        } finally {
          turn.end();
        }
      },
      abandon: async ({ message }, payload) => {
        const open = payload && (await this.open(payload));
        if (open) await this.settle(open.delivery, message, undefined);
      },
    };
  }

  private async order(payload: Required<Pick<DeliveryPayload, 'attempt'>> & DeliveryPayload, runAt?: Date) {
    await this.doors.jobs.enqueue(JOB, payload, { customerId: payload.customerId, runAt });
  }

  private async deliver(payload: DeliveryPayload, signal: AbortSignal): Promise<void> {
    const { database, clock, sender, secrets } = this.doors;
    const found = await database.unitOfWork.run(SERVICE, () => this.open(payload));
    if (!found) return;
    const { delivery, endpoint } = found;
    if (!this.doors.customers.isOpen(payload.customerId))
      return this.settle(delivery, 'The account was closed.', undefined);
    if (endpoint.removedAt !== null) return this.settle(delivery, 'The endpoint was removed.', undefined);
    const message = { id: delivery.id, sentAt: clock.now(), body: bodyOf(delivery) };
    const headers = signedHeaders(message, secrets.open(endpoint.id, endpoint.secrets));
    const failure = endpoint.enabled
      ? await sender.send({ url: endpoint.url, headers, body: message.body, signal })
      : 'The endpoint is switched off.';
    const failures = (payload.failures ?? delivery.attempts) + 1;
    const pauseMs = failure === undefined || payload.once ? undefined : retryPause(failures, chance);
    await this.settle(delivery, failure, pauseMs === undefined ? undefined : { failures, pauseMs });
  }

  /** Writes down what a try came to, unless another run of its job did so: of both one goes on. */
  private async settle(
    { customerId, id, attempts }: WebhookDelivery,
    failure: string | undefined,
    next: { readonly failures: number; readonly pauseMs: number } | undefined,
  ): Promise<void> {
    const { database, clock } = this.doors;
    const { unitOfWork } = database;
    const attempt = attempts + 1;
    await unitOfWork.run(SERVICE, async () => {
      const now = clock.now();
      const ended = failure === undefined ? DeliveryStatus.DELIVERED : DeliveryStatus.FAILED;
      const { affected } = await unitOfWork.repository(WebhookDelivery).update(
        { customerId, id, status: DeliveryStatus.PENDING, attempts },
        {
          status: next ? DeliveryStatus.PENDING : ended,
          attempts: attempt,
          failure: failure ?? null,
          finishedAt: next ? null : now,
        },
      );
      if (!affected || !next) return;
      const { failures, pauseMs } = next;
      const payload = { customerId, deliveryId: id, attempt, failures };
      await this.order(payload, new Date(now.getTime() + pauseMs));
    });
  }

  /** What a job is to send, and where; undefined when its try was made, or the message has ended. */
  private async open({ customerId, deliveryId: id, attempt }: DeliveryPayload) {
    const { unitOfWork } = this.doors.database;
    const delivery = await unitOfWork.repository(WebhookDelivery).findOneBy({ customerId, id });
    if (delivery?.status !== DeliveryStatus.PENDING) return undefined;
    if (attempt !== undefined && attempt !== delivery.attempts) return undefined;
    const where = { customerId, id: delivery.endpointId };
    const select = { id: true, url: true, enabled: true, secrets: true, removedAt: true };
    const endpoint = await unitOfWork.repository(WebhookEndpoint).findOneOrFail({ where, select });
    return { delivery, endpoint };
  }
}

/** Thin on purpose: ids and figures, so that nothing personal lies in logs on the way; what was answered is fetched by id. */
function bodyOf({ type, createdAt, data }: WebhookDelivery): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
}
