/** Orders to Stripe on a bad day, in two tabs and from two admins: one effect each, and the money is right. */
import type { Fault } from '../../src/modules/billing/stripe/sandbox/request/faults';
import type { OrderHandlers } from '../../src/modules/billing/subscription/plan-order';
import { PlanOrderService } from '../../src/modules/billing/subscription/plan-order.service';
import type { CustomerPerson, Person } from '../support/world';
import { startWorld, type World } from '../support/world';
import { type Refunded, refundsStand } from './refunds';
import { checkout, click, eventsOf, mails, rows, secondLook, standing, subscribed } from './support';

let world: World;
let staff: Person;

beforeAll(async () => {
  world = await startWorld();
  staff = await world.staff();
});
afterAll(() => world.close());
afterEach(() => sandbox().faults.lift());

const sandbox = () => world.app.modules.billing.sandbox!;

const REFUNDED = 'invoice { refunded { formatted } refunds { amount { amountMinor } reason } }';
const refund = (input: object) =>
  staff.client.attempt<Refunded>('invoiceRefund', 'InvoiceRefundInput!', input, REFUNDED);
const firstInvoice = async (owner: CustomerPerson) => (await standing(owner)).invoices.nodes[0]!.id;
async function objects(owner: CustomerPerson, kind: string, where = 'true'): Promise<number> {
  const [found] = await rows<{ count: number }>(
    world,
    `select count(*)::int as count from stripe_sandbox_objects join billing_accounts on stripe_customer_id = customer
     where customer_id = $1 and kind = $2 and ${where}`,
    [owner.customerId, kind],
  );
  return found!.count;
}

/** Orders whose handler is the test's own; `done` has one entry for each time that it was called. */
function desk(handler: () => Promise<object>): { orders: PlanOrderService; done: string[] } {
  const { database, events, jobs, log } = world.app.platform;
  const orders = new PlanOrderService(database, events, jobs, world.clock, log);
  const done: string[] = [];
  const resume: OrderHandlers['RESUME'] = async ({ orderId }) => {
    done.push(orderId);
    return handler();
  };
  orders.handle({ RESUME: resume } as OrderHandlers);
  return { orders, done };
}

interface Act {
  readonly name: string;
  /** The writes to Stripe that it takes. */
  readonly writes: readonly RegExp[];
  prepare(): Promise<CustomerPerson>;
  act(owner: CustomerPerson): Promise<{ errors: readonly { code: string }[] }>;
  /** That it was done, and once. */
  done(owner: CustomerPerson): Promise<void>;
}

const key = { idempotencyKey: 'once' };
const attempt = (mutation: string, type: string, input: object) => (owner: CustomerPerson) =>
  owner.client.attempt(mutation, type, input);

