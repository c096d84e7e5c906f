/** What is earned beside what it costs: told apart, never added up across currencies, and told of when it is a loss. */
import { addDecimals, subtractDecimals } from '../../src/kernel/money';
import { BILLING_CHANGED } from '../../src/modules/billing';
import type { CustomerPerson, World } from '../support/world';
import type { MoneyHouse } from './money-house';
import { rows, settleUsage, usageOf } from './support';

/** Registers the tests. */
export function marginsAreTold(house: () => MoneyHouse): void {
  it('is told apart by customer, plan, model and deployment in one query, to staff alone', async () => {
    const [one, other] = [await house().charged(), await house().charged()];
    const { pricing } = house().world.app.modules.billing;
    for (const [customer, modelId, deploymentId, deviceMs] of [
      [one, 'mdl_a', 'dep_a', 10_000],
      [one, 'mdl_b', 'dep_b', 1],
      [other, 'mdl_a', 'dep_a', 1],
    ] as const) {
      const [reservation] = await house().ask(customer, 1);
      const more = { modelId, deploymentId, deviceMs, cost: pricing.costOf(deviceMs) };
      await settleUsage(house().world, [await usageOf(house().world, reservation!, more)]);
    }
    const query = `query ($by: [MarginDimension!]!, $period: PeriodInput) { margins(by: $by, period: $period, first: 100) {
      customerId planId modelId deploymentId requests marginExact revenue { currency } ratio } }`;
    const analyst = await house().world.staff('ANALYST');
    const lines = async (by: string[]) =>
      (await analyst.client.ask<{ margins: MarginSeen[] }>(query, { by })).margins;
    const ids = [one.customerId, other.customerId];
    const ours = (seen: MarginSeen[]) => seen.filter(({ customerId }) => ids.includes(customerId!));
    const all = ours(await lines(['CUSTOMER', 'PLAN', 'MODEL', 'DEPLOYMENT']));
    expect(all).toHaveLength(3);
    // Worst first: ten seconds of a device for 0.2 cents.
    expect(all[0]).toMatchObject({ customerId: one.customerId, modelId: 'mdl_a', deploymentId: 'dep_a' });
    expect(all[0]!.marginExact).toBe(subtractDecimals('0.2', pricing.costOf(10_000)));
    const byCustomer = ours(await lines(['CUSTOMER']));
    const exact = addDecimals(...all.map(({ marginExact }) => marginExact));
    expect(addDecimals(...byCustomer.map(({ marginExact }) => marginExact))).toBe(exact);
    expect(byCustomer).toMatchObject([
      { requests: '2', modelId: null },
      { requests: '1', planId: null },
    ]);
    const sums = await lines([]);
    expect(sums).toHaveLength(1);
    const byModel = await lines(['MODEL']);
    expect(addDecimals(...byModel.map(({ marginExact }) => marginExact))).toBe(sums[0]!.marginExact);
    const past = { from: '2020-01-01T00:00:00Z', to: '2020-02-01T00:00:00Z' };
    expect(await analyst.client.ask(query, { by: ['CUSTOMER'], period: past })).toEqual({ margins: [] });
    for (const person of [one, await house().world.staff('REVIEWER')]) {
      const { errors } = await person.client.send(query, { by: [] });
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  it('in another currency than costs adds nothing up across the two', async () => {
    const customer = await house().charged();
    await soldIn(house().world, customer, 'EUR');
    const [reservation] = await house().ask(customer, 1);
    const { pricing } = house().world.app.modules.billing;
    const cost = pricing.costOf(60_000);
    await settleUsage(house().world, [
      await usageOf(house().world, reservation!, { deviceMs: 60_000, cost }),
    ]);
    const line = 'requests deviceMs marginExact revenue { formatted } cost { formatted } ratio';
    const query = `query ($id: ID!) { customer(by: { id: $id }) { margin { ratio } }
      margins(by: [CUSTOMER], first: 100) { customerId ${line} } }`;
    const seen = await house().staff.client.ask<{ customer: object; margins: MarginSeen[] }>(query, {
      id: customer.customerId,
    });
    expect(seen.customer).toEqual({ margin: null });
    expect(seen.margins.filter(({ customerId }) => customerId === customer.customerId)).toMatchObject([
      {
        requests: '0',
        deviceMs: '0',
        marginExact: subtractDecimals('0', cost),
        revenue: { formatted: '0.00 USD' },
        cost: { formatted: '0.04 USD' },
        ratio: null,
      },
      {
        requests: '1',
        deviceMs: '60000',
        marginExact: '0.2',
        revenue: { formatted: '0.00 EUR' },
        cost: { formatted: '0.00 EUR' },
        ratio: null,
      },
    ]);
    // 3.6 cents of a dollar are not more than 0.2 of a euro, nor less.
    await house().run('billing.alert-margins');
    expect(await lossesOf(house(), customer)).toEqual([]);
    // But they are more than nothing.
    await rows(house().world, 'update usage_counters set charged = 0 where customer_id = $1', [
      customer.customerId,
    ]);
    await house().run('billing.alert-margins');
    expect(await lossesOf(house(), customer)).toEqual([{ revenue: '0', cost }]);
  });

  it('below zero is told once for a customer and a period, by whoever looks first', async () => {
    const customer = await house().charged();
    const [reservation] = await house().ask(customer, 1);
    const { pricing } = house().world.app.modules.billing;
    const costly = { deviceMs: 60_000, cost: pricing.costOf(60_000) };
    await settleUsage(house().world, [await usageOf(house().world, reservation!, costly)]);
    await Promise.all([house().run('billing.alert-margins'), house().run('billing.alert-margins')]);
    await house().run('billing.alert-margins');
    const { rows } = await house().world.app.platform.database.servicePool.query<{ data: object }>(
      `select data from outbox_events where type = 'margin.negative' and customer_id = $1`,
      [customer.customerId],
    );
    expect(rows).toMatchObject([{ data: { revenue: '0.2', cost: pricing.costOf(60_000) } }]);
    const { marginAlerts } = await house().staff.client.ask<{ marginAlerts: { customerId: string }[] }>(
      '{ marginAlerts { customerId periodStart revenue cost createdAt } }',
    );
    expect(marginAlerts.filter(({ customerId }) => customerId === customer.customerId)).toHaveLength(1);
  });
}

/** Puts a customer on a plan of its own that is charged in another currency, from now on. */
export async function soldIn(world: World, { customerId }: CustomerPerson, currency: string): Promise<void> {
  const { platform } = world.app;
  const plan = 'select plan_id from plan_subscriptions where customer_id = $1 and ended_at is null';
  await platform.database.servicePool.query(
    `with sold as (select (jsonb_populate_record(p, jsonb_build_object('id', 'pln_' || $1, 'code', $1, 'currency', $2::text))).*
      from plans p where p.id = (${plan})), made as (insert into plans select * from sold)
    update plan_subscriptions set plan_id = 'pln_' || $1, current_period_start = $3
    where customer_id = $1 and ended_at is null`,
    [customerId, currency, world.clock.now()],
  );
  await platform.signals.publish(BILLING_CHANGED, { customerId });
  const { pricing } = world.app.modules.billing;
  await world.until(
    async () => (await pricing.termsOf(customerId)).currency === currency,
    'the plan in another currency',
  );
}

function lossesOf(house: MoneyHouse, { customerId }: CustomerPerson): Promise<object[]> {
  const losses = `select trim_scale(revenue)::text as revenue, trim_scale(cost)::text as cost
    from margin_alerts where customer_id = $1`;
  return rows(house.world, losses, [customerId]);
}

type MarginSeen = Readonly<Record<'customerId' | 'modelId', string | null> & { marginExact: string }>;
