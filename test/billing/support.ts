/** What tests of billing need beside the world: a plan with a small limit. */
import { newId } from '../../src/kernel/id';
import { BILLING_CHANGED } from '../../src/modules/billing';
import type { World } from '../support/world';

/** Puts a customer on a plan of its own that allows so many requests in a period and refuses the next. */
export async function limitTo({ app, clock }: World, customerId: string, requests: number): Promise<void> {
  const { servicePool } = app.platform.database;
  const planId = newId('pln', clock.now());
  await servicePool.query(
    `insert into plans (id, code, version, name, price_minor, currency, interval, sellable, grace_days, entitlement_terms, price_book, created_at)
     select $1, $1, 1, 'Test', price_minor, currency, interval, false, grace_days,
       entitlement_terms || jsonb_build_object('requests', $2::int), price_book, created_at
     from plans where code = 'FREE' and version = 1`,
    [planId, requests],
  );
  await servicePool.query(
    'update plan_subscriptions set plan_id = $2 where customer_id = $1 and ended_at is null',
    [customerId, planId],
  );
  await app.platform.signals.publish(BILLING_CHANGED, { customerId });
}
