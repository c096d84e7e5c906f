/**
 * The counters and leases of quota in the database. `granted` is what processes hold or have used and never passes the
 * limit; a lease's row says how much of it one process took and how much of that is settled. Both are locked in the
 * order lease, counter everywhere, so that taking and settling do not wait for each other in a circle.
 */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { SettlementEntry } from './metering';
import { quotaSlice } from './quota-slice';

export interface SliceRequest {
  readonly customerId: string;
  readonly leaseId: string;
  readonly period: Period;
  readonly wanted: number;
  /** Requests allowed in the period; null = without limit. */
  readonly limit: number | null;
  /** The most the customer will spend in the period, and the price of one request; null = no cap. */
  readonly cap: { readonly capMinor: string; readonly pricePerRequest: string } | null;
  readonly now: Date;
  readonly expiresAt: Date;
}

export interface Slice {
  readonly taken: number;
  /** Requests granted to all processes in this period, this slice included. */
  readonly granted: number;
  /** Whether the spend cap and not the plan's limit was what held back. */
  readonly capped: boolean;
}

/** Settling locks the lease before the counter, and so must taking: the other way round each would wait for the other. */
const LOCK_LEASE = `select from quota_leases where customer_id = $1 and id = $2 for update`;

/** Gives back what leases held that expired: size less what was settled. */
const RECLAIM = `with expired as (
    delete from quota_leases where customer_id = $1 and expires_at <= $2
    returning period_start, size - settled as unused
  )
  update usage_counters c set granted = c.granted - e.unused
  from (select period_start, sum(unused) as unused from expired group by period_start) e
  where c.customer_id = $1 and c.period_start = e.period_start`;

const COUNTER = `insert into usage_counters (customer_id, period_start, period_end) values ($1, $2, $3)
  on conflict (customer_id, period_start) do update set period_end = excluded.period_end
  returning granted::float8 as granted,
    case when $4::numeric is null or $5::numeric = 0 then null
      else greatest(0, floor(($4::numeric - charged) / $5::numeric - (granted - settled)))::float8
    end as affordable`;

const TAKE = `with counted as (
    update usage_counters set granted = granted + $4 where customer_id = $1 and period_start = $3 returning granted
  ), leased as (
    insert into quota_leases (customer_id, id, period_start, size, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (customer_id, id) do update set size = quota_leases.size + excluded.size, expires_at = excluded.expires_at
  )
  select granted::float8 as granted from counted`;

const GIVE_BACK = `with shrunk as (
    update quota_leases set size = size - $2 where id = $1 returning customer_id, period_start
  )
  update usage_counters c set granted = c.granted - $2 from shrunk s
  where c.customer_id = s.customer_id and c.period_start = s.period_start`;

const CLOSE = `with closed as (
    delete from quota_leases where id = any($1) returning customer_id, period_start, size - settled as unused
  )
  update usage_counters c set granted = c.granted - e.unused
  from (select customer_id, period_start, sum(unused) as unused from closed group by 1, 2) e
  where c.customer_id = e.customer_id and c.period_start = e.period_start`;

/** A record that is there already counts nothing; one whose lease was given back is granted anew, so the sum stays true. */
const SETTLE = `with entry as (
    select * from jsonb_to_recordset($1::jsonb) as e (
      customer_id text, created_at timestamptz, inference_id text, period_start timestamptz, plan_id text, model_id text,
      deployment_id text, end_user_id text, principal_id text, lease_id text, requests int, rows int,
      device_ms numeric, price numeric, cost numeric, currency text, prompt_tokens int, completion_tokens int, cached_requests int)
  ), inserted as (
    insert into usage_records (customer_id, created_at, inference_id, period_start, plan_id, model_id, deployment_id,
      end_user_id, principal_id, lease_id, requests, rows, device_ms, price, cost, currency,
      prompt_tokens, completion_tokens, cached_requests)
    select customer_id, created_at, inference_id, period_start, plan_id, model_id, deployment_id,
      end_user_id, principal_id, lease_id, requests, rows, device_ms, price, cost, currency,
      prompt_tokens, completion_tokens, cached_requests from entry
    on conflict do nothing
    returning customer_id, period_start, lease_id, requests, price, cost
  ), leased as (
    update quota_leases l set settled = l.settled + s.requests
    from (select lease_id, sum(requests) as requests from inserted group by 1) s where l.id = s.lease_id
    returning l.id
  )
  update usage_counters c set
    settled = c.settled + s.requests, granted = c.granted + s.unleased, charged = c.charged + s.price, cost = c.cost + s.cost
  from (
    select customer_id, period_start, sum(requests) as requests, sum(price) as price, sum(cost) as cost,
      coalesce(sum(requests) filter (where lease_id not in (select id from leased)), 0) as unleased
    from inserted group by 1, 2
  ) s
  where c.customer_id = s.customer_id and c.period_start = s.period_start`;

