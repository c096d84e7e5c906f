/** From a plan by the month to one by the year, and back: its usage is billed with it, and no cent of it is lost. */
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { pass, rows, settleUsage, standing, subscribed, usageOf } from './support';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const INPUT = 'SubscriptionChangeInput!';
const SHOWN = 'subscription { status }';
const YEARLY = {
  code: 'YEARLY',
  name: 'Yearly',
  priceMinor: '500000',
  currency: 'USD',
  interval: 'YEAR',
  sellable: true,
  overage: 'CHARGE',
  weight: 1,
  prices: ['REQUEST', 'CACHED_REQUEST', 'PROMPT_TOKEN', 'COMPLETION_TOKEN'].map((unit) => ({
    unit,
    unitAmount: '0.4',
  })),
  idempotencyKey: 'yearly',
};

let world: World;

beforeAll(async () => {
  world = await startWorld();
  const staff = await world.staff();
  await staff.client.mutate('planPublish', 'PlanPublishInput!', YEARLY, 'plan { id }');
});
afterAll(() => world.close());

async function use({ customerId }: CustomerPerson, requests: number): Promise<void> {
  const reservation = await world.app.modules.billing.metering.reserve(customerId, requests);
  await settleUsage(world, [await usageOf(world, reservation)]);
}

async function intervals({ customerId }: CustomerPerson): Promise<string[]> {
  const text = `select jsonb_path_query_array(body, '$.items.data[*].price.recurring.interval') as intervals
    from stripe_sandbox_objects join billing_accounts on stripe_customer_id = customer
    where customer_id = $1 and kind = 'subscription'`;
  const [found] = await rows<{ intervals: string[] }>(world, text, [customerId]);
  return found!.intervals;
}

describe('a plan by the year', () => {
  it('takes the place of one by the month at once, for what the preview said and what was used until then', async () => {
    const owner = await subscribed(world);
    world.clock.advance(5 * MINUTE);
    await use(owner, 500);
    const { preview } = await owner.client.mutate<{
      preview: { amountDue: { formatted: string }; prorationDate: string };
    }>(
      'subscriptionChangePreview',
      INPUT,
      { plan: 'YEARLY' },
      'preview { amountDue { formatted } prorationDate }',
    );
    const { prorationDate } = preview;
    await owner.client.mutate('subscriptionChange', INPUT, { plan: 'YEARLY', prorationDate }, SHOWN);
    const { subscription, invoices } = await standing(owner);
    expect(subscription).toMatchObject({ status: 'ACTIVE', plan: { code: 'YEARLY' } });
    expect(await intervals(owner)).toEqual(['year', 'year']);
    expect(invoices.nodes.map(({ total }) => total.formatted)).toEqual(['4953.01 USD', '49.00 USD']);
    // 5000.00 for the year, 48.99 back for the rest of the month, 500 requests at 0.4 cents.
    expect(preview.amountDue.formatted).toBe('4953.01 USD');
  });

  it('gives way to one by the month with the end of its year', async () => {
    const owner = await subscribed(world, 'YEARLY');
    await owner.client.mutate('subscriptionChange', INPUT, { plan: 'PRO' }, SHOWN);
    const { currentPeriodEnd, plannedChange } = (await standing(owner)).subscription;
    expect(plannedChange).toMatchObject({ plan: { code: 'PRO' } });
    await pass(world, Date.parse(currentPeriodEnd) - world.clock.millis() + 2 * HOUR);
    expect(await intervals(owner)).toEqual(['month', 'month']);
  });
});
