/**
 * `kill -9` at every step between our order and Stripe's answer: whichever step it was, money moves once, and usage counts
 * once. One kill meets several customers, each at a step of their own, because every start of the product takes seconds.
 */
import { click } from '../billing/support';
import { RunningProduct, until } from './running-product';

const product = new RunningProduct();
afterAll(() => product.remove());

const PAID = `{ customer { subscription { status plan { code } currentPeriodEnd } invoices { nodes { status total { formatted } } }
  meters { meter used unbilled sent atStripe difference } } }`;
interface Paid {
  readonly subscription: { readonly status: string; readonly plan: { readonly code: string } };
  readonly invoices: { readonly nodes: readonly { readonly total: { readonly formatted: string } }[] };
  readonly meters: readonly object[];
}
interface Buyer {
  readonly id: string;
  readonly token: string;
}

test('what was killed before Stripe acted, after it, and before we knew of it has one effect', async () => {
  await product.start();
  const [unknown, unanswered, unmirrored, metered] = [
    await signUp('unknown'),
    await signUp('unanswered'),
    await signUp('unmirrored'),
    await signUp('metered'),
  ];
  for (const one of [unanswered, unmirrored, metered]) {
    await pay(one);
    await standsOn(one, 'PRO');
  }
  await twoHoursAgo(metered, { requests: 10, charge: '4' });

  // Stripe has the usage, and we do not know that it has.
  await stopAt(
    'meter_events',
    `before update on meter_events for each row when (new.status = 'SENT')`,
    flush,
  );
  // The customer is made at Stripe, and nobody here knows of it.
  await stopAt(
    'billing_accounts',
    `before update on billing_accounts for each row when (new.customer_id = '${unknown.id}')`,
    () => buy(unknown),
  );
  // Stripe has changed the plan, and neither mirror nor order knows.
  await stopAt(
    'plan_subscriptions',
    `before update on plan_subscriptions for each row
       when (new.customer_id = '${unmirrored.id}' and new.plan_id <> old.plan_id)`,
    () => change(unmirrored),
  );
  // The order is written down, and Stripe is in the middle of it: what it did is not committed.
  await stopAt('stripe_sandbox_idempotency', 'before insert on stripe_sandbox_idempotency for each row', () =>
    change(unanswered),
  );
  await kill();
  await product.start();

  await pay(unknown);
  // Nobody asks again for the rest: the jobs find the orders, and the usage that was tried.
  await flush();
  await product.sql('update graphile_worker._private_jobs set run_at = now() where run_at > now()');
  expect((await standsOn(unknown, 'PRO')).invoices.nodes).toMatchObject([
    { total: { formatted: '49.00 USD' } },
  ]);
  for (const one of [unanswered, unmirrored]) {
    const { invoices } = await standsOn(one, 'SCALE');
    // What is left of the month is prorated by the second: on a slow machine a minute of it has gone.
    const changed = expect.stringMatching(/^4(50\.00|49\.\d\d) USD$/);
    expect(invoices.nodes.map(({ total }) => total.formatted).sort()).toEqual([changed, '49.00 USD']);
  }
  await none(`plan_orders where status = 'PENDING'`, 'the orders to be done');
  await none(`meter_events where status <> 'SENT'`, 'the usage to be handed over');
  expect((await standsOn(metered, 'PRO')).meters).toMatchObject([
    { meter: 'REQUESTS', unbilled: '0', sent: '10', atStripe: '10', difference: '0' },
    { meter: 'CHARGE', unbilled: '0', sent: '4', atStripe: '4', difference: '0' },
  ]);
  const made = (kind: string) => count(`stripe_sandbox_objects where kind = '${kind}'`);
  expect(await made('customer')).toBe(4);
  expect(await made('checkout.session')).toBe(4);
  expect(await made('subscription')).toBe(4);
  expect(await made('invoice')).toBe(6);
});

