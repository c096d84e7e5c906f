/** Reckons every hour how well each customer does, a thousand customers a transaction, from what other projections know. */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { JobDefinition } from '../../../platform/jobs';
import { LATE_PAYMENTS } from '../timeline/timeline-events';
import { type HealthFacts, healthOf } from './health-score';

const PAGE = 1000;
const DAY_MS = 86_400_000;

interface Row extends Omit<HealthFacts, 'daysSinceUse' | 'payment'> {
  readonly id: string;
  readonly usedAt: Date;
  readonly pays: boolean;
  /** The last thing that happened about a payment; null when nothing did. */
  readonly payment: keyof typeof PAYMENTS | 'invoice.paid' | null;
}

const PAYMENTS: Readonly<Record<(typeof LATE_PAYMENTS)[number], HealthFacts['payment']>> = {
  'subscription.payment-late': 'LATE',
  'subscription.read-only': 'UNPAID',
  'subscription.given-up': 'UNPAID',
};

/** $1: after which customer; $2: now; $3: what tells of a late payment. */
const FACTS = `select c.customer_id as id, coalesce(used.last_at, c.signed_up_at) as "usedAt", used.last_at is not null as "hasUsed", coalesce(standing.monthly_minor > 0, false) as pays,
    use.recent::float as "recentRequests", use.earlier::float as "earlierRequests", said.count as feedback, said.bad as "badFeedback",
    hurt.count as incidents, payment.type as payment
  from (select customer_id, signed_up_at from customer_origins where customer_id > $1 order by customer_id limit ${PAGE}) as c
  left join customer_usages used using (customer_id)
  left join customer_standings standing using (customer_id)
  cross join lateral (
    select coalesce(sum(requests) filter (where day > today - 30), 0) as recent,
      coalesce(sum(requests) filter (where day <= today - 30), 0) as earlier
    from usage_days, (select ($2::timestamptz at time zone 'UTC')::date as today) as now
    where usage_days.customer_id = c.customer_id and day > today - 60 and day <= today) as use
  cross join lateral (
    select coalesce(sum(count), 0)::int as count, coalesce(sum((data->>'bad')::int), 0)::int as bad from timeline_entries e
    where e.customer_id = c.customer_id and kind = 'FEEDBACK' and at > $2::timestamptz - interval '90 days') as said
  cross join lateral (
    select count(*)::int as count from timeline_entries e
    where e.customer_id = c.customer_id and kind = 'INCIDENT' and type = 'incident.opened'
      and at > $2::timestamptz - interval '30 days') as hurt
  left join lateral (
    select type from timeline_entries e where e.customer_id = c.customer_id and kind = 'PAYMENT'
      and (type = 'invoice.paid' or type = any($3))
    order by at desc, id desc limit 1) as payment on true
  order by c.customer_id`;

const KEEP = `insert into customer_healths (customer_id, score, risk, pays, terms, computed_at)
  select id, score, risk, pays, terms, $2
  from jsonb_to_recordset($1) as reckoned (id text, score float8, risk text, pays boolean, terms jsonb)
  on conflict (customer_id) do update set score = excluded.score, risk = excluded.risk, pays = excluded.pays,
    terms = excluded.terms, computed_at = excluded.computed_at`;

export function customerHealthJob({ unitOfWork }: Database, clock: Clock): JobDefinition<never> {
  return {
    kind: 'market.reckon-health',
    cron: '41 * * * *',
    run: async (_, { signal }) => {
      const now = clock.now();
      for (let after: string | undefined = ''; after !== undefined && !signal.aborted;)
        after = await unitOfWork.run(SERVICE, async () => {
          const rows = await unitOfWork.sql<Row>(FACTS, [after, now, LATE_PAYMENTS]);
          if (rows.length === 0) return undefined;
          const reckoned = rows.map(({ id, pays, ...row }) => ({ id, pays, ...healthOf(factsOf(row, now)) }));
          await unitOfWork.sql(KEEP, [JSON.stringify(reckoned), now]);
          return rows.length === PAGE ? rows.at(-1)!.id : undefined;
        });
    },
  };
}

function factsOf({ usedAt, payment, ...row }: Omit<Row, 'id' | 'pays'>, now: Date): HealthFacts {
  const { recentRequests, earlierRequests, hasUsed, feedback, badFeedback, incidents } = row;
  return {
    recentRequests,
    earlierRequests,
    daysSinceUse: (now.getTime() - usedAt.getTime()) / DAY_MS,
    hasUsed,
    feedback,
    badFeedback,
    payment: payment === null || payment === 'invoice.paid' ? 'PAID' : PAYMENTS[payment],
    incidents,
  };
}
