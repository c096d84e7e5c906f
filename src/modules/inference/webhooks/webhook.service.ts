/**
 * Endpoints of customers, and the messages to them. A message is put down in the transaction of what it tells, and sent
 * by a job: at least once, signed by every live secret of its endpoint, until it arrives or is given up.
 */
import { randomBytes, randomInt } from 'node:crypto';
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { type AppError, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { type JobDefinition, JobPutOff, type Jobs } from '../../../platform/jobs';
import { DeliveryTurns } from './delivery-turns';
import type { WebhookEvent } from './webhook-event';
import { endpointFault } from './webhook-address';
import { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from './webhook-endpoint.entity';
import type { WebhookSender } from './webhook-sender';
import { retryPause, secretOf, signedHeaders } from './webhook-signature';

const JOB = 'inference.deliver-webhook';
const PURPOSE = 'webhook-secrets';
const SECRET_BYTES = 32;
/** The newest and the one before: a receiver changes over between two rotations. */
const LIVE_SECRETS = 2;
/** Everything that happens to a customer is put down once for each of them, in the turn of all customers' news. */
const MOST_ENDPOINTS = 20;

const HELD = {
  customerId: true,
  id: true,
  url: true,
  events: true,
  description: true,
  enabled: true,
  version: true,
  secrets: true,
  removedAt: true,
} as const;

const chance = (): number => randomInt(1_000_000) / 1_000_000;

interface DeliveryPayload {
  readonly customerId: string;
  readonly deliveryId: string;
}

type NewMessage = Pick<
  WebhookDelivery,
  'customerId' | 'endpointId' | 'predictionId' | 'type' | 'data' | 'createdAt'
>;

/** Where an endpoint is, what it is told of, and what is said of it. */
export interface EndpointWish {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly description?: string | null;
}

/** What is absent stays; only the description can be cleared, by null. */
export interface EndpointChange {
  readonly url?: string | null;
  readonly events?: readonly WebhookEvent[] | null;
  readonly description?: string | null;
  readonly enabled?: boolean | null;
  readonly expectedVersion?: number | null;
}

type Told = Pick<WebhookEndpoint, 'url' | 'events' | 'description' | 'enabled'>;

export interface WebhookDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly sender: WebhookSender;
  /** Whether private addresses may be named: for development. */
  readonly open: boolean;
}

export class WebhookService {
  private readonly turns = new DeliveryTurns();

  constructor(private readonly doors: WebhookDoors) {}

  /**
   * Answers the id and the secret, which is shown this once.
   * @throws AppError INVALID_INPUT for a URL that is not called, CONFLICT for one endpoint too many.
   */
  async createEndpoint(
    customerId: string,
    { url, events: asked, description = null }: EndpointWish,
  ): Promise<{ id: string; secret: string }> {
    const { database, events, clock } = this.doors;
    this.refuseWrongUrl(url);
    const secret = secretOf(randomBytes(SECRET_BYTES));
    return database.unitOfWork.run(tenant(customerId), async () => {
      await database.unitOfWork.takeTurn(`webhook endpoints ${customerId}`);
      const endpoints = database.unitOfWork.repository(WebhookEndpoint);
      if ((await endpoints.countBy({ customerId, removedAt: IsNull() })) >= MOST_ENDPOINTS)
        throw oneEndpointTooMany();
      const createdAt = clock.now();
      const id = newId('whe', createdAt);
      const secrets = this.seal(id, [secret]);
      const after = { url, events: [...new Set(asked)], description };
      await endpoints.insert({ ...after, customerId, id, secrets, createdAt });
      await events.emit({ type: 'webhook-endpoint.created', customerId, subject: id, after });
      return { id, secret };
    });
  }

  /**
   * Changes what is named. `refuse` throws for an endpoint that the caller may not leave behind so.
   * @throws AppError NOT_FOUND, INVALID_INPUT for a URL that is not called, CONFLICT when it was changed meanwhile.
   */
  async updateEndpoint(
    customerId: string,
    id: string,
    { expectedVersion, ...change }: EndpointChange,
    refuse: (after: Told) => void,
  ): Promise<void> {
    const { database, events } = this.doors;
    await database.unitOfWork.run(tenant(customerId), async () => {
      const { version, ...endpoint } = await this.held(customerId, id, ['id']);
      if (typeof expectedVersion === 'number' && expectedVersion !== version)
        throw changedMeanwhile(id, version);
      const before = toldOf(endpoint);
      const after = changed(before, change);
      refuse(after);
      if (after.url !== before.url) this.refuseWrongUrl(after.url);
      const endpoints = database.unitOfWork.repository(WebhookEndpoint);
      await endpoints.update({ customerId, id }, { ...after, version: version + 1 });
      await events.emit({ type: 'webhook-endpoint.updated', customerId, subject: id, before, after });
    });
  }

  /** A new secret signs from now on, and the one before it until the next rotation. */
  async rotateSecret(customerId: string, id: string): Promise<string> {
    const { database, events } = this.doors;
    const secret = secretOf(randomBytes(SECRET_BYTES));
    await database.unitOfWork.run(tenant(customerId), async () => {
      const { secrets } = await this.held(customerId, id);
      const live = [secret, ...this.open(id, secrets)].slice(0, LIVE_SECRETS);
      const endpoints = database.unitOfWork.repository(WebhookEndpoint);
      await endpoints.update({ customerId, id }, { secrets: this.seal(id, live) });
      await events.emit({ type: 'webhook-endpoint.rotated', customerId, subject: id });
    });
    return secret;
  }

  async removeEndpoint(customerId: string, id: string): Promise<void> {
    const { database, events, clock } = this.doors;
    await database.unitOfWork.run(tenant(customerId), async () => {
      await this.held(customerId, id);
      const endpoints = database.unitOfWork.repository(WebhookEndpoint);
      await endpoints.update({ customerId, id }, { removedAt: clock.now() });
      await events.emit({ type: 'webhook-endpoint.removed', customerId, subject: id });
    });
  }

  /** Puts a message down, to be sent; in the open unit of work. */
  async put(message: NewMessage): Promise<void> {
    const { database, clock, jobs } = this.doors;
    const id = newId('whd', clock.now());
    await database.unitOfWork
      .repository(WebhookDelivery)
      .insert({ ...message, id, status: DeliveryStatus.PENDING });
    const { customerId } = message;
    const payload: DeliveryPayload = { customerId, deliveryId: id };
    await jobs.enqueue(JOB, payload, { customerId });
  }

  deliveries(): JobDefinition<DeliveryPayload> {
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
        const open = payload && (await this.delivery(payload.customerId, payload.deliveryId));
        if (open) await this.settle(open.delivery, message, undefined);
      },
    };
  }

  private async deliver({ customerId, deliveryId }: DeliveryPayload, signal: AbortSignal): Promise<void> {
    const { database, clock, sender } = this.doors;
    const found = await database.unitOfWork.run(SERVICE, () => this.delivery(customerId, deliveryId));
    if (!found) return;
    const { delivery, endpoint } = found;
    if (endpoint.removedAt !== null) return this.settle(delivery, 'The endpoint was removed.', undefined);
    const body = bodyOf(delivery);
    const message = { id: deliveryId, sentAt: clock.now(), body };
    const headers = signedHeaders(message, this.open(endpoint.id, endpoint.secrets));
    const failure = endpoint.enabled
      ? await sender.send({ url: endpoint.url, headers, body, signal })
      : 'The endpoint is switched off.';
    await this.settle(delivery, failure, failure && retryPause(delivery.attempts + 1, chance));
  }

  private async settle(
    delivery: WebhookDelivery,
    failure: string | undefined,
    pauseMs: number | '' | undefined,
  ) {
    const { database, clock, jobs } = this.doors;
    const { customerId, id } = delivery;
    const { unitOfWork } = database;
    await unitOfWork.run(SERVICE, async () => {
      const now = clock.now();
      const retries = typeof pauseMs === 'number';
      const ended = failure === undefined ? DeliveryStatus.DELIVERED : DeliveryStatus.FAILED;
      await unitOfWork.repository(WebhookDelivery).update(
        { customerId, id, status: DeliveryStatus.PENDING },
        {
          status: retries ? DeliveryStatus.PENDING : ended,
          attempts: delivery.attempts + 1,
          failure: failure ?? null,
          finishedAt: retries ? null : now,
        },
      );
      if (!retries) return;
      const payload: DeliveryPayload = { customerId, deliveryId: id };
      await jobs.enqueue(JOB, payload, { customerId, runAt: new Date(now.getTime() + pauseMs) });
    });
  }

  private async delivery(customerId: string, id: string) {
    const { unitOfWork } = this.doors.database;
    const delivery = await unitOfWork.repository(WebhookDelivery).findOneBy({ customerId, id });
    if (delivery?.status !== DeliveryStatus.PENDING) return undefined;
    const where = { customerId, id: delivery.endpointId };
    const select = { id: true, url: true, enabled: true, secrets: true, removedAt: true };
    const endpoint = await unitOfWork.repository(WebhookEndpoint).findOneOrFail({ where, select });
    return { delivery, endpoint };
  }

  /** One that is there, held until the end of the unit of work: no change of it is lost to another. */
  private async held(customerId: string, id: string, path = ['input', 'id']): Promise<WebhookEndpoint> {
    const endpoint = await this.doors.database.unitOfWork.repository(WebhookEndpoint).findOne({
      where: { customerId, id },
      select: HELD,
      lock: { mode: 'pessimistic_write' },
    });
    if (!endpoint || endpoint.removedAt !== null) throw notFound(path);
    return endpoint;
  }

  private refuseWrongUrl(url: string): void {
    const fault = endpointFault(url, this.doors.open);
    if (fault) throw invalidInput(['input', 'url'], fault, 'url');
  }

  private seal(id: string, secrets: readonly string[]): string {
    return this.doors.crypto.seal(PURPOSE, JSON.stringify(secrets), `webhook_endpoints:${id}:secrets`);
  }

  private open(id: string, sealed: string): string[] {
    const text = this.doors.crypto.open(PURPOSE, sealed, `webhook_endpoints:${id}:secrets`).toString();
    return JSON.parse(text) as string[];
  }
}

/** Thin on purpose: ids and figures, so that nothing personal lies in logs on the way; what was answered is fetched by id. */
function bodyOf({ type, createdAt, data }: WebhookDelivery): string {
  return JSON.stringify({ type, timestamp: createdAt.toISOString(), data });
}

const toldOf = ({ url, events, description, enabled }: Told): Told => ({ url, events, description, enabled });

function changed(before: Told, { url, events, description, enabled }: EndpointChange): Told {
  return {
    url: url ?? before.url,
    events: events ? [...new Set(events)] : before.events,
    description: description === undefined ? before.description : description,
    enabled: enabled ?? before.enabled,
  };
}

function oneEndpointTooMany(): AppError {
  const message = `A customer has at most ${MOST_ENDPOINTS} endpoints. Remove one that is not needed any more, or change it.`;
  return conflict(message, ['input']);
}

function changedMeanwhile(id: string, version: number): AppError {
  const message = `The endpoint is at version ${version} now. Look at it again and decide anew.`;
  return conflict(message, ['input', 'expectedVersion'], id);
}
