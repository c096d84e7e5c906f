/**
 * Puts what happened to a customer before the endpoints that asked for it. The messages are put down in the transaction in
 * which the event is marked as handled: each endpoint gets one, whatever crashes.
 */
import type { Database } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { type WebhookEvent, WEBHOOK_EVENTS } from './webhook-event';
import type { WebhookService } from './webhook.service';

const LISTENERS = `select customer_id as "customerId", id, events from webhook_endpoints
  where customer_id = any($1) and removed_at is null and events && $2`;

interface Listener {
  readonly customerId: string;
  readonly id: string;
  readonly events: readonly WebhookEvent[];
}

export class WebhookNews {
  constructor(
    private readonly database: Database,
    private readonly webhooks: Pick<WebhookService, 'put'>,
  ) {}

  subscriber(): EventSubscriber {
    return {
      name: 'inference.webhook-news',
      types: [...WEBHOOK_EVENTS.keys()],
      handle: async (events) => this.tell(events),
    };
  }

  private async tell(events: readonly DomainEvent[]): Promise<void> {
    const customers = [...new Set(events.flatMap(({ customerId }) => customerId ?? []))];
    const names = [...new Set(events.map(({ type }) => WEBHOOK_EVENTS.get(type)!))];
    const listeners = await this.database.unitOfWork.sql<Listener>(LISTENERS, [customers, names]);
    for (const { customerId, type, subject, data, at } of events)
      for (const listener of listeners)
        if (listener.customerId === customerId && listener.events.includes(WEBHOOK_EVENTS.get(type)!))
          await this.webhooks.put({
            customerId,
            endpointId: listener.id,
            predictionId: null,
            type,
            data: { ...data, subjectId: subject },
            createdAt: at,
          });
  }
}
