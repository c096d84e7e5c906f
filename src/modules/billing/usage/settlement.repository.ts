/**
 * What is finished, written down: usage records, lease, credits, ledger and counter, one statement for any number of
 * inferences. It travels with the group commit, or does later what several of them have put off; a lock before it lets those
 * who spend the same credits take turns.
 */
import { newId } from '../../../kernel/id';
import { BulkRows, type UnitOfWork } from '../../../platform/database';
import { lockCredits } from '../ledger/credit-lock';
import type { SettledPeriod } from './metering';
import { isUncharged, type UsageRecord } from './usage-record';

const ROWS = new BulkRows<UsageRecord>(
  {
    customer_id: { type: 'text', of: ({ customerId }) => customerId },
    period_start: { type: 'timestamptz', of: ({ periodStart }) => periodStart },
    lease_id: { type: 'text', of: ({ leaseId }) => leaseId },
    plan_id: { type: 'text', of: ({ planId }) => planId },
    principal_id: { type: 'text', of: ({ principalId }) => principalId },
    currency: { type: 'text', of: ({ currency }) => currency },
  },
  {
    created_at: { type: 'timestamptz', of: ({ createdAt }) => createdAt },
    first_inference_id: { type: 'text', of: ({ firstInferenceId }) => firstInferenceId },
    // An element of an array that is an array itself is sent as text.
    ids: { type: 'text', of: ({ inferenceIds }) => `{${inferenceIds.join()}}` },
    model_id: { type: 'text', of: ({ modelId }) => modelId },
    deployment_id: { type: 'text', of: ({ deploymentId }) => deploymentId },
    end_user_id: { type: 'text', of: ({ endUserId }) => endUserId },
    requests: { type: 'int', of: ({ requests }) => requests },
    cached_requests: { type: 'int', of: ({ cachedRequests }) => cachedRequests },
    economy_requests: { type: 'int', of: ({ economyRequests }) => economyRequests },
    rows: { type: 'int', of: ({ rows }) => rows },
    prompt_tokens: { type: 'int', of: ({ promptTokens }) => promptTokens },
    completion_tokens: { type: 'int', of: ({ completionTokens }) => completionTokens },
    device_ms: { type: 'numeric', of: ({ deviceMs }) => deviceMs },
    price: { type: 'numeric', of: ({ price }) => price },
    cost: { type: 'numeric', of: ({ cost }) => cost },
  },
);
const COLUMNS = `customer_id, created_at, first_inference_id, inference_ids, period_start, plan_id, model_id, deployment_id,
  end_user_id, principal_id, lease_id, requests, rows, device_ms, price, cost, currency, prompt_tokens, completion_tokens,
  cached_requests, economy_requests`;

const SENT = `select ${COLUMNS} from (select *, ids::text[] as inference_ids from ${ROWS.sql} as sent) as record`;

const DEFER = `insert into deferred_usage (${COLUMNS}) ${SENT}`;

const LEFT = `select first_inference_id as id, customer_id as "customerId", lease_id as "leaseId", requests, price = 0 as free
  from deferred_usage where created_at < $1 and not first_inference_id = any($3) order by created_at limit $2`;

/** A lease that was given back meanwhile counts nothing; its requests are granted anew, so the sum stays true. */
const recorded = (source: string): string => `inserted as (
    insert into usage_records (${COLUMNS}) ${source}
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
const ledger = (now: string, ids: string): string => `debt as (
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
    select customer_id, ${now}, coalesce((${ids}::text[])[row_number() over ()], flywheel_id('ltr', ${now})), kind, debit_account, 'REVENUE',
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

const settlement = (source: string, now: number): string =>
  `${recorded(source)}, ${ledger(`$${now}`, `$${now + 1}`)} ${COUNT}`;

const SETTLE = `with ${settlement(SENT, ROWS.parameters + 1)}`;

/** What somebody else has settled meanwhile is no longer there to be taken. */
const SETTLE_DEFERRED = `with taken as (delete from deferred_usage where first_inference_id = any($1) returning *),
  ${settlement(`select ${COLUMNS} from taken`, 2)}`;

/** A record that waits to be settled, as far as its settlement must know it. */
export interface DeferredUsage {
  /** Of its first inference. */
  readonly id: string;
  readonly customerId: string;
  readonly leaseId: string;
  readonly requests: number;
  readonly free: boolean;
}

/** All in the caller's unit of work. */
export class SettlementRepository {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * Answers how far every period has come that got something. An inference is settled in the transaction that writes its
   * record, which its key lets in once.
   */
  settle(records: readonly UsageRecord[], now: Date): Promise<SettledPeriod[]> {
    const whose = records.map((record) => ({ customerId: record.customerId, free: isUncharged(record) }));
    return this.inTurn(SETTLE, ROWS.values(records), whose, now);
  }

  /** Writes records down to be settled later. */
  async defer(records: readonly UsageRecord[]): Promise<void> {
    await this.unitOfWork.sql(DEFER, ROWS.values(records));
  }

  /** Settles what is still there of records that were put off, which it takes away. */
  settleDeferred(deferred: readonly DeferredUsage[], now: Date): Promise<SettledPeriod[]> {
    return this.inTurn(SETTLE_DEFERRED, [deferred.map(({ id }) => id)], deferred, now);
  }

  /** What was put off before an instant and nobody has settled, the oldest first, without those named. */
  left(before: Date, most: number, without: readonly string[]): Promise<DeferredUsage[]> {
    return this.unitOfWork.sql<DeferredUsage>(LEFT, [before, most, without]);
  }

  private async inTurn(
    text: string,
    values: readonly unknown[],
    whose: readonly Pick<DeferredUsage, 'customerId' | 'free'>[],
    now: Date,
  ): Promise<SettledPeriod[]> {
    const all = new Set(whose.map(({ customerId }) => customerId));
    const charged = new Set(whose.filter(({ free }) => !free).map(({ customerId }) => customerId));
    const ids = Array.from({ length: charged.size * IDS_EACH }, () => newId('ltr', now));
    // Two that settle for the same several would wait for each other in a circle, at leases and counters.
    const inTurn = all.size > 1 ? all : charged;
    // Not awaited: what waits for the turn is the next statement, which is sent right behind it.
    const turn = inTurn.size > 0 ? lockCredits(this.unitOfWork, [...inTurn]) : undefined;
    const settled = this.unitOfWork.sql<SettledPeriod>(text, [...values, now, ids]);
    const [periods] = await Promise.all([settled, turn]);
    return periods;
  }
}
