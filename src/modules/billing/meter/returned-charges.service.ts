/**
 * Counts money that was given back for charges that were reversed when no invoice was to come any more, so that a later plan does not
 * return them a second time. It follows from the reading of Stripe, whoever brings the news and however often: what was
 * given back or called back by the payer's bank since counts, as far as there was something to return, and money that did not
 * arrive, or that the bank gave again, counts no more.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Database } from '../../../platform/database';
import { eventNameOf, MICROS, UsageMeter } from './meter-plan';
import type { TakenBackRepository } from './taken-back.repository';

/** A currency in which a customer had a plan, and has none now. */
interface Ended {
  readonly currency: string;
  readonly since: Date;
}

/** Of one billing period: what was counted as given back already, or is left. */
interface Part {
  readonly from: Date;
  readonly micros: bigint;
}

const ENDED = `select currency, max(ended_at) as since from plan_subscriptions
  where customer_id = $1 and stripe_subscription_id is not null group by currency having every(ended_at is not null)`;

const COUNTED = `select period_start as "from", (-sum(value))::text as micros from meter_events
  where customer_id = $1 and currency = $2 and status = 'RETURNED' and created_at >= $3 group by 1`;

const REVERSED = `select min(created_at) as since from ledger_transfers
  where customer_id = $1 and kind = 'REVERSAL' and grant_id is null and period_start = any($2)`;

/** Credits that were bought are given back by themselves: their invoices have no subscription. */
const REFUNDED = `select coalesce(sum(gone.minor), 0)::text as minor
  from invoices i, lateral (
    select (refund ->> 'amountMinor')::numeric as minor, refund ->> 'createdAt' as at from jsonb_array_elements(i.refunds) as refund
    union all
    select (dispute ->> 'withdrawnMinor')::numeric, dispute ->> 'createdAt' from jsonb_array_elements(i.disputes) as dispute
  ) as gone
  where i.customer_id = $1 and i.currency = $2 and i.stripe_subscription_id is not null
    and gone.at::timestamptz >= date_trunc('second', $3::timestamptz)`;

const COUNT_NO_MORE = `with undone as (
    delete from meter_events where customer_id = $1 and currency = $2 and status = 'RETURNED' and created_at >= $3
    returning period_start, value
  )
  update meter_periods m set owed_micros = m.owed_micros - u.value
  from (select period_start, sum(value) as value from undone group by 1) u
  where m.customer_id = $1 and m.period_start = u.period_start`;

const COUNT = `with returned as (
    insert into meter_events (customer_id, period_start, id, meter, event_name, currency, hour, value, metered_at, late, status, created_at)
    values ($1, $2, $3, 'CHARGE', $4, $5, $6, -$7::bigint, $6, true, 'RETURNED', $6)
  )
  update meter_periods set owed_micros = owed_micros - $7::bigint where customer_id = $1 and period_start = $2`;

export class ReturnedChargesService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly takenBack: Pick<TakenBackRepository, 'left'>,
  ) {}

  /** In the open unit of work that writes the reading, and holds the account's row. */
  async settle(customerId: string): Promise<void> {
    for (const ended of await this.sql<Ended>(ENDED, [customerId])) await this.settleIn(customerId, ended);
  }

  private async settleIn(customerId: string, { currency, since }: Ended): Promise<void> {
    const counted = await this.sql<{ from: Date; micros: string }>(COUNTED, [customerId, currency, since]);
    const all = await this.takenBack.left([customerId]);
    const left = all.filter((one) => one.currency === currency);
    const parts = partsOf([
      ...counted.map(({ from, micros }) => ({ from, micros: BigInt(micros) })),
      ...left.map(({ period, micros }) => ({ from: period.from, micros })),
    ]);
    if (parts.length === 0) return;
    const [reversed] = await this.sql<{ since: Date | null }>(REVERSED, [
      customerId,
      parts.map(({ from }) => from),
    ]);
    const from = reversed?.since && reversed.since > since ? reversed.since : since;
    const [refunded] = await this.sql<{ minor: string }>(REFUNDED, [customerId, currency, from]);
    const most = BigInt(refunded!.minor) * MICROS;
    const total = sumOf(parts);
    const due = total < most ? total : most;
    if (due === sumOf(counted.map(({ micros }) => ({ micros: BigInt(micros) })))) return;
    await this.sql(COUNT_NO_MORE, [customerId, currency, since]);
    await this.count(customerId, currency, parts, due);
  }

  private async count(
    customerId: string,
    currency: string,
    parts: readonly Part[],
    due: bigint,
  ): Promise<void> {
    const now = this.clock.now();
    const eventName = eventNameOf(UsageMeter.CHARGE, currency);
    let rest = due;
    for (const { from, micros } of parts) {
      const part = micros < rest ? micros : rest;
      if (part === 0n) return;
      rest -= part;
      await this.sql(COUNT, [customerId, from, newId('mte', now), eventName, currency, now, part.toString()]);
    }
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.database.unitOfWork.sql<R>(text, values);
  }
}

/** One a period, oldest first. */
function partsOf(parts: readonly Part[]): Part[] {
  const byStart = new Map<number, Part>();
  for (const { from, micros } of parts) {
    const known = byStart.get(from.getTime())?.micros ?? 0n;
    byStart.set(from.getTime(), { from, micros: known + micros });
  }
  return [...byStart.values()].sort((a, b) => a.from.getTime() - b.from.getTime());
}

function sumOf(parts: readonly Pick<Part, 'micros'>[]): bigint {
  return parts.reduce((sum, { micros }) => sum + micros, 0n);
}
