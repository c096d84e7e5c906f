/** `kill -9` at every step between our order and Stripe's answer: whichever step it was, money moves once. */
import { click } from '../billing/support';
import { RunningProduct, until } from './running-product';


const product = new RunningProduct();
afterAll(() => product.remove());

const PAID = `{ customer { subscription { status plan { code } } invoices { nodes { status total { formatted } } } } }`;
interface Paid {
  readonly customer: {
    readonly subscription: { readonly status: string; readonly plan: { readonly code: string } };
    readonly invoices: { readonly nodes: readonly { readonly total: { readonly formatted: string } }[] };
  };
}

test('an order that was killed before Stripe acted, after it, and before we knew of it has one effect', async () => {
  await product.start();
  const owner = await signUp();
  const buy = () =>
    product
      .client(owner)
      .mutate<{ checkoutUrl: string }>(
        'subscriptionCheckoutCreate',
        'SubscriptionCheckoutCreateInput!',
        { plan: 'PRO', idempotencyKey: 'once' },
        'checkoutUrl',
      );
  const change = () =>
    product
      .client(owner)
      .mutate(
        'subscriptionChange',
        'SubscriptionChangeInput!',
        { plan: 'SCALE', idempotencyKey: 'up' },
        'subscription { id }',
      );
  const invoicesOn = (wanted: string) =>
    until(async () => {
      const { customer } = await product.client(owner).ask<Paid>(PAID);
      const { status, plan } = customer.subscription;
      return status === 'ACTIVE' && plan.code === wanted ? customer.invoices.nodes : undefined;
    }, `the plan ${wanted} that was paid`);

  // The customer is made at Stripe, and nobody here knows of it.
  await killedAt('update', 'billing_accounts', buy);
  await product.start();
  const { checkoutUrl } = await buy();
  expect((await click(checkoutUrl, { act: 'pay' })).status).toBeLessThan(400);
  expect(await invoicesOn('PRO')).toMatchObject([{ total: { formatted: '49.00 USD' } }]);

  // The order is written down, and Stripe is in the middle of it: what it did is not committed.
  await killedAt('insert', 'stripe_sandbox_idempotency', change);
  await product.start();
  // Stripe has done it, and neither mirror nor order knows.
  await killedAt('update', 'plan_subscriptions', change);
  await product.start();
  // Nobody asks again: the job finds the order, and that it is done.
  await product.sql('update graphile_worker._private_jobs set run_at = now() where run_at > now()');
  const invoices = await invoicesOn('SCALE');
  expect(invoices.map(({ total }) => total.formatted).sort()).toEqual(['450.00 USD', '49.00 USD']);
  await until(
    async () => ((await count(`plan_orders where status = 'PENDING'`)) === 0 ? true : undefined),
    'the orders to be done',
  );
  const made = (kind: string) => count(`stripe_sandbox_objects where kind = '${kind}'`);
  expect(await made('customer')).toBe(1);
  expect(await made('checkout.session')).toBe(1);
  expect(await made('subscription')).toBe(1);
  expect(await made('invoice')).toBe(2);
});

/** Lets the product come to its next writing of a table and no further, and kills it there. */
async function killedAt(
  write: 'insert' | 'update',
  table: string,
  act: () => Promise<unknown>,
): Promise<void> {
  // Who writes it sleeps, in a transaction that is not committed.
  await product.sql(`create or replace function stop_here() returns trigger language plpgsql as
      $$ begin perform pg_sleep(600); return new; end $$;
    create trigger stop_here before ${write} on ${table} for each row execute function stop_here()`);
  const acted = act().catch(() => undefined);
  const asleep = `pg_stat_activity where wait_event = 'PgSleep'`;
  await until(async () => ((await count(asleep)) > 0 ? true : undefined), `the writing of ${table}`);
  await product.end('SIGKILL');
  await acted;
  // The database outlives the process, and so does what sleeps in it.
  await product.sql(`select pg_terminate_backend(pid) from ${asleep}`);
  await product.sql(`drop trigger stop_here on ${table}`);
}

const count = async (from: string): Promise<number> =>
  (await product.sql<{ count: number }>(`select count(*)::int as count from ${from}`))[0]!.count;

/** Answers the access token of a new customer's owner. */
async function signUp(): Promise<string> {
  const owner = { organisation: 'Crash', email: 'payer@crash.test', password: 'correct horse battery' };
  const { session } = await product
    .client()
    .mutate<{ session: { accessToken: string } }>('signUp', 'SignUpInput!', owner, 'session { accessToken }');
  return session.accessToken;
}
