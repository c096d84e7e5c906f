/** What billing holds of a customer: nearly all of it are books, which the law wants kept. */
import type { CustomerDataHolder } from '../../platform/module';

const BOOKS = 'as long as books must be kept by tax law (GDPR Art. 17(3)(b)); amounts and ids alone';

export const BILLING_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'billing_accounts',
    holds: 'who it is at Stripe, and its spend cap',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'plan_subscriptions',
    holds: 'its plans',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'invoices',
    holds: 'its invoices',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'plan_orders',
    holds: 'what was asked of Stripe for it',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'billing_reconciliations',
    holds: 'comparisons with Stripe',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'trial_cards',
    holds: 'hashes of cards that had a trial',
    kept: 'so that a card has one trial; the hash leads to no card without a key of the server',
    goes: null,
  },
  {
    table: 'dunning_steps',
    holds: 'steps that were taken when it paid late',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'renewal_notices',
    holds: 'that it was told before a renewal',
    kept: 'as proof that it was told',
    goes: null,
  },
  {
    table: 'usage_counters',
    holds: 'how much of its limits was used',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'usage_records',
    holds: 'what was used, by which key and person: ids',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'usage_daily_sums',
    holds: 'what was used, by the day',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'deferred_usage',
    holds: 'the same before it is settled',
    kept: 'for a quarter of a second',
    goes: null,
  },
  {
    table: 'quota_leases',
    holds: 'parts of its limits that processes held',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'meter_periods',
    holds: 'what was to be told to Stripe of its usage',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'meter_events',
    holds: 'what was told to Stripe of its usage',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'credit_grants',
    holds: 'its credits; what is left of them ends',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'money_requests',
    holds: 'money that staff wanted to give it, and who approved it: ids, amounts and reasons',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'ledger_transfers',
    holds: 'every movement of its money',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'usage_alerts',
    holds: 'that it was told of its usage',
    kept: BOOKS,
    goes: null,
  },
  {
    table: 'margin_alerts',
    holds: 'that it cost more than it paid',
    kept: 'sums that name nobody, as long as what was earned must be told',
    goes: null,
  },
];
