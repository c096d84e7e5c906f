/** What the market’s views hold of a customer: figures stay, what was said to it goes. */
import type { CustomerDataHolder } from '../../platform/module';

const SUMS = 'sums that name nobody, as long as what was earned must be told';

export const MARKET_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'leads',
    holds: 'who it was before it signed up',
    kept: 'where it came from and what became of it, to be counted',
    goes: {
      key: ['id'],
      emptied: `organisation = null, email = null, email_hash = null, notes = null, token_hash = null`,
      where: `email is not null or notes is not null`,
    },
  },
  {
    table: 'customer_contacts',
    holds: 'what staff and the customer spoke about',
    kept: 'that they spoke, when and by what way',
    goes: { key: ['customer_id', 'id'], emptied: `summary = null`, where: `summary is not null` },
  },
  {
    table: 'competitor_mentions',
    holds: 'competitors that its people named',
    kept: null,
    goes: { key: ['customer_id', 'feedback_id', 'competitor_id'] },
  },
  { table: 'nps_answers', holds: 'scores that its people gave', kept: 'numbers of nobody', goes: null },
  {
    table: 'customer_healths',
    holds: 'how likely it was to leave, reckoned of figures every hour',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'timeline_entries',
    holds: 'what happened to it, in ids and figures',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'revenue_movements',
    holds: 'how its revenue moved',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'customer_standings',
    holds: 'on which plan it stood',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'customer_origins',
    holds: 'where it came from',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'customer_usages',
    holds: 'how much it used in all',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'usage_days',
    holds: 'how much it used a day',
    kept: SUMS,
    goes: null,
  },
  {
    table: 'churn_wishes',
    holds: 'why its plans ended',
    kept: SUMS,
    goes: null,
  },
];
