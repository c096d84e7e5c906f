/** What of a customer lies beneath the modules, and the closure itself. */
import type { CustomerDataHolder } from '../../platform/module';

export const CLOSURE_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'idempotency_keys',
    holds: 'results that are kept for whoever calls again',
    kept: null,
    goes: { key: ['owner_id', 'key'] },
  },
  {
    table: 'jobs',
    holds: 'work that was done for it',
    kept: 'that it was done, when, and how it ended',
    goes: null,
  },
  {
    table: 'outbox_events',
    holds: 'what happened in its account: ids and figures',
    kept: 'as long as the audit log, which holds a hash of each, must be proven by them',
    goes: null,
  },
  {
    table: 'customer_closures',
    holds: 'that it was closed, and why',
    kept: 'as proof that its data were deleted, and when (GDPR Art. 5(2)), without the owner’s words',
    goes: { key: ['customer_id', 'closed_at'], emptied: 'detail = null', where: 'detail is not null' },
  },
];
