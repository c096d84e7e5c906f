/** What tests of billing need beside the world: a plan with a small limit. */
import { createHmac, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Stripe from 'stripe';
import type { Clock } from '../../src/kernel/clock';
import { bornAt, newId } from '../../src/kernel/id';
import { BILLING_CHANGED, type Reservation, type SettlementEntry } from '../../src/modules/billing';
import { createStripeSandbox } from '../../src/modules/billing/stripe/sandbox';
import { SERVICE } from '../../src/platform/database';
import type { GraphqlClient } from '../support/client';
import { usageSettled } from '../support/settled-usage';
import type { CustomerPerson, Person, World } from '../support/world';

type Ground = Pick<World, 'app'> & { readonly clock: Clock };

/** Puts a customer on a plan of its own that allows so many requests in a period and refuses the next. */
export function limitTo(ground: Ground, customerId: string, requests: number): Promise<void> {
  return putOnTerms(ground, customerId, { requests });
}

/** Puts a customer on a plan of its own: the free one, but for these terms. */
export async function putOnTerms({ app, clock }: Ground, customerId: string, terms: object): Promise<void> {
  const { servicePool } = app.platform.database;
  const planId = newId('pln', clock.now());
  await servicePool.query(
    `insert into plans (id, code, version, name, price_minor, currency, interval, sellable, grace_days, entitlement_terms, price_book, created_at)
     select $1, $1, 1, 'Test', price_minor, currency, interval, false, grace_days,
       entitlement_terms || $2::jsonb, price_book, created_at
     from plans where code = 'FREE' and version = 1`,
    [planId, JSON.stringify(terms)],
  );
  await servicePool.query(
    'update plan_subscriptions set plan_id = $2 where customer_id = $1 and ended_at is null',
    [customerId, planId],
  );
  await app.platform.signals.publish(BILLING_CHANGED, { customerId });
}

/** The record of an inference that used a reservation. */
export async function usageOf(
  { app, clock }: World,
  reservation: Reservation,
  more: Partial<SettlementEntry> = {},
): Promise<SettlementEntry> {
  const { pricing } = app.modules.billing;
  const inferenceId = newId('inf', clock.now());
  const deviceMs = more.deviceMs ?? 0.5;
  const { customerId, requests } = reservation;
  return {
    reservation,
    inferenceId,
    customerId,
    endUserId: null,
    modelId: 'mdl_test',
    deploymentId: null,
    deviceMs,
    rows: 3,
    createdAt: bornAt(inferenceId)!,
    price: await pricing.priceOf(customerId, 'mdl_test', { requests, rows: 3, deviceMs }),
    cost: pricing.costOf(deviceMs),
    ...more,
  };
}

export async function settleUsage(
  { app }: Pick<World, 'app'>,
  entries: readonly SettlementEntry[],
): Promise<void> {
  await app.platform.database.unitOfWork.run(SERVICE, () => app.modules.billing.metering.settle(entries));
  await usageSettled(app);
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

/** What a person does on a page of the sandbox: choose, click, and be led on. Answers where the page led and its status. */
export async function click(
  page: string,
  choice: { act: 'pay' | 'cancel' | 'card' | 'address'; card?: string; country?: string; tax_id?: string },
): Promise<{ status: number; location: string | null }> {
  const response = await fetch(page, {
    method: 'POST',
    // Where a page asks for it: a country in which nothing is collected.
    body: new URLSearchParams({ card: 'visa', country: 'BR', ...choice }),
    redirect: 'manual',
  });
  return { status: response.status, location: response.headers.get('location') };
}

interface Checkout {
  readonly checkoutUrl: string;
}

export async function checkout(owner: CustomerPerson, input: object): Promise<string> {
  const fields = 'checkoutUrl expiresAt';
  const payload = await owner.client.mutate<Checkout>(
    'subscriptionCheckoutCreate',
    'SubscriptionCheckoutCreateInput!',
    input,
    fields,
  );
  return payload.checkoutUrl;
}

/** A customer who has paid for a plan and come back. */
export async function subscribed(world: World, plan = 'PRO', form: object = {}): Promise<CustomerPerson> {
  const owner = await world.customer();
  const { location } = await click(await checkout(owner, { plan }), { act: 'pay', ...form });
  await fetch(location!);
  return owner;
}

export interface Standing {
  readonly subscription: {
    readonly id: string;
    readonly status: string;
    readonly quantity: number;
    readonly cancelAt: string | null;
    readonly currentPeriodEnd: string;
    readonly stripeCustomerId: string | null;
    readonly stripeSubscriptionId: string | null;
    readonly trialEndsAt: string | null;
    readonly plan: { readonly code: string };
    readonly plannedChange: {
      readonly plan: { readonly code: string };
      readonly quantity: number;
      readonly at: string;
    } | null;
  };
  readonly invoices: {
    readonly nodes: readonly {
      readonly id: string;
      readonly status: string;
      readonly total: { readonly formatted: string };
      readonly amountDue: { readonly formatted: string };
      readonly refunded: { readonly formatted: string };
      readonly lines: readonly {
        readonly description: string;
        readonly amount: { readonly formatted: string };
      }[];
    }[];
  };
}

export async function standing(owner: CustomerPerson): Promise<Standing> {
  const { customer } = await owner.client.ask<{ customer: Standing }>(`{ customer {
    subscription { id status quantity cancelAt currentPeriodEnd trialEndsAt stripeCustomerId stripeSubscriptionId plan { code }
      plannedChange { plan { code } quantity at } }
    invoices { nodes { id status total { formatted } amountDue { formatted } refunded { formatted } lines { description amount { formatted } } } }
  } }`);
  return customer;
}

/** The events of a customer of these types, in order, as `type planCode previousMonthlyMinor→monthlyMinor`. */
export async function moves({ app }: World, customerId: string): Promise<string[]> {
  const { rows } = await app.platform.database.servicePool.query<{ move: string }>(
    `select concat_ws(' ', type, data ->> 'planCode', (data ->> 'previousMonthlyMinor') || '→' || (data ->> 'monthlyMinor')) as move
     from outbox_events where customer_id = $1 and type in ('subscription.started', 'subscription.changed', 'subscription.canceled')
     order by position`,
    [customerId],
  );
  return rows.map(({ move }) => move);
}

/** Carries out at once what a job would carry out half a minute after the process that took it has failed. */
export async function secondLook(world: World): Promise<void> {
  await world.app.platform.database.servicePool.query(
    'update graphile_worker._private_jobs set run_at = now() where run_at > now()',
  );
  await world.settle();
}

export async function rows<R extends object>({ app }: World, text: string, values: unknown[]): Promise<R[]> {
  return (await app.platform.database.servicePool.query<R>(text, values)).rows;
}

/** Nothing can be written of one customer into a table any more, until what is answered heals it. */
export async function poisoned(
  world: World,
  table: string,
  customerId: string,
): Promise<() => Promise<void>> {
  await rows(
    world,
    `create function poison() returns trigger language plpgsql as $$ begin raise 'poisoned'; end $$;
     create trigger poison before insert on ${table} for each row when (new.customer_id = '${customerId}') execute function poison()`,
    [],
  );
  return async () => void (await rows(world, 'drop function poison cascade', []));
}

/** Types of a customer's events that begin like this, in order. */
export async function eventsOf(world: World, customerId: string, like: string): Promise<string[]> {
  const text = 'select type from outbox_events where customer_id = $1 and type like $2 order by position';
  return (await rows<{ type: string }>(world, text, [customerId, like])).map(({ type }) => type);
}

/** What somebody does in Stripe's dashboard: past the product, which hears of it by webhook. */
export async function inDashboard<T>(
  { app, clock }: World,
  work: (stripe: Stripe) => Promise<T>,
): Promise<T> {
  const { database, crypto, log } = app.platform;
  const webhookUrl = (): undefined => undefined;
  const desk = createStripeSandbox({ database, clock, crypto, log, webhookUrl, webhookSecret: 'whsec_none' });
  const place = await desk.start();
  try {
    return await work(new Stripe(desk.apiKey, { ...place, protocol: 'http', telemetry: false }));
  } finally {
    await desk.stop();
    await app.modules.billing.sandbox!.webhooks.flush();
  }
}

/** Lets time pass at Stripe too, and hears of all that it brought. */
export async function pass(world: World, ms: number): Promise<void> {
  const { sandbox } = world.app.modules.billing;
  world.clock.advance(ms);
  for (let news = 0; news < 2; news++) {
    await sandbox!.tick();
    await sandbox!.webhooks.flush();
    await world.settle();
  }
}

/** Signs the owner in again, after so much time that no session is left. */
export async function signedIn(world: World, { email, password }: CustomerPerson): Promise<GraphqlClient> {
  const { session } = await world.client().mutate<{
    session: { accessToken: string };
  }>('signIn', 'SignInInput!', { email, password }, 'session { accessToken }');
  return world.client(session.accessToken);
}

interface Found {
  readonly customerId: string | null;
  readonly what: string;
  readonly repaired: boolean;
}

/** Compares with Stripe, and answers what was found. */
export async function reconciled(world: World, staff: Person, customerId?: string): Promise<Found[]> {
  const { reconciliation } = await staff.client.mutate<{ reconciliation: { id: string } }>(
    'billingReconcile',
    'BillingReconcileInput!',
    { customerId },
    'reconciliation { id }',
  );
  await world.settle();
  const query = `query ($id: ID!) { node(id: $id) { ... on BillingReconciliation { state findings { customerId what repaired } } } }`;
  const { node } = await staff.client.ask<{ node: { state: string; findings: Found[] } }>(
    query,
    reconciliation,
  );
  if (node.state !== 'DONE') throw new Error(`the comparison is ${node.state}`);
  return node.findings;
}

/** What was written to a customer's owner. */
export function mails({ dataDir }: World, { email }: CustomerPerson): string {
  const folder = path.join(dataDir, 'mail');
  const all = fs.readdirSync(folder).map((file) => fs.readFileSync(path.join(folder, file), 'utf8'));
  return all.filter((text) => text.includes(`To: ${email}`)).join('\n');
}
