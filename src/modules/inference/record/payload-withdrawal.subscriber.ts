/** Who says no to the purpose by which payloads are kept takes along what their predictions were about: not only out of reach, but gone. */
import type { UnitOfWork } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { PAYLOAD_PURPOSE } from './inference.repository';
import { PAYLOAD_LIFETIME_MS } from './payload.service';

/** What was asked since rests on a consent that was given since. What is older than payloads live is not looked through. */
const FORGET = `update inferences set payload = null, payload_until = null
  where customer_id = $1 and end_user_id = $2 and created_at > $3 and created_at <= $4 and payload is not null`;
/** A payload is kept from when its answer was written, a little after it was asked. */
const SLACK_MS = 24 * 3_600_000;

export class PayloadWithdrawalSubscriber implements EventSubscriber {
  readonly name = 'inference.payload-withdrawal';
  readonly types = ['consent.withdrawn'];
  readonly where = `data->>'purpose' = '${PAYLOAD_PURPOSE}'`;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    for (const { customerId, data, at } of events) {
      const from = new Date(at.getTime() - PAYLOAD_LIFETIME_MS - SLACK_MS);
      await this.unitOfWork.sql(FORGET, [customerId, data['endUserId'], from, at]);
    }
  }
}
