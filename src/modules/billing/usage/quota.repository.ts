/**
 * The counters and leases of quota in the database. `granted` is what processes hold or have used and never passes the
 * limit; a lease's row says how much of it one process took and how much of that is settled. Both are locked in the
 * order lease, counter everywhere, so that taking and settling do not wait for each other in a circle.
 */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { QuotaBounds } from './quota-bounds';
import { quotaSlice } from './quota-slice';

export interface QuotaQuestion extends QuotaBounds {
  readonly customerId: string;
  readonly period: Period;
  readonly now: Date;
}

export interface SliceRequest extends QuotaQuestion {
  readonly leaseId: string;
  readonly wanted: number;
  readonly expiresAt: Date;
}

/** What could be taken. */
export interface QuotaLeft {
  /** null = as much as anyone wants. */
  readonly available: number | null;
  /** Requests granted to all processes in this period. */
  readonly granted: number;
  /** Whether the spend cap and not the plan's limit is what holds back. */
  readonly capped: boolean;
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

/** Gives back what leases held that expired: size less what was settled, once all that was used out of them is. */
const RECLAIM = `with expired as (
    delete from quota_leases l where customer_id = $1 and expires_at <= $2
      and not exists (select from deferred_usage d where d.customer_id = l.customer_id and d.lease_id = l.id)
    returning period_start, size - settled as unused
  )
  update usage_counters c set granted = c.granted - e.unused
  from (select period_start, sum(unused) as unused from expired group by period_start) e
  where c.customer_id = $1 and c.period_start = e.period_start`;

const COUNTER = `insert into usage_counters (customer_id, period_start, period_end) values ($1, $2, $3)
  on conflict (customer_id, period_start) do update set period_end = excluded.period_end
  returning granted::float8 as granted`;

/**
 * Requests that cap and credits can still pay for: all that may be owed, less what is owed already, more what is prepaid,
 * less what is promised. Where a request has no price of its own, there is only too little or enough. A statement of its own: it must see the credits as they stand now that the counter is held.
 */
const affordableBy = (counter: string): string => `select case
      when $4::numeric > 0 then greatest(0, floor(budget / $4::numeric - promised))::float8
      when budget <= 0 then 0
    end as affordable
  from (
    select c.granted - c.settled as promised, $3::numeric - c.charged + c.credited
      + coalesce((select sum(g.remaining) from credit_grants g where g.customer_id = $1 and g.currency = $5
          and g.remaining > 0 and (g.expires_at is null or g.expires_at > $6)), 0) as budget
    from ${counter}
  ) standing`;
const AFFORDABLE = affordableBy('usage_counters c where c.customer_id = $1 and c.period_start = $2');

/** The same and what is granted, as if what expired had been given back: nothing is held and nothing changed for a look. */
const LEFT = `with c as (
    select coalesce(sum(granted), 0) - (select coalesce(sum(size - settled), 0) from quota_leases l
        where customer_id = $1 and period_start = $2 and expires_at <= $6
          and not exists (select from deferred_usage d where d.customer_id = l.customer_id and d.lease_id = l.id)) as granted,
      coalesce(sum(settled), 0) as settled, coalesce(sum(charged), 0) as charged, coalesce(sum(credited), 0) as credited
    from usage_counters where customer_id = $1 and period_start = $2
  )
  select c.granted::float8 as granted, (${affordableBy('c')}) as affordable from c`;

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

export class QuotaRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes a slice into a lease: a transaction of its own, whatever the caller's is. It holds what the commit of finished
   * inferences waits for, so all that is asked goes out at once, and the commit goes right behind the slice.
   */
  async takeSlice(request: SliceRequest): Promise<Slice> {
    const { unitOfWork } = this.database;
    const [slice] = await unitOfWork.outside(() => unitOfWork.pipelined(() => this.slice(request)));
    return slice;
  }

  /** What a slice could take at this moment. */
  async left({ customerId, period, limit, cap, now }: QuotaQuestion): Promise<QuotaLeft> {
    const { capMinor = null, pricePerRequest = null, currency = null } = cap ?? {};
    const values = [customerId, period.from, capMinor, pricePerRequest, currency, now];
    const [row] = await this.database.read.sql<{ granted: number; affordable: number | null }>(
      SERVICE,
      'billing.quota-left',
      LEFT,
      values,
    );
    return leftOf(limit, row!.granted, row!.affordable);
  }

  /** Lengthens leases that live; answers the ids that do. */
  async renew(leaseIds: readonly string[], now: Date, expiresAt: Date): Promise<Set<string>> {
    const rows = await this.alone<{ id: string }>(
      'update quota_leases set expires_at = $2 where id = any($1) and expires_at > $3 returning id',
      [leaseIds, expiresAt, now],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Gives back a part of a lease that lives on. */
  async giveBack(leaseId: string, requests: number): Promise<void> {
    await this.alone(GIVE_BACK, [leaseId, requests]);
  }

  /** Ends leases of which nothing is under way and gives their rest back. */
  async close(leaseIds: readonly string[]): Promise<void> {
    await this.alone(CLOSE, [leaseIds]);
  }

  /** In the open unit of work. The last statement is sent when this answers, and not awaited. */
  private async slice(request: SliceRequest): Promise<readonly [Promise<Slice>]> {
    const { customerId, leaseId, period, wanted, limit, cap, now, expiresAt } = request;
    const { unitOfWork } = this.database;
    const [, , [counter], affordable] = await Promise.all([
      unitOfWork.sql(LOCK_LEASE, [customerId, leaseId]),
      unitOfWork.sql(RECLAIM, [customerId, now]),
      unitOfWork.sql<{ granted: number }>(COUNTER, [customerId, period.from, period.to]),
      cap && this.affordable(request, cap),
    ]);
    const { granted } = counter!;
    const { available, capped } = leftOf(limit, granted, affordable);
    const taken = quotaSlice({ available, wanted });
    if (taken === 0) return [Promise.resolve({ taken, granted, capped })];
    const values = [customerId, leaseId, period.from, taken, now, expiresAt];
    const after = unitOfWork.sql<{ granted: number }>(TAKE, values);
    return [after.then(([row]) => ({ taken, granted: row!.granted, capped }))];
  }

  /** null = as many as anyone wants: they cost nothing. */
  private async affordable(
    { customerId, period, now }: QuotaQuestion,
    { capMinor, pricePerRequest, currency }: NonNullable<SliceRequest['cap']>,
  ): Promise<number | null> {
    const values = [customerId, period.from, capMinor, pricePerRequest, currency, now];
    const [row] = await this.database.unitOfWork.sql<{ affordable: number | null }>(AFFORDABLE, values);
    return row!.affordable;
  }

  private alone<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    const { unitOfWork } = this.database;
    return unitOfWork.outside(() => unitOfWork.run(SERVICE, () => unitOfWork.sql<R>(text, values)));
  }
}

function leftOf(limit: number | null, granted: number, affordable: number | null): QuotaLeft {
  const left = limit === null ? null : Math.max(0, limit - granted);
  const capped = affordable !== null && (left === null || affordable < left);
  return { available: capped ? affordable : left, granted, capped };
}
