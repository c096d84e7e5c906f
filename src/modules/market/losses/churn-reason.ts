/** Why each customer left: one answer for every view of the market. */
import { LATE_PAYMENTS } from '../timeline/timeline-events';

const LATE = LATE_PAYMENTS.map((type) => `'${type}'`).join(', ');

/**
 * SQL for a row a churn, in currency $1, in the months from $2 to $3. The reason is the last that was said, up to a year before the end
 * that it asked for; who was late when it left, and had not asked to leave since, has left unpaid, also where Stripe ended the plan
 * before the house did.
 */
export const CHURNED_SQL = `select customer_id, month, opening_minor, unpaid, case when not unpaid then reason end as reason
  from (
    select m.customer_id, m.month, m.opening_minor, wish.reason,
      coalesce(wish.unpaid, false) or coalesce(late.at > coalesce(wish.at, '-infinity'), false) as unpaid
    from revenue_movements m
    cross join lateral (select (m.month + interval '1 month') at time zone 'UTC' as ends,
      (m.month - interval '400 days') at time zone 'UTC' as since) as span
    left join lateral (
      select reason, unpaid, at from churn_wishes w
      where w.customer_id = m.customer_id and at < ends and at > since order by at desc limit 1) as wish on true
    cross join lateral (
      select min(at) as at from timeline_entries e
      where e.customer_id = m.customer_id and kind = 'PAYMENT' and type in (${LATE}) and at < ends and at > coalesce((
        select max(at) from timeline_entries p
        where p.customer_id = m.customer_id and p.kind = 'PAYMENT' and p.type = 'invoice.paid' and p.at < ends), since)) as late
    where currency = $1 and kind = 'CHURN' and month between $2 and $3) as left_for`;
