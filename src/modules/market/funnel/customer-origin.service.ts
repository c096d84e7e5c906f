/** Keeps market's view of who came when and how: identity's events in, a row a customer out. */
import type { UnitOfWork } from '../../../platform/database';
import type { EventSubscriber, Projection } from '../../../platform/events';
import { CustomerOrigin } from './customer-origin.entity';

interface SignedUp {
  readonly channel?: string | null;
  readonly campaign?: string | null;
  readonly segment?: string | null;
}

export class CustomerOriginService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  readonly subscriber: EventSubscriber = {
    name: 'market.origins',
    types: ['customer.created'],
    handle: async (events) => {
      const rows = this.unitOfWork.repository(CustomerOrigin);
      for (const { subject, at, data } of events) {
        const { channel = null, campaign = null, segment = null } = data as SignedUp;
        await rows.upsert({ customerId: subject, signedUpAt: at, channel, campaign, segment }, [
          'customerId',
        ]);
      }
    },
  };

  readonly projection: Projection = {
    name: this.subscriber.name,
    tables: ['customer_origins'],
    holds: 'who signed up when, and by which channel',
  };
}
