/** Endpoints of customers: where they are, what they are told of, and the secrets that sign what is sent there. */
import { randomBytes } from 'node:crypto';
import { IsNull } from 'typeorm';
import type { Clock } from '../../../kernel/clock';
import { type AppError, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { type Database, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { WebhookEvent } from './webhook-event';
import { endpointFault } from './webhook-address';
import { WebhookEndpoint } from './webhook-endpoint.entity';
import type { WebhookSecrets } from './webhook-secrets';
import { secretOf } from './webhook-signature';

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
  readonly clock: Clock;
  readonly secrets: WebhookSecrets;
  /** Whether private addresses may be named: for development. */
  readonly open: boolean;
}

export class WebhookService {
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
      const secrets = this.doors.secrets.seal(id, [secret]);
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
    const { database, events, secrets: sealed } = this.doors;
    const secret = secretOf(randomBytes(SECRET_BYTES));
    await database.unitOfWork.run(tenant(customerId), async () => {
      const { secrets } = await this.held(customerId, id);
      const live = [secret, ...sealed.open(id, secrets)].slice(0, LIVE_SECRETS);
      const endpoints = database.unitOfWork.repository(WebhookEndpoint);
      await endpoints.update({ customerId, id }, { secrets: sealed.seal(id, live) });
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
