/** What privacy holds of a customer: what its people agreed to and asked for. */
import type { CustomerDataHolder } from '../../platform/module';

export const PRIVACY_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'consent_records',
    holds: 'what its people agreed to, when and how',
    kept: 'as proof of what was agreed to, for as long as claims can be made (GDPR Art. 7(1), 17(3)(e)); it leads to nobody any more',
    goes: null,
  },
  {
    table: 'consent_states',
    holds: 'where each consent stands',
    kept: null,
    goes: { key: ['customer_id', 'end_user_id', 'purpose'] },
  },
  {
    table: 'data_requests',
    holds: 'what its people asked for about their data, and were told',
    kept: 'that it was asked and done, as proof (GDPR Art. 5(2))',
    goes: {
      key: ['customer_id', 'id'],
      emptied: `details = null, answer = null, status = case when closed_at is null then 'REFUSED' else status end,
      closed_at = coalesce(closed_at, now())`,
      where: `details is not null or answer is not null or closed_at is null`,
    },
  },
];
