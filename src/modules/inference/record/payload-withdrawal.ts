/** What predictions were about, forgotten when its person says no to the purpose by which it is kept. */
import type { UnitOfWork } from '../../../platform/database';
import { WITHDRAWN_SQL, WithdrawalSubscriber } from '../../privacy';
import { PAYLOAD_PURPOSE } from './inference.repository';
import { PAYLOAD_LIFETIME_MS } from './payload.service';

/** What is older than payloads live is not looked through. */
const FORGET = `update inferences set payload = null, payload_until = null
  where customer_id = $1 and end_user_id = $2 and created_at > $3 and payload is not null
    and ${WITHDRAWN_SQL('$1', '$2', PAYLOAD_PURPOSE, 'created_at', '$4')}`;
/** A payload is kept from when its answer was written, a little after it was asked. */
const SLACK_MS = 24 * 3_600_000;

export const payloadWithdrawal = (unitOfWork: UnitOfWork): WithdrawalSubscriber =>
  new WithdrawalSubscriber('inference.payload-withdrawal', PAYLOAD_PURPOSE, async (withdrawal) => {
    const { customerId, endUserId, at } = withdrawal;
    const from = new Date(at.getTime() - PAYLOAD_LIFETIME_MS - SLACK_MS);
    await unitOfWork.sql(FORGET, [customerId, endUserId, from, at]);
  });
