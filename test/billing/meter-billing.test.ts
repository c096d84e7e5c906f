/** Usage of many on its way to their invoices: what goes wrong with the billing of one keeps back nobody else's. */
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { inDashboard, rows, settleUsage, standing, subscribed, usageOf } from './support';

const HOUR = 3_600_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
afterEach(() => world.app.modules.billing.sandbox!.faults.lift());

const flush = () => world.app.modules.billing.meter.flush();

async function user(): Promise<CustomerPerson> {
  const owner = await subscribed(world);
  const reservation = await world.app.modules.billing.metering.reserve(owner.customerId, 5);
  await settleUsage(world, [await usageOf(world, reservation)]);
  return owner;
}

/** Takes away what bills usage, and answers the price that did. */
async function unbilled(owner: CustomerPerson): Promise<string> {
  const { stripeSubscriptionId } = (await standing(owner)).subscription;
  return inDashboard(world, async ({ subscriptions, subscriptionItems }) => {
    const { items } = await subscriptions.retrieve(stripeSubscriptionId!);
    const { id, price } = items.data.find((item) => item.price.recurring?.usage_type === 'metered')!;
    await subscriptionItems.del(id, { proration_behavior: 'none' });
    return price.id;
  });
}

async function chargeOf({ customerId }: CustomerPerson): Promise<string> {
  const text = `select status from meter_events where customer_id = $1 and meter = 'CHARGE'`;
  const [event] = await rows<{ status: string }>(world, text, [customerId]);
  return event!.status;
}

describe('a customer whose usage cannot be billed', () => {
  it('waits while that may pass, and keeps back nobody', async () => {
    const [owner, other] = [await user(), await user()];
    await unbilled(owner);
    world.clock.advance(2 * HOUR);
    const { faults } = world.app.modules.billing.sandbox!;
    faults.bring({ kind: 'DOWN' }, { on: /^POST \/v1\/subscription_items$/, times: Infinity });
    expect(await flush()).toMatchObject({ sent: 3, open: 1, refused: 0 });
    expect(await chargeOf(other)).toBe('SENT');
    faults.lift();
    // What our key may not do says nothing of the customer: it waits for the operator.
    faults.bring({ kind: 'FORBIDDEN' }, { on: /^POST \/v1\/subscription_items$/, times: Infinity });
    expect(await flush()).toMatchObject({ sent: 0, open: 1, refused: 0 });
    faults.lift();
    expect(await flush()).toMatchObject({ sent: 1, open: 0 });
    expect(await chargeOf(owner)).toBe('SENT');
  });

  it('keeps back nobody when it cannot even be reckoned', async () => {
    const [owner, other] = [await user(), await user()];
    world.clock.advance(2 * HOUR);
    const broken = 'update usage_counters set charged = charged + $2 where customer_id = $1';
    await rows(world, broken, [owner.customerId, '1e20']);
    await rows(world, `update usage_records set price = price + $2 where customer_id = $1`, [
      owner.customerId,
      '1e20',
    ]);
    expect(await flush()).toMatchObject({ sent: 2, open: 1 });
    expect(await chargeOf(other)).toBe('SENT');
    await rows(world, broken, [owner.customerId, '-1e20']);
    await rows(world, `update usage_records set price = price + $2 where customer_id = $1`, [
      owner.customerId,
      '-1e20',
    ]);
    expect(await flush()).toMatchObject({ sent: 2, open: 0 });
  });

  it('is told of what lasts, and keeps back nobody', async () => {
    const [owner, other] = [await user(), await user()];
    const price = await unbilled(owner);
    world.clock.advance(2 * HOUR);
    await inDashboard(world, ({ prices }) => prices.update(price, { active: false }));
    expect(await flush()).toMatchObject({ sent: 3, open: 0, refused: 1 });
    expect(await chargeOf(owner)).toBe('REFUSED');
    expect(await chargeOf(other)).toBe('SENT');
  });
});
