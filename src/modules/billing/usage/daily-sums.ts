/**
 * Usage records added up by the day (UTC), as far as a report of a whole period tells them apart. The trigger that its migration made
 * adds whatever is recorded, in the same transaction; here stands how all of it is made anew (decision 347).
 */
import type { Projection } from '../../../platform/events';

/** What is added up. */
export const SUMMED_COLUMNS = [
  'requests',
  'cached_requests',
  'economy_requests',
  'rows',
  'device_ms',
  'prompt_tokens',
  'completion_tokens',
  'price',
  'cost',
];

/** What tells usage apart, beside its time. */
export const USAGE_DIMENSIONS = [
  'customer_id',
  'period_start',
  'plan_id',
  'model_id',
  'deployment_id',
  'currency',
];

const DIMENSIONS = USAGE_DIMENSIONS.join(', ');

export const DAILY_SUMS: Projection = {
  name: 'billing.daily-sums',
  tables: ['usage_daily_sums'],
  holds: 'usage of each customer by the day',
  ofRows: {
    table: 'usage_records',
    span: `select least(made.first, kept.first) as first, greatest(made.last, kept.last) as last
      from (select min(created_at) at time zone 'UTC' as first, max(created_at) at time zone 'UTC' as last from usage_records) as made,
        (select min(day) as first, max(day) as last from usage_daily_sums) as kept`,
    empty: 'delete from usage_daily_sums where day >= $1::date and day < $2::date',
    fill: `insert into usage_daily_sums (day, ${DIMENSIONS}, ${SUMMED_COLUMNS.join(', ')})
      select (created_at at time zone 'UTC')::date, ${DIMENSIONS}, ${SUMMED_COLUMNS.map((column) => `sum(${column})`).join(', ')}
      from usage_records
      where created_at >= $1::timestamp at time zone 'UTC' and created_at < $2::timestamp at time zone 'UTC'
      group by 1, ${DIMENSIONS}`,
  },
};
