/**
 * What somebody did and which variants they met, forgotten when they say no to ANALYTICS. That they were in a test, and its sums,
 * stay with the test, whose counts would be wrong otherwise (decision 338).
 */
import type { UnitOfWork } from '../../../platform/database';
import { ConsentPurpose, WITHDRAWN_SQL, WithdrawalSubscriber } from '../../privacy';

const PURPOSE = ConsentPurpose.ANALYTICS;
const forgetIn = (table: string, at: string): string =>
  `delete from ${table} where customer_id = $1 and end_user_id = $2 and ${WITHDRAWN_SQL('$1', '$2', PURPOSE, at, '$3')}`;
const FORGET = [forgetIn('metric_events', 'at'), forgetIn('feature_test_exposures', 'created_at')];

export const analyticsWithdrawal = (unitOfWork: UnitOfWork): WithdrawalSubscriber =>
  new WithdrawalSubscriber('feature-tests.analytics-withdrawal', PURPOSE, async (withdrawal) => {
    const { customerId, endUserId, at } = withdrawal;
    for (const statement of FORGET) await unitOfWork.sql(statement, [customerId, endUserId, at]);
  });
