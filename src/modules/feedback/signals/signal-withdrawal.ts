/** What was watched of somebody, forgotten when they say no to ANALYTICS. */
import type { UnitOfWork } from '../../../platform/database';
import { ConsentPurpose, WITHDRAWN_SQL, WithdrawalSubscriber } from '../../privacy';

const PURPOSE = ConsentPurpose.ANALYTICS;
const FORGET = `delete from feedback_signals where customer_id = $1 and end_user_id = $2
  and ${WITHDRAWN_SQL('$1', '$2', PURPOSE, 'last_at', '$3')}`;

export const signalWithdrawal = (unitOfWork: UnitOfWork): WithdrawalSubscriber =>
  new WithdrawalSubscriber('feedback.analytics-withdrawal', PURPOSE, async (withdrawal) => {
    const { customerId, endUserId, at } = withdrawal;
    await unitOfWork.sql(FORGET, [customerId, endUserId, at]);
  });
