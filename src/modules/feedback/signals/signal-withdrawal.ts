/** What was watched of somebody, forgotten when they say no to ANALYTICS. */
import type { UnitOfWork } from '../../../platform/database';
import { ConsentPurpose, WithdrawalSubscriber } from '../../privacy';

const FORGET = 'delete from feedback_signals where customer_id = $1 and end_user_id = $2 and last_at <= $3';

export const signalWithdrawal = (unitOfWork: UnitOfWork): WithdrawalSubscriber =>
  new WithdrawalSubscriber('feedback.analytics-withdrawal', ConsentPurpose.ANALYTICS, async (withdrawal) => {
    const { customerId, endUserId, at } = withdrawal;
    await unitOfWork.sql(FORGET, [customerId, endUserId, at]);
  });
