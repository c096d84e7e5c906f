/**
 * What a customer has sent by hand: a message once more, under the id that it had, so that a receiver which has it knows it
 * again; and a message to try an endpoint with. A message is sent once more only while what it tells of may still be told.
 */
import type { Clock } from '../../../kernel/clock';
import { type AppError, conflict, notFound } from '../../../kernel/errors';
import { type Database, tenant } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { CONSENT_NOW_SQL, ConsentPurpose } from '../../privacy';
import { PREDICTION_COMPLETED } from '../durable/prediction-events';
import type { WebhookDeliveries } from './webhook-delivery.service';
import { DeliveryStatus, WebhookDelivery, WebhookEndpoint } from './webhook-endpoint.entity';
import { WEBHOOK_EVENTS, WebhookEvent } from './webhook-event';

const TEST = 'webhook-endpoint.tested';

/** An answer is told of as long as it can be fetched, a person’s feedback as long as they agree to be contacted. */
const FORGOTTEN = `select case
    when $3 then not exists (select from predictions
      where customer_id = $1 and id = $2 and answer is not null and answer_until > $4)
    else $5::text is not null and not ${CONSENT_NOW_SQL('$1', '$5', ConsentPurpose.FEEDBACK_CONTACT)}
  end as forgotten`;

export interface ReplayDoors {
  readonly database: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly deliveries: Pick<WebhookDeliveries, 'put' | 'putAgain'>;
}

export class WebhookReplays {
  constructor(private readonly doors: ReplayDoors) {}

  /**
   * Sends a message once more. `refuse` throws for one that the caller may not have sent.
   * @throws AppError NOT_FOUND; CONFLICT while it is under way, where its endpoint is not told, or when what it tells of is forgotten.
   */
  async replay(customerId: string, id: string, refuse: (event: WebhookEvent | undefined) => void) {
    const { database, events, deliveries } = this.doors;
    const { unitOfWork } = database;
    await unitOfWork.run(tenant(customerId), async () => {
      const where = { customerId, id };
      const lock = { mode: 'pessimistic_write' } as const;
      // Of two that ask at once, the second finds it under way.
      const delivery = await unitOfWork.repository(WebhookDelivery).findOne({ where, lock });
      if (!delivery) throw notFound(['input', 'id']);
      refuse(WEBHOOK_EVENTS.get(delivery.type));
      if (delivery.status === DeliveryStatus.PENDING) throw underWay(id);
      await this.refuseUntold(customerId, delivery.endpointId, id);
      if (await this.isForgotten(delivery)) throw forgotten(id);
      await deliveries.putAgain(delivery);
      await events.emit({ type: 'webhook-delivery.replayed', customerId, subject: id });
    });
  }

  /** Sends a message that tells of nothing, once. Answers its id. @throws AppError NOT_FOUND, CONFLICT. */
  test(customerId: string, endpointId: string): Promise<string> {
    const { database, events, clock, deliveries } = this.doors;
    return database.unitOfWork.run(tenant(customerId), async () => {
      await this.refuseUntold(customerId, endpointId);
      const data = { subjectId: endpointId };
      const message = {
        customerId,
        endpointId,
        predictionId: null,
        data,
        type: TEST,
        createdAt: clock.now(),
      };
      const id = await deliveries.put(message, { once: true });
      await events.emit({ type: TEST, customerId, subject: endpointId });
      return id;
    });
  }

  /** @throws AppError unless the endpoint is told. @param deliveryId of the message that names it, else the caller does. */
  private async refuseUntold(customerId: string, id: string, deliveryId?: string): Promise<void> {
    const select = { id: true, enabled: true, removedAt: true };
    const where = { customerId, id };
    const endpoints = this.doors.database.unitOfWork.repository(WebhookEndpoint);
    const endpoint = await endpoints.findOne({ where, select });
    const isThere = endpoint !== null && endpoint.removedAt === null;
    if (!isThere && deliveryId === undefined) throw notFound(['input', 'id']);
    if (!isThere) throw removed(deliveryId!);
    if (!endpoint.enabled) throw switchedOff(deliveryId ?? id);
  }

  private async isForgotten({ customerId, predictionId, type, data }: WebhookDelivery): Promise<boolean> {
    const isAnswer = type === PREDICTION_COMPLETED;
    const event = WEBHOOK_EVENTS.get(type);
    const { endUserId = null } = data as { endUserId?: string | null };
    if (!isAnswer && event !== WebhookEvent.FEEDBACK_GIVER_TOLD) return false;
    const values = [customerId, predictionId, isAnswer, this.doors.clock.now(), endUserId];
    const [row] = await this.doors.database.unitOfWork.sql<{ forgotten: boolean }>(FORGOTTEN, values);
    return row!.forgotten;
  }
}

function underWay(id: string): AppError {
  const message = 'This message is under way already, and is tried again by itself. Wait until it has ended.';
  return conflict(message, ['input', 'id'], id);
}

function removed(id: string): AppError {
  const message =
    'The endpoint of this message was removed. Make a new one; it is told of what happens then.';
  return conflict(message, ['input', 'id'], id);
}

function switchedOff(id: string): AppError {
  return conflict('The endpoint is switched off. Switch it on first.', ['input', 'id'], id);
}

function forgotten(id: string): AppError {
  const message =
    'What this message tells of is forgotten, or may not be told any more. It is not sent again.';
  return conflict(message, ['input', 'id'], id);
}
