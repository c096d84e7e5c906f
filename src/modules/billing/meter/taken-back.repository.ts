/**
 * Charges that were reversed after Stripe was told of them, in the database: which invoice they may still come off, and what of them
 * is left. What is left is no row of its own: a period stays told of more than is owed until somebody has it back, so that
 * neither a crash nor a repetition can lose or double it.
 */
import type { Period } from '../../../kernel/period';
import { type Database, type Scope, SERVICE } from '../../../platform/database';
import { owedOf, type SetOff } from './meter-plan';
import { isInvoiced, setOffTime } from './meter-time';
import type { PeriodOfUsage } from './meter.repository';

/** What of a period was charged, is owed no more, and neither came off an invoice nor was given back. */
export interface ChargeLeft {
  readonly customerId: string;
  readonly period: Period;
  readonly currency: string;
  readonly micros: bigint;
  /** A plan runs, off whose usage it comes; else a person gives it back. */
  readonly isSetOff: boolean;
}

/**
 * Usage that is on nobody's invoice: it came after the end of a plan, or in a trial, or Stripe refused it. Our row of a subscription is
 * younger than Stripe's subscription by as much as the news of it took.
 */
const GIVEN_AWAY = `coalesce((select sum(e.value) from meter_events e
    where e.customer_id = m.customer_id and e.period_start = m.period_start and e.meter = 'CHARGE' and e.value > 0
      and (e.status = 'REFUSED' or not exists (select from plan_subscriptions s where s.customer_id = e.customer_id
        and s.stripe_subscription_id is not null and s.created_at - interval '1 hour' <= e.metered_at
        and (s.ended_at is null or s.ended_at > e.metered_at) and (s.trial_ends_at is null or s.trial_ends_at <= e.metered_at)))), 0)`;

/** The period whose invoice is to come: that of the usage for as long as its invoice is a draft ($6), else the one that runs. */
const SET_OFF = `select w.starts, w.ends, ${GIVEN_AWAY}::text as "givenAway",
    coalesce((select sum(value) from meter_events e where e.customer_id = m.customer_id and e.meter = 'CHARGE' and e.currency = $3
      and e.metered_at >= w.starts and e.metered_at < w.ends
      and (e.status = 'SENT' or e.value < 0 and e.status <> 'RETURNED')), 0)::text as room
  from meter_periods m cross join lateral (
    select case when $6 then $2 else s.current_period_start end as starts, case when $6 then $4 else s.current_period_end end as ends
    from plan_subscriptions s
    where s.customer_id = m.customer_id and s.stripe_subscription_id is not null and s.currency = $3
      and case when $6 then s.created_at < $4 and (s.ended_at is null or s.ended_at >= $4)
        else s.ended_at is null and s.status in ('ACTIVE', 'PAST_DUE') and $5 >= s.current_period_start and $5 < s.current_period_end end
    order by s.ended_at nulls first limit 1
  ) w
  where m.customer_id = $1 and m.period_start = $2`;

const WITHDRAW = `with withdrawn as (
    delete from meter_events where customer_id = $1 and period_start = $2 and value < 0 and status = 'WAITING' returning value
  )
  update meter_periods set owed_micros = owed_micros - (select sum(value) from withdrawn)
  where customer_id = $1 and period_start = $2 and exists (select from withdrawn)`;

const LEFT = `select m.customer_id as "customerId", m.period_start as "from", m.period_end as "to", told.currency,
    (m.owed_micros - ${GIVEN_AWAY})::text as billed, c.charged::text, c.credited::text,
    exists (select from plan_subscriptions s where s.customer_id = m.customer_id and s.stripe_subscription_id is not null
      and s.ended_at is null and s.currency = told.currency) as "isSetOff"
  from meter_periods m join usage_counters c using (customer_id, period_start)
    cross join lateral (select max(currency) as currency from meter_events e
      where e.customer_id = m.customer_id and e.period_start = m.period_start) told
  where trunc((c.charged - c.credited) * 1000000) < m.owed_micros and ($1::text[] is null or m.customer_id = any($1))
  order by 1, 2`;

export class TakenBackRepository {
  constructor(private readonly database: Database) {}

  /**
   * Takes the customer's turn, because all its periods come off the same invoice. What waits and was never sent is planned anew: the
   * invoice that it was to come off may be closed. Joins the open unit of work.
   */
  async begin({ customerId, period }: PeriodOfUsage): Promise<void> {
    await this.sql('select from billing_accounts where customer_id = $1 for update', [customerId]);
    await this.sql(WITHDRAW, [customerId, period.from]);
  }

  /** null where no invoice is to come. In the unit of work that began. */
  async setOff({ customerId, period }: PeriodOfUsage, currency: string, now: Date): Promise<SetOff | null> {
    const isDraft = now >= period.to && !isInvoiced(period, now);
    type Row = { starts: Date; ends: Date; room: string; givenAway: string };
    const values = [customerId, period.from, currency, period.to, now, isDraft];
    const [row] = await this.sql<Row>(SET_OFF, values);
    const at = row && setOffTime({ from: row.starts, to: row.ends }, period, now);
    return at ? { ...at, room: BigInt(row.room), givenAway: BigInt(row.givenAway) } : null;
  }

  /** Of these customers, or of all where null; oldest first. */
  async left(customerIds: readonly string[] | null, scope: Scope = SERVICE): Promise<ChargeLeft[]> {
    type Row = Omit<ChargeLeft, 'period' | 'micros'> & {
      readonly from: string;
      readonly to: string;
      readonly billed: string;
      readonly charged: string;
      readonly credited: string;
    };
    const rows = await this.database.read.sql<Row>(scope, 'billing.charges-left', LEFT, [customerIds]);
    return rows.flatMap(({ from, to, billed, charged, credited, ...row }) => {
      const micros = BigInt(billed) - owedOf(charged, credited, row.currency);
      return micros > 0n ? [{ ...row, micros, period: { from: new Date(from), to: new Date(to) } }] : [];
    });
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.unitOfWork.sql<R>(text, values);
  }
}
