/** Usage as a customer looks at it: by day, by who called, for whom, and on another plan. */
import type { SettlementEntry } from '../../src/modules/billing';
import { type CustomerPerson, startWorld, type World } from '../support/world';
import { putOnTerms, rows, settleUsage, subscribed, usageOf } from './support';

const HOUR = 3_600_000;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** Sees with a key, because a session ends sooner than a day. */
async function buyer(): Promise<CustomerPerson> {
  const owner = await subscribed(world);
  return { ...owner, client: (await world.apiKey(owner)).client };
}

async function use({ customerId }: CustomerPerson, requests: number): Promise<void> {
  const reservation = await world.app.modules.billing.metering.reserve(customerId, requests);
  await settleUsage(world, [await usageOf(world, reservation, {})]);
}

describe('usage, seen from other sides', () => {
  it('of a plan in another currency is told in that one when the plan is another', async () => {
    const owner = await buyer();
    await use(owner, 3);
    await putOnTerms(world, owner.customerId, {});
    const plan = 'select plan_id from plan_subscriptions where customer_id = $1 and ended_at is null';
    await rows(world, `update plans set currency = 'EUR' where id = (${plan})`, [owner.customerId]);
    const period = {
      from: new Date(world.clock.millis() - HOUR),
      to: new Date(world.clock.millis() + HOUR),
    };
    const query = `query ($period: PeriodInput) { customer { usage(period: $period) { charge { formatted }
      byUnit { unit quantity currency } byCaller { amount } }
      usageWhatIf(plan: "PRO", period: $period) { usageCharge { formatted } } } }`;
    expect((await owner.client.ask<{ customer: object }>(query, { period })).customer).toMatchObject({
      usage: {
        charge: { formatted: '0.01 USD' },
        byUnit: expect.arrayContaining([{ unit: 'REQUEST', quantity: '3', currency: 'USD' }]) as unknown,
        byCaller: [{ amount: '1.2' }],
      },
      usageWhatIf: { usageCharge: { formatted: '0.01 USD' } },
    });
  });

  it('is told by day, by who called and by whom it was for, most used first', async () => {
    const owner = await buyer();
    const user = await world.endUser(owner);
    const { metering } = world.app.modules.billing;
    const used = async (requests: number, more: object): Promise<SettlementEntry> =>
      usageOf(world, await metering.reserve(owner.customerId, requests), more);
    const own = { principalId: owner.id, endUserId: user.id };
    const ofOneCommit = [
      await used(3, own),
      await used(2, { ...own, principalId: 'key_other' }),
      await used(2, own),
    ];
    await settleUsage(world, ofOneCommit);
    world.clock.advance(24 * HOUR);
    await settleUsage(world, [await used(1, { principalId: 'key_other' })]);
    const { customer } = await owner.client.ask<{ customer: { usage: Record<string, unknown[]> } }>(
      `{ customer { usage { byDay { requests amount }
        byCaller { callerId requests amount } top: byCaller(first: 1) { callerId }
        byEndUser { endUser { id } requests amount currency } } } }`,
    );
    expect(customer.usage).toEqual({
      byDay: [
        { requests: '7', amount: '2.8' },
        { requests: '1', amount: '0.4' },
      ],
      byCaller: [
        { callerId: owner.id, requests: '5', amount: '2' },
        { callerId: 'key_other', requests: '3', amount: '1.2' },
      ],
      top: [{ callerId: owner.id }],
      byEndUser: [
        { endUser: { id: user.id }, requests: '7', amount: '2.8', currency: 'USD' },
        { endUser: null, requests: '1', amount: '0.4', currency: 'USD' },
      ],
    });
  });

  it('says what another plan would have come to, on usage that really was', async () => {
    const owner = await buyer();
    await use(owner, 1500);
    const whatIf = async (plan: string): Promise<object> => {
      const { customer } = await owner.client.ask<{ customer: { usageWhatIf: object } }>(
        `query ($plan: String!) { customer { usageWhatIf(plan: $plan) {
          plan { code } planCharge { formatted } usageCharge { formatted } total { formatted }
          difference { formatted } refusedRequests } } }`,
        { plan },
      );
      return customer.usageWhatIf;
    };
    const shown = (formatted: string): object => ({ formatted: `${formatted} USD` });
    expect(await whatIf('SCALE')).toEqual({
      plan: { code: 'SCALE' },
      planCharge: shown('499.00'),
      usageCharge: shown('3.75'),
      total: shown('502.75'),
      // PRO: 49.00 and 6.00
      difference: shown('447.75'),
      refusedRequests: '0',
    });
    expect(await whatIf('FREE')).toMatchObject({ total: shown('0.00'), refusedRequests: '500' });
    await expect(whatIf('NONE')).rejects.toThrow('NOT_FOUND');
  });
});
