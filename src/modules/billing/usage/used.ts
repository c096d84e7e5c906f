/**
 * What was used between two instants, as SQL. Whole days come from their sums, which are written together with the records, and only
 * what is cut off at either end from the records themselves: a report of a month reads two days of them, and comes to the same
 * (decision 347).
 */
import { SUMMED_COLUMNS, USAGE_DIMENSIONS } from './daily-sums';

const DIMENSIONS = USAGE_DIMENSIONS.join(', ');
const SUMS = SUMMED_COLUMNS.join(', ');
const COLUMNS = `created_at, ${DIMENSIONS}, principal_id, end_user_id, ${SUMS}`;

/** Record by record. What was put off has been used, too: a row goes over in one transaction, so that it is in one of the two. */
export const USED = `(select ${COLUMNS} from usage_records union all select ${COLUMNS} from deferred_usage)`;

/** Days are those of UTC. */
const startOf = (day: string): string => `((${day})::timestamp at time zone 'UTC')`;

/**
 * Rows to be added up, of [`from`, `to`): `created_at` tells no more than the day. All three are SQL, which may name what stands before
 * in the `from` of a statement; `where` may speak of the customer, the plan, the model, the deployment, the period and the currency.
 */
export function usedBetween(from: string, to: string, where = 'true'): string {
  const first = `((${from}) at time zone 'UTC' + interval '1 day' - interval '1 microsecond')::date`;
  const end = `((${to}) at time zone 'UTC')::date`;
  const records = (table: string, starts: string, ends: string): string =>
    `select created_at, ${DIMENSIONS}, ${SUMS} from ${table}
      where ${where} and created_at >= ${starts} and created_at < ${ends}`;
  return `lateral (
      select ${startOf('day')} as created_at, ${DIMENSIONS}, ${SUMS} from usage_daily_sums
      where ${where} and day >= ${first} and day < ${end}
      union all ${records('usage_records', from, `least(${to}, ${startOf(first)})`)}
      union all ${records('usage_records', `greatest(${startOf(first)}, ${startOf(end)})`, to)}
      union all ${records('deferred_usage', from, to)}
    )`;
}

/** Of rows `u` that are used. Requests, like the units of a price book, without those that are counted apart. */
export const SUMMED = `sum(u.requests - u.cached_requests - u.economy_requests)::text as requests,
    sum(u.cached_requests)::text as "cachedRequests", sum(u.economy_requests)::text as "economyRequests",
    sum(u.rows)::text as rows, trim_scale(sum(u.device_ms))::text as "deviceMs", sum(u.prompt_tokens)::text as "promptTokens",
    sum(u.completion_tokens)::text as "completionTokens", trim_scale(sum(u.price))::text as price,
    trim_scale(sum(u.cost))::text as cost`;
