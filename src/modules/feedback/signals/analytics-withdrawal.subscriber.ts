/** Who says no to ANALYTICS takes along what was watched of them: it was kept by that consent alone. */
import type { UnitOfWork } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { ConsentPurpose } from '../../privacy';

/** What was told since rests on a consent that was given since. */
const FORGET = `delete from feedback_signals as kept
  using unnest($1::text[], $2::text[], $3::timestamptz[]) as gone (customer_id, end_user_id, at)
  where kept.customer_id = gone.customer_id and kept.end_user_id = gone.end_user_id and kept.last_at <= gone.at`;

export class AnalyticsWithdrawalSubscriber implements EventSubscriber {
  readonly name = 'feedback.analytics-withdrawal';
  readonly types = ['consent.withdrawn'];
  readonly where = `data->>'purpose' = '${ConsentPurpose.ANALYTICS}'`;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    await this.unitOfWork.sql(FORGET, [
      events.map(({ customerId }) => customerId),
      events.map(({ data }) => data['endUserId']),
      events.map(({ at }) => at),
    ]);
  }
}
