/**
 * What is finished, written down: usage records, lease, credits, ledger and counter, one statement for any number of
 * inferences. It travels with the group commit, and a lock before it lets those who spend the same credits take turns.
 */
import { newId } from '../../../kernel/id';
import { BulkRows, type UnitOfWork } from '../../../platform/database';
import { lockCredits } from '../ledger/credit-lock';
import type { SettledPeriod, SettlementEntry } from './metering';

const ROWS = new BulkRows<SettlementEntry>(
  {
    customer_id: { type: 'text', of: ({ customerId }) => customerId },
    period_start: { type: 'timestamptz', of: ({ reservation }) => reservation.periodStart },
    plan_id: { type: 'text', of: ({ price }) => price.planId },
    model_id: { type: 'text', of: ({ modelId }) => modelId },
    deployment_id: { type: 'text', of: ({ deploymentId }) => deploymentId },
    principal_id: { type: 'text', of: ({ principalId }) => principalId },
    lease_id: { type: 'text', of: ({ reservation }) => reservation.leaseId },
    requests: { type: 'int', of: ({ reservation }) => reservation.requests },
    rows: { type: 'int', of: ({ rows }) => rows },
    currency: { type: 'text', of: ({ price }) => price.currency },
    cached_requests: { type: 'int', of: ({ cached, reservation }) => (cached ? reservation.requests : 0) },
    economy_requests: { type: 'int', of: ({ economy, reservation }) => (economy ? reservation.requests : 0) },
  },
  {
    created_at: { type: 'timestamptz', of: ({ createdAt }) => createdAt },
    inference_id: { type: 'text', of: ({ inferenceId }) => inferenceId },
    end_user_id: { type: 'text', of: ({ endUserId }) => endUserId },
    device_ms: { type: 'numeric', of: ({ deviceMs }) => deviceMs.toFixed(6) },
    price: { type: 'numeric', of: ({ price }) => price.price },
    cost: { type: 'numeric', of: ({ cost }) => cost },
    prompt_tokens: { type: 'int', of: ({ promptTokens }) => promptTokens ?? 0 },
    completion_tokens: { type: 'int', of: ({ completionTokens }) => completionTokens ?? 0 },
  },
);
const NOW = `$${ROWS.parameters + 1}`;
const IDS = `$${ROWS.parameters + 2}`;

/** Inferences of one commit that no report tells apart are one record; none spans two seconds, and what is free stays apart. */
const SUMMED = ROWS.summed(['end_user_id', `date_trunc('second', created_at)`, 'price > 0'], {
  created_at: 'min(created_at)',
  first_inference_id: 'min(inference_id)',
  inference_ids: 'array_agg(inference_id)',
  inferences: 'count(*)::int',
  end_user_id: 'end_user_id',
  device_ms: 'sum(device_ms)',
  price: 'sum(price)',
  cost: 'sum(cost)',
  prompt_tokens: 'sum(prompt_tokens)',
  completion_tokens: 'sum(completion_tokens)',
});

/** A lease that was given back meanwhile counts nothing; its requests are granted anew, so the sum stays true. */
const RECORDS = `inserted as (
    insert into usage_records (customer_id, created_at, first_inference_id, inference_ids, period_start, plan_id, model_id,
      deployment_id, end_user_id, principal_id, lease_id, requests, rows, device_ms, price, cost, currency,
      prompt_tokens, completion_tokens, cached_requests, economy_requests)
    select customer_id, created_at, first_inference_id, inference_ids, period_start, plan_id, model_id,
      deployment_id, end_user_id, principal_id, lease_id, requests * inferences, rows * inferences, device_ms, price, cost, currency,
      prompt_tokens, completion_tokens, cached_requests * inferences, economy_requests * inferences from ${SUMMED} as entry
    returning customer_id, created_at, period_start, lease_id, requests, price, cost, currency
  ), leased as (
    update quota_leases l set settled = l.settled + s.requests
    from (select lease_id, sum(requests) as requests from inserted group by 1) s where l.id = s.lease_id
    returning l.id
  )`;

/**
 * Debts in the order of their periods and open grants in the order of their use are laid along one line of money each; where
 * a piece of one lies over a piece of the other, that grant pays that debt. What no grant lies over is owed.
 */