export class QuotaRepository {
  constructor(private readonly database: Database) {}

  /** Takes a slice into a lease: one short transaction of its own, whatever the caller's is. */
  async takeSlice(request: SliceRequest): Promise<Slice> {
    const { customerId, leaseId, period, wanted, limit, cap, now, expiresAt } = request;
    return this.alone(async (sql) => {
      await sql(LOCK_LEASE, [customerId, leaseId]);
      await sql(RECLAIM, [customerId, now]);
      const [counter] = await sql<{ granted: number; affordable: number | null }>(COUNTER, [
        customerId,
        period.from,
        period.to,
        cap?.capMinor ?? null,
        cap?.pricePerRequest ?? null,
      ]);
      const { granted, affordable } = counter!;
      const left = limit === null ? null : Math.max(0, limit - granted);
      const capped = affordable !== null && (left === null || affordable < left);
      const taken = quotaSlice({ available: capped ? affordable : left, wanted });
      if (taken === 0) return { taken, granted, capped };
      const [after] = await sql<{ granted: number }>(TAKE, [
        customerId,
        leaseId,
        period.from,
        taken,
        now,
        expiresAt,
      ]);
      return { taken, granted: after!.granted, capped };
    });
  }

  /** Lengthens leases that live; answers the ids that do. */
  async renew(leaseIds: readonly string[], now: Date, expiresAt: Date): Promise<Set<string>> {
    const rows = await this.alone((sql) =>
      sql<{ id: string }>(
        'update quota_leases set expires_at = $2 where id = any($1) and expires_at > $3 returning id',
        [leaseIds, expiresAt, now],
      ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Gives back a part of a lease that lives on. */
  async giveBack(leaseId: string, requests: number): Promise<void> {
    await this.alone((sql) => sql(GIVE_BACK, [leaseId, requests]));
  }

  /** Ends leases of which nothing is under way and gives their rest back. */
  async close(leaseIds: readonly string[]): Promise<void> {
    await this.alone((sql) => sql(CLOSE, [leaseIds]));
  }

  /** One statement for any number of finished inferences, in the caller's unit of work. */
  async settle(entries: readonly SettlementEntry[]): Promise<void> {
    const rows = entries.map(({ reservation, price, ...entry }) => ({
      customer_id: entry.customerId,
      created_at: entry.createdAt,
      inference_id: entry.inferenceId,
      period_start: reservation.periodStart,
      plan_id: price.planId,
      model_id: entry.modelId,
      deployment_id: entry.deploymentId,
      end_user_id: entry.endUserId,
      principal_id: entry.principalId ?? null,
      lease_id: reservation.leaseId,
      requests: reservation.requests,
      rows: entry.rows,
      device_ms: entry.deviceMs.toFixed(6),
      price: price.price,
      cost: entry.cost,
      currency: price.currency,
      cached_requests: entry.cached ? reservation.requests : 0,
      prompt_tokens: entry.promptTokens ?? 0,
      completion_tokens: entry.completionTokens ?? 0,
    }));
    await this.database.unitOfWork.sql(SETTLE, [JSON.stringify(rows)]);
  }

  private alone<T>(
    work: (sql: <R>(text: string, values: readonly unknown[]) => Promise<R[]>) => Promise<T>,
  ): Promise<T> {
    const { unitOfWork } = this.database;
    return unitOfWork.outside(() =>
      unitOfWork.run(SERVICE, () => work((text, values) => unitOfWork.sql(text, values))),
    );
  }
}
