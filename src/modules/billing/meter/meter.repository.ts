/** Usage on its way to Stripe's meters, in the database: what is to be handed over, what was tried, what was taken. */
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { HandedOver, HourOfUsage, PlannedEvent, UsageMeter } from './meter-plan';

export interface PeriodOfUsage {
  readonly customerId: string;
  readonly period: Period;
  /** Less of it is owed than was handed over, or what is to be taken back waits. */
  readonly isTakenBack: boolean;
}

export interface LockedPeriod {
  readonly before: HandedOver;
  readonly used: string;
  readonly credited: string;
  /** Of what was handed over; null when nothing was. */
  readonly currency: string | null;
}

/** An event that Stripe is to have, with what is needed to know when it counts. */
export interface OpenEvent {
  readonly id: string;
  readonly customerId: string;
  readonly stripeCustomerId: string;
  readonly meter: UsageMeter;
  readonly eventName: string;
  readonly currency: string;
  readonly hour: Date;
  readonly value: bigint;
  readonly period: Period;
  readonly meteredAt: Date;
  readonly createdAt: Date;
  /** null: Stripe was never asked. */
  readonly triedAt: Date | null;
  /** When the period was over in which it counts; null while it runs. */
  readonly closedAt: Date | null;
}

type Row<T> = { [K in keyof T]: T[K] extends bigint ? string : T[K] };

/**
 * What costs nothing is not handed over: customers of FREE are not known at Stripe. Less may be owed than was handed over, where a
 * charge was reversed.
 */
const DUE = `select * from (
    select c.customer_id as "customerId", c.period_start as "from", c.period_end as "to", c.charged > coalesce(m.charge, 0) as "isNew",
      coalesce(trunc((c.charged - c.credited) * 1000000) < m.owed_micros, false)
        or (c.customer_id, c.period_start) in (select customer_id, period_start from meter_events where value < 0 and status = 'WAITING')
        as "isTakenBack"
    from usage_counters c left join meter_periods m using (customer_id, period_start)
    where $1::text is null or c.customer_id = $1
  ) due where "isNew" or "isTakenBack"`;

const LOCK = `insert into meter_periods (customer_id, period_start, period_end) values ($1, $2, $3)
  on conflict (customer_id, period_start) do update set period_end = excluded.period_end
  returning requests::text, charge::text, owed_micros::text as "owedMicros"`;

const COUNTED = `select charged::text as used, credited::text as credited,
    (select max(currency) from meter_events e where e.customer_id = c.customer_id and e.period_start = c.period_start) as currency
  from usage_counters c where customer_id = $1 and period_start = $2`;

const HOURS = `with used as (
    select date_trunc('hour', created_at, 'UTC') as hour, max(currency) as currency, sum(requests) as requests, sum(price) as charge
    from usage_records
    where customer_id = $1 and period_start = $2 and created_at >= $3 and ($4::timestamptz is null or created_at < $4) and price > 0
    group by 1
  ), given as (
    select hour, sum(value) as requests, sum(charge) as charge from meter_events
    where customer_id = $1 and period_start = $2 and hour >= $3 and meter = 'REQUESTS' group by 1
  )
  select u.hour, u.currency, (u.requests - coalesce(g.requests, 0))::text as requests,
    trim_scale(u.charge - coalesce(g.charge, 0))::text as charge
  from used u left join given g using (hour) where u.requests > coalesce(g.requests, 0) order by u.hour`;

const OPEN = `select e.id, e.customer_id as "customerId", a.stripe_customer_id as "stripeCustomerId", e.meter,
    e.event_name as "eventName", e.currency, e.hour, e.value::text, e.period_start as "from", m.period_end as "to",
    e.metered_at as "meteredAt", e.created_at as "createdAt", e.tried_at as "triedAt",
    (select min(least(case when s.current_period_start > e.metered_at then s.current_period_start end,
        case when s.ended_at > e.metered_at then s.ended_at end))
      from plan_subscriptions s where s.customer_id = e.customer_id and s.stripe_subscription_id is not null) as "closedAt"
  from meter_events e
    join meter_periods m using (customer_id, period_start)
    join billing_accounts a on a.customer_id = e.customer_id and a.stripe_customer_id is not null
  where e.status in ('WAITING', 'TRIED') and (e.created_at, e.id) > ($1, $2)
    and ($4::text is null or e.customer_id = $4)
  order by e.created_at, e.id limit $3 for update of e`;

/** What of one minute Stripe has for certain, and what it may have. */
const MINUTE = `select coalesce(sum(value) filter (where status = 'SENT'), 0)::text as sent,
    coalesce(sum(value) filter (where status = 'TRIED'), 0)::text as tried
  from meter_events where customer_id = $1 and event_name = $2 and metered_at >= $3 and metered_at < $4`;

export class MeterRepository {
  constructor(private readonly database: Database) {}

  /** Periods with usage that is not handed over to its last cent, of one customer or of all. */
  async due(customer: string | null): Promise<PeriodOfUsage[]> {
    const rows = await this.run(() =>
      this.sql<{ customerId: string; from: Date; to: Date; isTakenBack: boolean }>(DUE, [customer]),
    );
    return rows.map(({ customerId, from, to, isTakenBack }) => ({
      customerId,
      period: { from, to },
      isTakenBack,
    }));
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.database.unitOfWork.run(SERVICE, work);
  }

