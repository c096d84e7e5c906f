/** Usage as it is shown, and on its way to the invoice: every cent once, whatever Stripe does, nothing moved in silence. */
import { inDashboard, settleUsage, standing, subscribed, usageOf } from './support';
import { type CustomerPerson, startWorld, type World } from '../support/world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const METER_EVENTS = /^POST \/v1\/billing\/meter_events$/;

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());
afterEach(() => world.app.modules.billing.sandbox!.faults.lift());

interface Reconciled {
  readonly meter: string;
  readonly used: string;
  readonly unbilled: string;
  readonly sent: string;
  readonly atStripe: string | null;
  readonly difference: string | null;
  readonly late: readonly { readonly quantity: string; readonly status: string }[];
}

/** Sees with a key, because a session ends sooner than a period. */
async function buyer(): Promise<CustomerPerson> {
  const owner = await subscribed(world);
  return { ...owner, client: (await world.apiKey(owner)).client };
}

const flush = () => world.app.modules.billing.meter.flush();

async function use({ customerId }: CustomerPerson, requests: number, createdAt?: Date): Promise<void> {
  const reservation = await world.app.modules.billing.metering.reserve(customerId, requests);
  await settleUsage(world, [await usageOf(world, reservation, createdAt ? { createdAt } : {})]);
}

/** Requests and charge, as the customer sees them. */
async function meters(owner: CustomerPerson, period?: object): Promise<[Reconciled, Reconciled]> {
  const { customer } = await owner.client.ask<{ customer: { meters: [Reconciled, Reconciled] } }>(
    `query ($period: PeriodInput) { customer { meters(period: $period) {
      meter used unbilled sent atStripe difference late { quantity status } } } }`,
    { period },
  );
  return customer.meters;
}

