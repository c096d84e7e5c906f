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
    const attempt = (number: number) => service.job.run({ id }, { attempt: number } as JobContext);
    await expect(attempt(1)).rejects.toThrow('Stripe is away');
    expect(await comparisons(earlier)).toMatchObject([{ state: 'RUNNING' }]);
    await attempt(5);
    const what = 'the comparison could not be finished: Stripe is away';
    expect(await comparisons(earlier)).toEqual([
      { state: 'DONE', findings: [{ customerId: null, what, repaired: false }] },
    ]);
  });
});
