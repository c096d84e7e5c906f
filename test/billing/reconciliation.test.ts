/** A comparison with Stripe that is interrupted: it goes on as the one it was, and one that cannot ends all the same. */
import { BillingReconciliationService } from '../../src/modules/billing/reconciliation/billing-reconciliation.service';
import type { ReconciliationDesk } from '../../src/modules/billing/reconciliation/billing-reconciliation.service';
import { SERVICE } from '../../src/platform/database';
import type { JobContext } from '../../src/platform/jobs';
import { startWorld, type World } from '../support/world';
import { rows } from './support';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
afterEach(() => world.app.modules.billing.sandbox!.faults.lift());

/** All comparisons after so many. */
const comparisons = async (earlier = 0): Promise<object[]> =>
  (await rows<object>(world, 'select state, findings from billing_reconciliations order by id', [])).slice(
    earlier,
  );

describe('a comparison that is interrupted', () => {
  it('goes on as the same one, the calendar’s too', async () => {
    const { faults } = world.app.modules.billing.sandbox!;
    // The client asks three times before it gives up.
    faults.bring({ kind: 'DOWN' }, { on: /^GET \/v1\/customers$/, times: 3 });
    const { database, jobs } = world.app.platform;
    await database.unitOfWork.run(SERVICE, () => jobs.enqueue('billing.reconcile', {}));
    await world.settle();
    expect(faults.struck).toHaveLength(3);
    expect(await comparisons()).toEqual([{ state: 'DONE', findings: [] }]);
  });

  it('for good ends with the reason why it could not be finished', async () => {
    const earlier = (await comparisons()).length;
    const customers = (): never => {
      throw new Error('Stripe is away');
    };
    const { platform } = world.app;
    const jobs = { enqueue: async () => 'job_x' };
    const desk = { ...platform, jobs, gateway: { customers } } as unknown as ReconciliationDesk;
    const service = new BillingReconciliationService(desk);
    const id = await service.order(null);
    const { signal } = new AbortController();
    const attempt = (number: number) => service.job.run({ id }, { attempt: number, signal } as JobContext);
    await expect(attempt(1)).rejects.toThrow('Stripe is away');
    expect(await comparisons(earlier)).toMatchObject([{ state: 'RUNNING' }]);
    await attempt(5);
    const what = 'the comparison could not be finished: Stripe is away';
    expect(await comparisons(earlier)).toEqual([
      { state: 'DONE', findings: [{ customerId: null, what, repaired: false }] },
    ]);
  });
});

describe('a comparison of many', () => {
  it('reads a few at a time and all of them, stops for nobody that cannot be read, and goes on elsewhere when its worker leaves', async () => {
    const earlier = (await comparisons()).length;
    const customerIds: string[] = [];
    for (let one = 0; one < 6; one++) customerIds.push((await world.customer()).customerId);
    // More than are looked up together.
    await rows(
      world,
      `with more as (
        insert into customers select (jsonb_populate_record(c, jsonb_build_object('id', 'cus_more_' || n))).*
        from customers c, generate_series(1, 200) n where c.id = $1 returning id
      ) insert into billing_accounts (customer_id, created_at) select id, now() from more`,
      [customerIds[0]],
    );
    await rows(world, `update billing_accounts set stripe_customer_id = 'cus_' || customer_id`, []);
    let [reading, most] = [0, 0];
    const read = async (): Promise<never> => {
      most = Math.max(most, (reading += 1));
      await new Promise(setImmediate);
      reading -= 1;
      throw new Error('unreadable');
    };
    async function* customers() {
      yield [{ customerId: customerIds[0]!, stripeCustomerId: 'cus_second' }];
    }
    const { platform } = world.app;
    const gateway = { customers, read, priceFaults: async () => [] };
    const doors = { jobs: { enqueue: async () => 'job_x' }, plans: { onSale: async () => [] }, gateway };
    const [accounts, takenBack] = [{ link: async () => false }, { left: async () => [] }];
    const log = { error: () => undefined, warn: () => undefined };
    const desk = { ...platform, ...doors, accounts, takenBack, log } as unknown as ReconciliationDesk;
    const service = new BillingReconciliationService(desk);
    const id = await service.order(null);
    const leaving = AbortSignal.abort();
    const last = { attempt: 5, signal: leaving } as JobContext;
    await expect(service.job.run({ id }, last)).rejects.toThrow();
    expect(await comparisons(earlier)).toMatchObject([{ state: 'RUNNING' }]);
    await service.job.run({ id }, { ...last, signal: new AbortController().signal });
    const unread = 'could not be compared: unreadable';
    const [done] = (await comparisons(earlier)) as [{ findings: { customerId: string; what: string }[] }];
    expect(done.findings.map(({ what }) => what)).toEqual([
      'cus_second could not be read: unreadable',
      ...Array.from({ length: customerIds.length + 200 }, () => unread),
    ]);
    expect(new Set(done.findings.map(({ customerId }) => customerId)).size).toBe(customerIds.length + 200);
    expect(most).toBe(4);
  });
});