const LEDGER = `debt as (
    select *, sum(amount) over line - amount as starts, sum(amount) over line as ends from (
      select customer_id, currency, period_start, sum(price) as amount, min(created_at) as used_at
      from inserted group by 1, 2, 3 having sum(price) > 0
    ) due window line as (partition by customer_id, currency order by period_start)
  ), fund as (
    select g.customer_id, g.currency, g.id, sum(g.remaining) over line - g.remaining as starts, sum(g.remaining) over line as ends
    from (select customer_id, currency, min(used_at) as used_at from debt group by 1, 2) d
      join credit_grants g on g.customer_id = d.customer_id and g.currency = d.currency and g.remaining > 0
        and (g.expires_at is null or g.expires_at > d.used_at)
    window line as (partition by g.customer_id, g.currency order by g.priority, g.expires_at nulls last, g.created_at, g.id)
  ), burn as (
    select d.customer_id, d.currency, d.period_start, f.id as grant_id, least(d.ends, f.ends) - greatest(d.starts, f.starts) as amount
    from debt d join fund f on f.customer_id = d.customer_id and f.currency = d.currency and f.starts < d.ends and d.starts < f.ends
  ), burnt as (
    update credit_grants g set remaining = g.remaining - b.amount
    from (select customer_id, grant_id, sum(amount) as amount from burn group by 1, 2) b
    where g.customer_id = b.customer_id and g.id = b.grant_id
  ), paid as (
    select customer_id, currency, period_start, sum(amount) as amount from burn group by 1, 2, 3
  ), line as (
    select customer_id, 'BURN' as kind, 'CREDIT' as debit_account, grant_id, currency, amount, period_start from burn
    union all
    select d.customer_id, 'CHARGE', 'RECEIVABLE', null, d.currency, d.amount - coalesce(p.amount, 0), d.period_start
    from debt d left join paid p using (customer_id, currency, period_start) where d.amount > coalesce(p.amount, 0)
  ), posted as (
    insert into ledger_transfers
      (customer_id, created_at, id, kind, debit_account, credit_account, grant_id, currency, amount, period_start)
    select customer_id, ${NOW}, coalesce((${IDS}::text[])[row_number() over ()], flywheel_id('ltr', ${NOW})), kind, debit_account, 'REVENUE',
      grant_id, currency, amount, period_start from line
  )`;

const COUNT = `update usage_counters c set
    settled = c.settled + s.requests, granted = c.granted + s.unleased, charged = c.charged + s.price, cost = c.cost + s.cost,
    credited = c.credited + s.credited
  from (
    select customer_id, period_start, sum(requests) as requests, sum(price) as price, sum(cost) as cost,
      coalesce(sum(requests) filter (where lease_id not in (select id from leased)), 0) as unleased,
      coalesce((select sum(amount) from paid p where p.customer_id = i.customer_id and p.period_start = i.period_start), 0) as credited
    from inserted i group by 1, 2
  ) s
  where c.customer_id = s.customer_id and c.period_start = s.period_start
  returning c.customer_id as "customerId", c.period_start as "periodStart", c.settled::float8 as settled,
    c.charged::text as charged, c.credited::text as credited`;

/** Ids of lines of the ledger that are made here for each customer; made there they cost more, and only many grants need more. */
const IDS_EACH = 2;

const SETTLE = `with ${RECORDS}, ${LEDGER} ${COUNT}`;

export class SettlementRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * In the caller's unit of work. Answers how far every period has come that got something. An inference is settled in the
   * transaction that writes its record, which its key lets in once.
   */
  async settle(entries: readonly SettlementEntry[], now: Date): Promise<SettledPeriod[]> {
    const charged = [
      ...new Set(entries.filter(({ price }) => price.price !== '0').map(({ customerId }) => customerId)),
    ];
    const ids = Array.from({ length: charged.length * IDS_EACH }, () => newId('ltr', now));
    // Not awaited: what waits for the turn is the next statement, which is sent right behind it.
    const turn = charged.length > 0 ? lockCredits(this.unitOfWork, charged) : undefined;
    const settled = this.unitOfWork.sql<SettledPeriod>(SETTLE, [...ROWS.values(entries), now, ids]);
    const [periods] = await Promise.all([settled, turn]);
    return periods;
  }
}
