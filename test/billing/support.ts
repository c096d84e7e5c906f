/** What tests of billing need beside the world: a plan with a small limit. */
import { createHmac, randomBytes } from 'node:crypto';
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

/** An event as Stripe would send it, signed as the endpoint expects it unless told otherwise. */
export interface SentEvent {
  readonly id?: string;
  readonly type?: string;
  readonly stripeCustomerId?: string | null;
  /** Seconds by which the signature's time differs from now. */
  readonly skewSeconds?: number;
  readonly secret?: string;
}

export async function sendEvent({ app, clock, url }: World, event: SentEvent): Promise<Response> {
  const now = Math.floor(clock.millis() / 1000);
  const body = JSON.stringify({
    id: event.id ?? `evt_${randomBytes(8).toString('hex')}`,
    object: 'event',
    created: now,
    type: event.type ?? 'customer.subscription.updated',
    data: {
      object: { object: 'subscription', id: 'sub_x', customer: event.stripeCustomerId ?? 'cus_unknown' },
    },
  });
  const at = now + (event.skewSeconds ?? 0);
  const secret = event.secret ?? `whsec_${app.platform.crypto.mac('stripe-sandbox', 'webhook')}`;
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
    body,
  });
}