  /** How far a period is handed over, and how far it has come; until the commit nobody else goes on with it. */
  async lockPeriod({ customerId, period }: PeriodOfUsage): Promise<LockedPeriod> {
    const [row] = await this.sql<Row<HandedOver>>(LOCK, [customerId, period.from, period.to]);
    const { requests, charge, owedMicros } = row!;
    const [counted] = await this.sql<Omit<LockedPeriod, 'before'>>(COUNTED, [customerId, period.from]);
    return {
      ...counted!,
      before: { requests: BigInt(requests), charge, owedMicros: BigInt(owedMicros) },
    };
  }

  async hours(
    { customerId, period }: PeriodOfUsage,
    from: Date,
    until: Date | null,
  ): Promise<(HourOfUsage & { readonly currency: string })[]> {
    const values = [customerId, period.from, from, until];
    const rows = await this.sql<Row<HourOfUsage> & { currency: string }>(HOURS, values);
    return rows.map((row) => ({ ...row, requests: BigInt(row.requests) }));
  }

  async add(
    { customerId, period }: PeriodOfUsage,
    events: readonly (PlannedEvent & Pick<OpenEvent, 'id' | 'eventName' | 'currency'>)[],
    totals: HandedOver,
    now: Date,
  ): Promise<void> {
    const rows = events.map((event) => ({
      id: event.id,
      meter: event.meter,
      event_name: event.eventName,
      currency: event.currency,
      hour: event.hour,
      value: event.value.toString(),
      charge: event.charge,
      metered_at: event.meteredAt,
      late: event.late,
    }));
    await this.sql(
      `insert into meter_events (customer_id, period_start, created_at, status, id, meter, event_name, currency, hour, value, charge, metered_at, late)
       select $1, $2, $3, 'WAITING', e.* from jsonb_to_recordset($4::jsonb) as e
         (id text, meter text, event_name text, currency text, hour timestamptz, value bigint, charge numeric, metered_at timestamptz, late boolean)`,
      [customerId, period.from, now, JSON.stringify(rows)],
    );
    await this.sql(
      `update meter_periods set requests = $3, charge = $4, owed_micros = $5 where customer_id = $1 and period_start = $2`,
      [customerId, period.from, totals.requests.toString(), totals.charge, totals.owedMicros.toString()],
    );
  }

  /** The next events that Stripe is to have, after the last one seen, oldest first; locked until the commit. */
  async open(
    after: { createdAt: Date; id: string },
    limit: number,
    customerId: string | null,
  ): Promise<OpenEvent[]> {
    type Read = Omit<OpenEvent, 'value' | 'period'> & { value: string; from: Date; to: Date };
    const rows = await this.sql<Read>(OPEN, [after.createdAt, after.id, limit, customerId]);
    return rows.map(({ from, to, ...row }) => ({ ...row, value: BigInt(row.value), period: { from, to } }));
  }

  async markTried(
    events: readonly { id: string; meteredAt: Date; late: boolean }[],
    now: Date,
  ): Promise<void> {
    await this.sql(
      `update meter_events e set status = 'TRIED', tried_at = coalesce(e.tried_at, $2), metered_at = t.metered_at, late = t.late
       from jsonb_to_recordset($1::jsonb) as t (id text, metered_at timestamptz, late boolean) where e.id = t.id`,
      [JSON.stringify(events.map(({ id, meteredAt, late }) => ({ id, metered_at: meteredAt, late }))), now],
    );
  }

  async markSent(ids: readonly string[], now: Date): Promise<void> {
    await this.sql(
      `update meter_events set status = 'SENT', sent_at = $2, failure = null where id = any($1)`,
      [ids, now],
    );
  }

  /** It never reached Stripe: it is tried as if for the first time. */
  async markWaiting(id: string): Promise<void> {
    await this.sql(`update meter_events set status = 'WAITING', tried_at = null where id = $1`, [id]);
  }

  async markRefused(id: string, failure: string): Promise<void> {
    await this.sql(`update meter_events set status = 'REFUSED', failure = $2 where id = $1`, [id, failure]);
  }

  /** What Stripe refused of a customer's usage waits again. Answers how many events that are. */
  async waitAgain(customerId: string): Promise<number> {
    const rows = await this.sql(
      `update meter_events set status = 'WAITING', tried_at = null, failure = null
       where customer_id = $1 and status = 'REFUSED' returning id`,
      [customerId],
    );
    return rows.length;
  }

  async minute(
    { customerId, eventName }: OpenEvent,
    { from, to }: Period,
  ): Promise<{ sent: bigint; tried: bigint }> {
    const [row] = await this.run(() =>
      this.sql<{ sent: string; tried: string }>(MINUTE, [customerId, eventName, from, to]),
    );
    return { sent: BigInt(row!.sent), tried: BigInt(row!.tried) };
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.unitOfWork.sql<R>(text, values);
  }
}
