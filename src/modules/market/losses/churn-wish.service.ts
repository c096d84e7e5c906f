/** Keeps why plans were to end: billing's orders in, a row each out. Whether a customer then left is told by the movements. */
import type { UnitOfWork } from '../../../platform/database';
import type { EventSubscriber, Projection } from '../../../platform/events';
import type { LossReason } from '../../billing';
import { ChurnWish } from './churn-wish.entity';

interface Placed {
  readonly kind: string;
  readonly reason?: LossReason | null;
}

export class ChurnWishService {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  readonly subscriber: EventSubscriber = {
    name: 'market.churn-wishes',
    types: ['plan-order.placed'],
    where: `data->>'kind' in ('CANCEL', 'END_UNPAID')`,
    handle: async (events) => {
      const rows = this.unitOfWork.repository(ChurnWish);
      for (const { customerId, at, data } of events) {
        const { kind, reason = null } = data as unknown as Placed;
        await rows.upsert({ customerId: customerId!, at, reason, unpaid: kind === 'END_UNPAID' }, [
          'customerId',
          'at',
        ]);
      }
    },
  };

  readonly projection: Projection = {
    name: this.subscriber.name,
    tables: ['churn_wishes'],
    holds: 'why plans were to end',
  };
}
