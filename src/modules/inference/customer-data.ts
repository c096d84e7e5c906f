/** What inference holds of a customer: answers stay as records of their bill, without what was asked. */
import type { CustomerDataHolder } from '../../platform/module';

export const INFERENCE_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'inferences',
    holds: 'each answer, and what was asked where it was kept',
    kept: 'the record of each answer, without what was asked and answered, as long as its bill and its proof in the audit log',
    goes: {
      key: ['customer_id', 'created_at', 'id'],
      emptied: `payload = null, payload_until = null`,
      where: `payload is not null`,
    },
  },
  {
    table: 'inference_keys',
    holds: 'keys under which a repeated request is known',
    kept: null,
    goes: { key: ['customer_id', 'key'] },
  },
  {
    table: 'predictions',
    holds: 'what was asked for later, and the answer',
    kept: 'that it was asked, as long as its bill',
    goes: {
      key: ['customer_id', 'id'],
      emptied: `asked = null, answer = null, answer_until = null,
      finished_at = case when status in ('QUEUED', 'RUNNING') then now() else finished_at end,
      status = case when status in ('QUEUED', 'RUNNING') then 'CANCELLED' else status end`,
      where: `asked is not null or answer is not null or status in ('QUEUED', 'RUNNING')`,
    },
  },
  {
    table: 'webhook_deliveries',
    holds: 'messages to its endpoints',
    kept: null,
    goes: { key: ['customer_id', 'id'] },
  },
  {
    table: 'webhook_endpoints',
    holds: 'its endpoints, with their secrets',
    kept: null,
    goes: { key: ['customer_id', 'id'] },
  },
];
