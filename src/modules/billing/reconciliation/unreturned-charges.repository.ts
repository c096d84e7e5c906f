/**
 * Charges that were reversed when no invoice was to come any more: what was taken back from Stripe's meter lowers the next one,
 * and after the end of a plan there is none. Whatever was given back since counts for it, so nothing is asked for twice.
 */
import { chargeStep } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { MICROS } from '../meter/meter-plan';

export interface UnreturnedCharge {
  readonly customerId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** The newest paid invoice of which so much is left; null when there is none. */
  readonly invoiceId: string | null;
}

/** Usage that came too late for an invoice was given away; what of it was reversed is not given back besides. */
const UNRETURNED = `with taken_back as (
    select e.customer_id, e.currency, -sum(e.value) as micros, min(e.metered_at) filter (where e.value < 0) as since
    from meter_events e
    where e.customer_id in (select customer_id from meter_events where value < 0 and ($1::text is null or customer_id = $1))
      and e.meter = 'CHARGE' and not exists (select from plan_subscriptions s where s.customer_id = e.customer_id
        and s.stripe_subscription_id is not null and s.created_at <= e.metered_at
        and (s.ended_at is null or s.ended_at > e.metered_at))
    group by 1, 2 having sum(e.value) < 0
  ), open as (
    select t.customer_id, t.currency, t.micros - $2 * coalesce((select sum((refund ->> 'amountMinor')::numeric)
      from invoices i, jsonb_array_elements(i.refunds) as refund
      where i.customer_id = t.customer_id and i.currency = t.currency
        and (refund ->> 'createdAt')::timestamptz >= date_trunc('second', t.since)), 0) as micros
    from taken_back t
  )
  select o.customer_id as "customerId", o.currency, trunc(o.micros)::text as micros, (select i.id from invoices i
    where i.customer_id = o.customer_id and i.currency = o.currency and i.status = 'PAID'
      and (i.amount_paid_minor - i.refunded_minor) * $2 >= o.micros order by i.paid_at desc limit 1) as "invoiceId"
  from open o where o.micros > 0 order by 1, 2`;

/** Of one customer, or of all where null. */
export async function unreturnedCharges(
  { unitOfWork }: Pick<Database, 'unitOfWork'>,
  customerId: string | null,
): Promise<UnreturnedCharge[]> {
  type Row = Omit<UnreturnedCharge, 'amountMinor'> & { readonly micros: string };
  const values = [customerId, MICROS.toString()];
  const rows = await unitOfWork.run(SERVICE, () => unitOfWork.sql<Row>(UNRETURNED, values));
  return rows.flatMap(({ micros, ...row }) => {
    const minor = BigInt(micros) / MICROS;
    // What a card could not have paid is not given back to it.
    const amountMinor = minor - (minor % chargeStep(row.currency));
    return amountMinor > 0n ? [{ ...row, amountMinor }] : [];
  });
}