const ACTS: readonly Act[] = [
  {
    name: 'subscribing',
    writes: [/^POST \/v1\/customers$/, /^POST \/v1\/checkout\/sessions$/],
    prepare: () => world.customer(),
    act: attempt('subscriptionCheckoutCreate', 'SubscriptionCheckoutCreateInput!', { plan: 'PRO', ...key }),
    done: async (owner) => expect(await objects(owner, 'checkout.session')).toBe(1),
  },
  {
    name: 'buying credits',
    writes: [/^POST \/v1\/checkout\/sessions$/],
    prepare: () => world.customer(),
    act: attempt('creditCheckoutCreate', 'CreditCheckoutCreateInput!', { amountMinor: '999', ...key }),
    done: async (owner) => expect(await objects(owner, 'checkout.session')).toBe(1),
  },
  {
    name: 'a higher plan',
    writes: [/^POST \/v1\/subscriptions\//],
    prepare: () => subscribed(world),
    act: attempt('subscriptionChange', 'SubscriptionChangeInput!', { plan: 'SCALE', ...key }),
    done: async (owner) => {
      const { subscription, invoices } = await standing(owner);
      expect(subscription.plan.code).toBe('SCALE');
      expect(invoices.nodes).toHaveLength(2);
    },
  },
  {
    name: 'a lower plan',
    writes: [/^POST \/v1\/subscription_schedules$/, /^POST \/v1\/subscription_schedules\//],
    prepare: () => subscribed(world, 'SCALE'),
    act: attempt('subscriptionChange', 'SubscriptionChangeInput!', { plan: 'PRO', ...key }),
    done: async (owner) => {
      expect(await objects(owner, 'subscription_schedule')).toBe(1);
      expect((await standing(owner)).subscription.plannedChange).toMatchObject({ plan: { code: 'PRO' } });
    },
  },
  {
    name: 'an end at once',
    writes: [/^DELETE \/v1\/subscriptions\//],
    prepare: () => subscribed(world),
    act: attempt('subscriptionCancel', 'SubscriptionCancelInput!', { when: 'NOW', ...key }),
    done: async (owner) => {
      expect((await standing(owner)).subscription.plan.code).toBe('FREE');
      expect(await objects(owner, 'subscription', `body ->> 'status' = 'canceled'`)).toBe(1);
    },
  },
  {
    name: 'a refund',
    writes: [/^POST \/v1\/credit_notes$/],
    prepare: () => subscribed(world),
    act: async (owner) =>
      refund({ invoiceId: await firstInvoice(owner), amountMinor: '1000', reason: 'late', ...key }),
    done: async (owner) => {
      expect(await objects(owner, 'credit_note')).toBe(1);
      expect((await standing(owner)).invoices.nodes).toMatchObject([
        { refunded: { formatted: '10.00 USD' } },
      ]);
    },
  },
];

interface BadDay {
  readonly name: string;
  readonly fault: Fault;
  readonly times: number;
}

const FAULTS: readonly BadDay[] = [
  {
    name: 'breaks after the effect, and says so for ever',
    fault: { kind: 'FAILED_AFTER', kept: true },
    times: 1,
  },
  { name: 'is cut off after the effect, three times', fault: { kind: 'CUT_AFTER' }, times: 3 },
];
/** Asked again before anybody hears of it, below all operations alike: one of them shows it. */
const BUSY: BadDay = { name: 'answers with 429', fault: { kind: 'TOO_MANY', retryAfter: 0 }, times: 2 };
const [SUBSCRIBING] = ACTS;

describe.each(ACTS)('$name', (performed) => {
  const { writes, prepare, act, done } = performed;
  const faults = performed === SUBSCRIBING ? [...FAULTS, BUSY] : FAULTS;
  it.each(faults)('has one effect when Stripe $name', async ({ fault, times }) => {
    for (const on of writes) {
      const owner = await prepare();
      sandbox().faults.bring(fault, { on, times });
      const { errors } = await act(owner);
      if (errors.length > 0) {
        expect(errors).toMatchObject([{ code: 'UPSTREAM_FAILED' }]);
        expect((await act(owner)).errors).toEqual([]);
      }
      expect(sandbox().faults.struck.length).toBeGreaterThan(0);
      await done(owner);
      const open = `select 1 from plan_orders where customer_id = $1 and status = 'PENDING'`;
      expect(await rows(world, open, [owner.customerId])).toEqual([]);
      sandbox().faults.lift();
    }
  });
});

describe('Stripe that is down', () => {
  it('is told, refuses nothing for good, and the order is carried out by itself when it is back', async () => {
    const owner = await subscribed(world);
    sandbox().faults.bring({ kind: 'DOWN' }, { on: /^POST /, times: Infinity });
    const change = { plan: 'SCALE' };
    const { errors } = await owner.client.attempt('subscriptionChange', 'SubscriptionChangeInput!', change);
    expect(errors).toMatchObject([{ code: 'UPSTREAM_FAILED' }]);
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
    for (const [ask, type, input] of [
      ['subscriptionChangePreview', 'SubscriptionChangeInput!', { plan: 'SCALE', quantity: 2 }],
      ['billingPortalCreate', 'BillingPortalCreateInput!', {}],
    ] as const)
      expect((await owner.client.attempt(ask, type, input)).errors).toMatchObject([
        { code: 'UPSTREAM_FAILED' },
      ]);
    sandbox().faults.lift();
    await secondLook(world);
    const { subscription, invoices } = await standing(owner);
    expect(subscription.plan.code).toBe('SCALE');
    expect(invoices.nodes).toHaveLength(2);
  });

  it('is told to who comes back from its pages, too', async () => {
    sandbox().faults.bring({ kind: 'DOWN' }, { on: /^GET /, times: Infinity });
    for (const page of ['success', 'credits']) {
      const landing = await fetch(`${world.url}/billing/${page}?session_id=cs_paid`);
      expect([landing.status, await landing.text()]).toEqual([
        503,
        expect.stringContaining('Stripe does not answer'),
      ]);
    }
    sandbox().faults.lift();
  });

  it('for an hour makes no change that nobody expects any more', async () => {
    const owner = await subscribed(world);
    sandbox().faults.bring({ kind: 'DOWN' }, { on: /^POST /, times: Infinity });
    await owner.client.attempt('subscriptionChange', 'SubscriptionChangeInput!', { plan: 'SCALE' });
    sandbox().faults.lift();
    await rows(
      world,
      `update plan_orders set created_at = created_at - interval '2 hours' where customer_id = $1`,
      [owner.customerId],
    );
    await secondLook(world);
    expect((await standing(owner)).subscription.plan.code).toBe('PRO');
    expect(await eventsOf(world, owner.customerId, 'plan-order.refused')).toHaveLength(1);
  });
});

describe('a failure on our side', () => {
  it('is not told as Stripe’s silence, and the order stays until it can be carried out', async () => {
    const { customerId } = await world.customer();
    let isAway = true;
    const { orders } = desk(async () => {
      if (isAway) throw new Error('the database is away');
      return {};
    });
    const wish = { customerId, input: {}, idempotencyKey: 'kept' };
    const asked = { kind: 'RESUME', request: { stripeSubscriptionId: 'sub_x' } } as const;
    const order = () => orders.order('resume', wish, async () => asked);
    await expect(order()).rejects.toThrow('the database is away');
    isAway = false;
    expect(await order()).toEqual({});
  });
});

describe('two at once', () => {
  it('in two tabs that both pay are one subscription: the second is ended and given back, and told', async () => {
    const owner = await world.customer();
    const first = await checkout(owner, { plan: 'PRO' });
    const kept = `select o.id, o.body from stripe_sandbox_objects o join billing_accounts on stripe_customer_id = customer
      where customer_id = $1 and kind = 'checkout.session'`;
    const [open] = await rows<{ id: string; body: object }>(world, kept, [owner.customerId]);
    const second = await checkout(owner, { plan: 'SCALE' });
    // As if the first had been paid in the moment before it was closed.
    await rows(world, 'update stripe_sandbox_objects set body = $2 where id = $1', [open!.id, open!.body]);
    await click(first, { act: 'pay' });
    world.clock.advance(2000);
    await click(second, { act: 'pay' });
    await sandbox().webhooks.flush();
    await world.settle();
    await sandbox().webhooks.flush();
    await world.settle();
    const { subscription, invoices } = await standing(owner);
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'PRO' } });
    expect(invoices.nodes.map(({ total, refunded }) => [total.formatted, refunded.formatted])).toEqual([
      ['499.00 USD', '499.00 USD'],
      ['49.00 USD', '0.00 USD'],
    ]);
    expect(await objects(owner, 'subscription', `body ->> 'status' = 'active'`)).toBe(1);
    expect(await eventsOf(world, owner.customerId, 'subscription.surplus-found')).toHaveLength(1);
    expect(mails(world, owner)).toContain('Subject: A plan was bought twice, and is given back');
  });

  it('two admins who change the plan are both answered, each with what became of their own wish', async () => {
    const owner = await subscribed(world);
    const change = (plan: string, quantity: number) =>
      owner.client.attempt('subscriptionChange', 'SubscriptionChangeInput!', { plan, quantity });
    const answers = await Promise.all([change('SCALE', 1), change('PRO', 3)]);
    const refused = answers.flatMap(({ errors }) => errors);
    expect(refused.every(({ code }) => code === 'CONFLICT')).toBe(true);
    const { subscription, invoices } = await standing(owner);
    expect(['PRO 3', 'SCALE 1']).toContain(`${subscription.plan.code} ${subscription.quantity}`);
    expect(invoices.nodes.every(({ status }) => status === 'PAID')).toBe(true);
    expect(await objects(owner, 'subscription', `body ->> 'status' = 'active'`)).toBe(1);
  });

  it('that have one key are one order, and both hear what became of it', async () => {
    const { customerId } = await world.customer();
    const { orders, done } = desk(async () => ({}));
    const wish = { customerId, input: {}, idempotencyKey: 'twin' };
    const asked = { kind: 'RESUME', request: { stripeSubscriptionId: 'sub_x' } } as const;
    const other = { ...wish, input: { another: 'wish' } };
    const slower = orders.order('resume', wish, async () => {
      await orders.order('resume', wish, async () => asked);
      return asked;
    });
    expect(await slower).toEqual({});
    expect(done).toHaveLength(1);
    await expect(orders.order('resume', other, async () => asked)).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('two admins who give the same invoice back give it once', async () => {
    const owner = await subscribed(world);
    const invoiceId = await firstInvoice(owner);
    const give = (idempotencyKey: string) => refund({ invoiceId, reason: 'asked for', idempotencyKey });
    const answers = await Promise.all([give('a'), give('b')]);
    expect(answers.flatMap(({ errors }) => errors)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'amountMinor'] },
    ]);
    expect((await standing(owner)).invoices.nodes).toMatchObject([{ refunded: { formatted: '49.00 USD' } }]);
  });
});

describe('a refund', () => refundsStand({ world: () => world, refund, firstInvoice }));