/** Lets the product come to one writing of a table and no further: who writes it sleeps, in a transaction that is not committed. */
async function stopAt(table: string, when: string, act: () => Promise<unknown>): Promise<void> {
  const asleep = await count(ASLEEP);
  await product.sql(`create or replace function stop_here() returns trigger language plpgsql as
      $$ begin perform pg_sleep(600); return new; end $$;
    create trigger stop_here ${when} execute function stop_here()`);
  act().catch(() => undefined);
  await until(async () => ((await count(ASLEEP)) > asleep ? true : undefined), `the writing of ${table}`);
}

const ASLEEP = `pg_stat_activity where wait_event = 'PgSleep'`;
const STOPPED = ['meter_events', 'billing_accounts', 'plan_subscriptions', 'stripe_sandbox_idempotency'];

async function kill(): Promise<void> {
  await product.end('SIGKILL');
  // The database outlives the process, and so does what sleeps in it.
  await product.sql(`select pg_terminate_backend(pid) from ${ASLEEP}`);
  await none(ASLEEP, 'what slept to end');
  for (const table of STOPPED) await product.sql(`drop trigger stop_here on ${table}`);
}

const count = async (from: string): Promise<number> =>
  (await product.sql<{ count: number }>(`select count(*)::int as count from ${from}`))[0]!.count;

const none = (from: string, what: string) =>
  until(async () => ((await count(from)) === 0 ? true : undefined), what);

const buy = ({ token }: Buyer) =>
  product
    .client(token)
    .mutate<{ checkoutUrl: string }>(
      'subscriptionCheckoutCreate',
      'SubscriptionCheckoutCreateInput!',
      { plan: 'PRO', idempotencyKey: 'once' },
      'checkoutUrl',
    );

async function pay(buyer: Buyer): Promise<void> {
  const { checkoutUrl } = await buy(buyer);
  expect((await click(checkoutUrl, { act: 'pay' })).status).toBeLessThan(400);
}

const change = ({ token }: Buyer) =>
  product
    .client(token)
    .mutate(
      'subscriptionChange',
      'SubscriptionChangeInput!',
      { plan: 'SCALE', idempotencyKey: 'up' },
      'subscription { id }',
    );

const standsOn = ({ token }: Buyer, plan: string): Promise<Paid> =>
  until(async () => {
    const { customer } = await product.client(token).ask<{ customer: Paid }>(PAID);
    const { status, plan: present } = customer.subscription;
    return status === 'ACTIVE' && present.code === plan ? customer : undefined;
  }, `the plan ${plan} that was paid`);

/** As the clock does every ten minutes. */
const flush = () => product.sql(`select graphile_worker.add_job('billing.flush-usage', '{}')`);

/** Usage of an hour that is over, in the period that runs. */
async function twoHoursAgo(
  { id }: Buyer,
  { requests, charge }: { readonly requests: number; readonly charge: string },
): Promise<void> {
  await product.sql(`insert into usage_counters (customer_id, period_start, period_end, settled, charged)
    select customer_id, current_period_start, current_period_end, ${requests}, ${charge} from plan_subscriptions
    where customer_id = '${id}' and ended_at is null`);
  await product.sql(`insert into usage_records (customer_id, created_at, first_inference_id, inference_ids, period_start, plan_id, model_id, lease_id,
      requests, rows, device_ms, price, cost, currency)
    select customer_id, now() - interval '2 hours', 'inf_crash', '{inf_crash}', current_period_start, plan_id, 'mdl_crash', 'lse_crash',
      ${requests}, 1, 0, ${charge}, 0, 'USD' from plan_subscriptions where customer_id = '${id}' and ended_at is null`);
}

async function signUp(name: string): Promise<Buyer> {
  const owner = { organisation: name, email: `${name}@crash.test`, password: 'correct horse battery' };
  const { customer, session } = await product
    .client()
    .mutate<{ customer: { id: string }; session: { accessToken: string } }>(
      'signUp',
      'SignUpInput!',
      owner,
      'customer { id } session { accessToken }',
    );
  return { id: customer.id, token: session.accessToken };
}
