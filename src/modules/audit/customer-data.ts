/** What the audit log holds of a customer. */
import type { CustomerDataHolder } from '../../platform/module';

export const AUDIT_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'audit_records',
    holds: 'what was done in its account, when and by whom: ids and hashes',
    kept: 'as long as the log must prove that nothing was changed in it',
    goes: null,
  },
];
