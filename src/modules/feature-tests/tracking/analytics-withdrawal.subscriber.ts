/**
 * Who says no to ANALYTICS takes along what they did and which variants they met: it was kept by that consent alone. That they were in a
 * test, and its sums, stay with the test, whose counts would be wrong otherwise (decision 338).
 */
import type { UnitOfWork } from '../../../platform/database';
import type { DomainEvent, EventSubscriber } from '../../../platform/events';
import { ConsentPurpose } from '../../privacy';

/** What happened since rests on a consent that was given since. */
const forgetIn = (table: string, at: string): string => `delete from ${table} as kept
  using unnest($1::text[], $2::text[], $3::timestamptz[]) as gone (customer_id, end_user_id, at)
  where kept.customer_id = gone.customer_id and kept.end_user_id = gone.end_user_id and kept.${at} <= gone.at`;
const FORGET = [forgetIn('metric_events', 'at'), forgetIn('feature_test_exposures', 'created_at')];

export class AnalyticsWithdrawalSubscriber implements EventSubscriber {
  readonly name = 'feature-tests.analytics-withdrawal';
  readonly types = ['consent.withdrawn'];
  readonly where = `data->>'purpose' = '${ConsentPurpose.ANALYTICS}'`;

  constructor(private readonly unitOfWork: UnitOfWork) {}

  async handle(events: readonly DomainEvent[]): Promise<void> {
    const gone = [
      events.map(({ customerId }) => customerId),
      events.map(({ data }) => data['endUserId']),
      events.map(({ at }) => at),
    ];
    for (const statement of FORGET) await this.unitOfWork.sql(statement, gone);
  }
}
