/**
 * Charges that were reversed and come off no invoice, because the plan has ended: a person gives them back. What was given back since
 * is counted with each reading of Stripe, so nothing is asked for twice.
 */
import { chargeStep } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import { MICROS } from '../meter/meter-plan';
import type { TakenBackRepository } from '../meter/taken-back.repository';

export interface UnreturnedCharge {
  readonly customerId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** The newest paid invoice of a plan of which so much is left; null when there is none. */
  readonly invoiceId: string | null;
}

/** No invoice of credits: with its money the credits would be taken back. None that a bank has called back: Stripe refunds it no more. */
const INVOICES = `select o.place::int as place, (select i.id from invoices i
    where i.customer_id = o.customer_id and i.currency = o.currency and i.status = 'PAID' and i.stripe_subscription_id is not null
      and i.amount_paid_minor - i.refunded_minor >= o.minor
      and not exists (select from jsonb_array_elements(i.disputes) as dispute where (dispute ->> 'withdrawnMinor')::numeric > 0)
    order by i.paid_at desc limit 1) as "invoiceId"
  from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as o (customer_id, currency, minor, place) order by place`;

/** Of one customer, or of all where null. */
export async function unreturnedCharges(
  { read }: Pick<Database, 'read'>,
  takenBack: Pick<TakenBackRepository, 'left'>,
  customerId: string | null,
): Promise<UnreturnedCharge[]> {
  const sums = new Map<string, { customerId: string; currency: string; micros: bigint }>();
  for (const one of await takenBack.left(customerId === null ? null : [customerId])) {
    if (one.isSetOff) continue;
    const key = `${one.customerId} ${one.currency}`;
    const micros = (sums.get(key)?.micros ?? 0n) + one.micros;
    sums.set(key, { customerId: one.customerId, currency: one.currency, micros });
  }
  const charges = [...sums.values()].flatMap(({ micros, ...whose }) => {
    const minor = micros / MICROS;
    // What a card could not have paid is not given back to it.
    const amountMinor = minor - (minor % chargeStep(whose.currency));
    return amountMinor > 0n ? [{ ...whose, amountMinor }] : [];
  });
  if (charges.length === 0) return [];
  const found = await read.sql<{ invoiceId: string | null }>(SERVICE, 'billing.returnable', INVOICES, [
    charges.map((charge) => charge.customerId),
    charges.map(({ currency }) => currency),
    charges.map(({ amountMinor }) => amountMinor.toString()),
  ]);
  return charges.map((charge, place) => ({ ...charge, invoiceId: found[place]!.invoiceId }));
}