describe('usage at Stripe', () => {
  it('waits for its hour to close, is handed over once, and agrees with what Stripe counts', async () => {
    const owner = await buyer();
    await use(owner, 10);
    await flush();
    expect(await meters(owner)).toEqual([
      expect.objectContaining({ meter: 'REQUESTS', used: '10', unbilled: '10', sent: '0', difference: '0' }),
      expect.objectContaining({ meter: 'CHARGE', used: '4', unbilled: '4', sent: '0', difference: '0' }),
    ]);
    world.clock.advance(2 * HOUR);
    expect(await flush()).toMatchObject({ planned: 2, sent: 2, open: 0, refused: 0 });
    expect(await flush()).toMatchObject({ planned: 0, sent: 0 });
    expect(await meters(owner)).toEqual([
      expect.objectContaining({ used: '10', unbilled: '0', sent: '10', atStripe: '10', difference: '0' }),
      expect.objectContaining({ used: '4', unbilled: '0', sent: '4', atStripe: '4', difference: '0' }),
    ]);
  });

  it('counts once what Stripe took without an answer, within a day and after it', async () => {
    const { faults } = world.app.modules.billing.sandbox!;
    const owner = await buyer();
    for (const [wait, total] of [
      [MINUTE, '2'],
      [30 * HOUR, '4'],
    ] as const) {
      await use(owner, 5);
      world.clock.advance(2 * HOUR);
      faults.bring({ kind: 'FAILED_AFTER' }, { on: METER_EVENTS, times: Infinity });
      expect((await flush()).open).toBe(2);
      faults.lift();
      world.clock.advance(wait);
      await flush();
      const [, charge] = await meters(owner);
      expect(charge).toMatchObject({ used: total, sent: total, atStripe: total, difference: '0' });
    }
  });

  it('takes back what was handed over and is not owed any more, once, also by who got no answer', async () => {
    const { faults } = world.app.modules.billing.sandbox!;
    const owner = await buyer();
    await use(owner, 10);
    world.clock.advance(2 * HOUR);
    await flush();
    await use(owner, 5);
    world.clock.advance(2 * HOUR);
    await flush();
    const [, charged] = await meters(owner);
    expect(charged).toMatchObject({ used: '6', sent: '6', atStripe: '6' });
    const staff = await world.staff();
    const { customer } = await staff.client.ask<{
      customer: { ledger: { nodes: { id: string; kind: string; amount: string }[] } };
    }>('query ($id: ID!) { customer(by: { id: $id }) { ledger(first: 10) { nodes { id kind amount } } } }', {
      id: owner.customerId,
    });
    const { id } = customer.ledger.nodes.find(
      ({ kind, amount }) => kind === 'CHARGE' && Number(amount) === 4,
    )!;
    const wish = {
      customerId: owner.customerId,
      transferId: id,
      reason: 'Wrong',
      idempotencyKey: 'wrong-usage',
    };
    await staff.client.mutate('ledgerReverse', 'LedgerReverseInput!', wish, 'transfer { id }');
    faults.bring({ kind: 'FAILED_AFTER' }, { on: METER_EVENTS, times: Infinity });
    expect(await flush()).toMatchObject({ planned: 1, open: 1 });
    faults.lift();
    world.clock.advance(30 * HOUR);
    await flush();
    expect(await flush()).toMatchObject({ planned: 0, sent: 0, open: 0 });
    const [requests, charge] = await meters(owner);
    expect(requests).toMatchObject({ used: '15', sent: '15', atStripe: '15', difference: '0' });
    expect(charge).toMatchObject({ used: '6', unbilled: '0', sent: '2', atStripe: '2', difference: '0' });
    await use(owner, 5);
    world.clock.advance(2 * HOUR);
    await flush();
    expect((await meters(owner))[1]).toMatchObject({ used: '8', unbilled: '0', sent: '4', atStripe: '4' });
  });

  it('hands over later, once, what Stripe never saw', async () => {
    const { faults } = world.app.modules.billing.sandbox!;
    const owner = await buyer();
    await use(owner, 5);
    world.clock.advance(2 * HOUR);
    faults.bring({ kind: 'FAILED_BEFORE' }, { on: METER_EVENTS, times: Infinity });
    expect((await flush()).open).toBe(2);
    expect((await meters(owner))[1]).toMatchObject({
      used: '2',
      unbilled: '2',
      atStripe: '0',
      difference: '0',
    });
    faults.lift();
    world.clock.advance(30 * HOUR);
    await flush();
    await flush();
    expect((await meters(owner))[1]).toMatchObject({
      unbilled: '0',
      sent: '2',
      atStripe: '2',
      difference: '0',
    });
  });

  it('is handed over once more by staff when what Stripe refused it for is mended', async () => {
    const owner = await buyer();
    await use(owner, 5);
    world.clock.advance(2 * HOUR);
    const staff = await world.staff();
    const retry = () =>
      staff.client.attempt<{ retried: number }>(
        'meterEventsRetry',
        'MeterEventsRetryInput!',
        { customerId: owner.customerId },
        'retried',
      );
    const meter = (act: 'deactivate' | 'reactivate') =>
      inDashboard(world, async ({ billing: { meters: all } }) => {
        for (const { id } of (await all.list()).data) await all[act](id);
      });
    expect((await retry()).errors).toMatchObject([{ code: 'CONFLICT' }]);
    await meter('deactivate');
    const { refused } = await flush();
    expect(refused).toBeGreaterThan(0);
    await meter('reactivate');
    const nobody = await staff.client.attempt('meterEventsRetry', 'MeterEventsRetryInput!', {
      customerId: 'cus_00000000000000000000000000',
    });
    expect(nobody.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await retry()).payload).toMatchObject({ retried: refused });
    await world.settle();
    expect((await meters(owner))[1]).toMatchObject({
      unbilled: '0',
      sent: '2',
      atStripe: '2',
      difference: '0',
    });
  });

  it('two that flush at once hand over each event once', async () => {
    const owner = await buyer();
    await use(owner, 5);
    world.clock.advance(2 * HOUR);
    await Promise.all([flush(), flush(), flush()]);
    expect((await meters(owner))[1]).toMatchObject({ sent: '2', atStripe: '2', difference: '0' });
  });

  it('bills the last minutes of a period on its invoice, and late usage on the next, and says so', async () => {
    const owner = await buyer();
    await use(owner, 100);
    const ends = new Date((await standing(owner)).subscription.currentPeriodEnd);
    const period = { from: new Date(ends.getTime() - 32 * 24 * HOUR), to: ends };
    world.clock.advance(ends.getTime() - world.clock.millis() - MINUTE);
    const reservation = await world.app.modules.billing.metering.reserve(owner.customerId, 50);
    const late = await world.app.modules.billing.metering.reserve(owner.customerId, 30);
    const [now, never] = [await usageOf(world, reservation), await usageOf(world, late)];
    world.clock.advance(7 * MINUTE);
    await settleUsage(world, [now]);
    await flush();
    world.clock.advance(HOUR);
    await world.app.modules.billing.sandbox!.tick();
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    const totals = async (): Promise<string[]> =>
      (await standing(owner)).invoices.nodes.map(({ total }) => total.formatted);
    // 49.00 for the plan, 150 requests at 0.4 cents.
    expect(await totals()).toEqual(['49.60 USD', '49.00 USD']);

    await settleUsage(world, [never]);
    expect((await meters(owner, period))[1]).toMatchObject({ used: '72', unbilled: '12', late: [] });
    const { sandbox } = world.app.modules.billing;
    sandbox!.faults.bring({ kind: 'FAILED_BEFORE' }, { on: METER_EVENTS, times: Infinity });
    await flush();
    expect((await meters(owner, period))[1].late).toEqual([{ quantity: '12', status: 'UNBILLED' }]);
    sandbox!.faults.lift();
    world.clock.advance(HOUR);
    await flush();
    await flush();
    expect((await meters(owner, period))[1]).toMatchObject({
      unbilled: '0',
      difference: '0',
      late: [{ quantity: '12', status: 'BILLED' }],
    });
    expect((await meters(owner))[1]).toMatchObject({
      used: '0',
      sent: '12',
      atStripe: '12',
      difference: '0',
    });
    world.clock.advance(32 * 24 * HOUR);
    await sandbox!.tick();
    await sandbox!.webhooks.flush();
    await world.settle();
    expect((await totals())[0]).toBe('49.12 USD');
  });

  it('is no business of those who pay nothing', async () => {
    const free = await world.customer();
    await use(free, 5);
    const { client } = await world.apiKey(free);
    world.clock.advance(2 * HOUR);
    expect(await flush()).toMatchObject({ planned: 0 });
    const [requests] = await meters({ ...free, client });
    expect(requests).toMatchObject({ used: '0', sent: '0', atStripe: null, difference: null });
  });

  it('is shown to nobody without the right to read bills', async () => {
    const owner = await world.customer();
    const narrow = await world.apiKey(owner, { scopes: ['inference:read'] });
    const refused = narrow.client.ask('{ customer { meters { used } } }');
    await expect(refused).rejects.toThrow('FORBIDDEN');
  });
});
