/**
 * Puts what happened before the endpoints that want to hear of it: a prediction before the one that it names, what happened
 * to a customer before those that asked for it. The messages are put down in the transaction in
 * which the event is marked as handled: each endpoint gets one, whatever crashes.
 */
import type { Database } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { type WebhookEvent, WEBHOOK_EVENTS } from './webhook-event';
import { PREDICTION_COMPLETED, PREDICTION_FAILED } from '../durable/prediction-events';
import type { WebhookDeliveries } from './webhook-delivery.service';

const NAMED = `select id, webhook_endpoint_id as "endpointId" from predictions
  where id = any($1) and webhook_endpoint_id is not null`;

const LISTENERS = `select customer_id as "customerId", id, events from webhook_endpoints
  where customer_id = any($1) and removed_at is null and enabled and events && $2`;

const OF_PREDICTIONS = [PREDICTION_COMPLETED, PREDICTION_FAILED];

interface Listener {
  readonly customerId: string;
  readonly id: string;
  readonly events: readonly WebhookEvent[];
}

export class WebhookNews {
  constructor(
    private readonly database: Database,
    private readonly deliveries: Pick<WebhookDeliveries, 'put'>,
  ) {}

  subscriber(): EventSubscriber {
    return {
      name: 'inference.webhook-news',
      types: [...WEBHOOK_EVENTS.keys(), ...OF_PREDICTIONS],
      handle: async (events) => {
        const [ofPredictions, others] = partition(events);
        if (ofPredictions.length > 0) await this.tellOfPredictions(ofPredictions);
        if (others.length > 0) await this.tell(others);
      },
    };
  }

  private async tellOfPredictions(events: readonly DomainEvent[]): Promise<void> {
    const ids = events.map(({ subject }) => subject);
    const rows = await this.database.unitOfWork.sql<{ id: string; endpointId: string }>(NAMED, [ids]);
    const endpoints = new Map(rows.map(({ id, endpointId }) => [id, endpointId]));
    for (const { customerId, type, subject: predictionId, at: createdAt } of events) {
      const endpointId = endpoints.get(predictionId);
      if (customerId !== null && endpointId !== undefined)
        await this.deliveries.put({
          customerId,
          endpointId,
          predictionId,
          type,
          data: { predictionId },
          createdAt,
        });
    }
  }

  private async tell(events: readonly DomainEvent[]): Promise<void> {
    const customers = [...new Set(events.flatMap(({ customerId }) => customerId ?? []))];
    const names = [...new Set(events.map(({ type }) => WEBHOOK_EVENTS.get(type)!))];
    const listeners = await this.database.unitOfWork.sql<Listener>(LISTENERS, [customers, names]);
    for (const { customerId, type, subject, data, at } of events)
      for (const listener of listeners)
        if (listener.customerId === customerId && listener.events.includes(WEBHOOK_EVENTS.get(type)!))
          await this.deliveries.put({
            customerId,
            endpointId: listener.id,
            predictionId: null,
            type,
            data: { ...data, subjectId: subject },
            createdAt: at,
          });
  }
}

/** Those of predictions, and the others. */
function partition(events: readonly DomainEvent[]): [DomainEvent[], DomainEvent[]] {
  const isOfPrediction = ({ type }: DomainEvent): boolean => OF_PREDICTIONS.includes(type);
  return [events.filter(isOfPrediction), events.filter((event) => !isOfPrediction(event))];
}
