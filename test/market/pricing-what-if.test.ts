/** What other prices would have come to: on usage that was really metered and plans that were really bought, by the rating that bills. */
import { addDecimals } from '../../src/kernel/money';
import { USED_LINES } from '../../src/modules/billing/what-if/used-lines.repository';
import { SERVICE } from '../../src/platform/database';
import { soldIn } from '../billing/margins';
import { settleUsage, subscribed, usageOf } from '../billing/support';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Amount {
  readonly amountMinor: string;
}
interface Bill {
  readonly plans: Amount;
  readonly usage: Amount;
  readonly usageExact: string;
  readonly revenue: Amount;
  readonly cost: Amount;
  readonly margin: Amount;
  readonly marginRatio: number | null;
}
interface Comparison {
  readonly before: Bill;
  readonly after: Bill;
  readonly difference: Amount;
  readonly refusedRequests: string;
}
interface Side {
  readonly customers: number;
  readonly amount: Amount;
  readonly quantiles: readonly { share: number; amount: Amount }[];
}
interface Report {
  readonly assumedElasticity: string;
  readonly total: Comparison;
  readonly plans: readonly { plan: string; customers: number; comparison: Comparison }[];
  readonly more: Side;
  readonly less: Side;
  readonly unchangedCustomers: number;
  readonly spendCaps: { exceededBefore: number; exceededAfter: number; beyondHardCaps: Amount };
  readonly ownPriceCustomers: number;
  readonly unexplained: string;
  readonly customers: readonly {
    customer: { id: string };
    demand: string;
    exceedsSpendCap: boolean;
    comparison: Comparison;
  }[];
}

const BILL = `plans { amountMinor } usage { amountMinor } usageExact revenue { amountMinor } cost { amountMinor }
  margin { amountMinor } marginRatio`;
const COMPARISON = `before { ${BILL} } after { ${BILL} } difference { amountMinor } refusedRequests`;
const SIDE = 'customers amount { amountMinor } quantiles { share amount { amountMinor } }';
const WHAT_IF = `query ($input: PricingWhatIfInput!, $currency: String) { market(currency: $currency) { pricingWhatIf(input: $input) {
  assumedElasticity total { ${COMPARISON} } plans { plan customers comparison { ${COMPARISON} } }
  more { ${SIDE} } less { ${SIDE} } unchangedCustomers
  spendCaps { exceededBefore exceededAfter beyondHardCaps { amountMinor } } ownPriceCustomers unexplained
  customers { customer { id } demand exceedsSpendCap comparison { ${COMPARISON} } } } } }`;

describe('a pricing what-if', () => {
  let world: World;
  let analyst: Person;
  let buyers: CustomerPerson[];
  let free: CustomerPerson;

  beforeAll(async () => {
    world = await startWorld();
    analyst = await world.staff('ANALYST');
    buyers = [
      await subscribed(world, 'PRO'),
      await subscribed(world, 'PRO'),
      await subscribed(world, 'SCALE'),
    ];
    free = await world.customer();
    // 100 and 40 requests of PRO at 0.4, 1000 of SCALE at 0.25, 30 of FREE; what devices cost is theirs in each.
    for (const [at, requests] of [100, 40, 1000, 30].entries()) await use([...buyers, free][at]!, requests);
    await world.settle();
  });
  afterAll(() => world.close());

  async function use({ customerId }: CustomerPerson, requests: number): Promise<void> {
    const reservation = await world.app.modules.billing.metering.reserve(customerId, requests);
    await settleUsage(world, [await usageOf(world, reservation, { deviceMs: requests * 1000 })]);
  }
  async function capped({ client }: CustomerPerson, amountMinor: string): Promise<void> {
    await client.mutate('spendCapSet', 'SpendCapSetInput!', { amountMinor, kind: 'HARD' }, 'kind');
  }
  async function whatIf(changes: object[], more: object = {}, currency = 'USD'): Promise<Report> {
    const variables = { input: { changes, ...more }, currency };
    const answer = await analyst.client.ask<{ market: { pricingWhatIf: Report } }>(WHAT_IF, variables);
    return answer.market.pricingWhatIf;
  }
  async function stored(): Promise<string> {
    const { servicePool } = world.app.platform.database;
    const ours = ['plans', 'plan_subscriptions', 'invoices'];
    const counts = [...ours, 'usage_records', 'usage_counters', 'ledger_transfers'].map(
      (table) => `(select jsonb_agg(t order by t::text) from ${table} t)`,
    );
    const { rows } = await servicePool.query<{ all: string }>(`select md5(concat(${counts.join()})) as all`);
    return rows[0]!.all;
  }
  const request = (unitAmount: string) => ({ unit: 'REQUEST', unitAmount });

  it('of nothing changed is exactly what was charged, as margins and movements tell it', async () => {
    const { total, plans, unexplained, ...rest } = await whatIf([]);
    const { margins, market } = await analyst.client.ask<{
      margins: { revenue: Amount; cost: Amount; marginExact: string }[];
      market: { movements: { closing: Amount }[] };
    }>(
      `{ margins(by: []) { revenue { amountMinor } cost { amountMinor } marginExact }
         market { movements { closing { amountMinor } } } }`,
    );
    expect(total.after).toEqual(total.before);
    expect(total.before.usage).toEqual(margins[0]!.revenue);
    expect(total.before.cost).toEqual(margins[0]!.cost);
    expect(total.before.usageExact).toBe('306');
    expect(total.before.plans).toEqual(market.movements.at(-1)!.closing);
    expect(total.difference.amountMinor).toBe('0');
    expect(unexplained).toBe('0');
    expect(rest).toMatchObject({ unchangedCustomers: 4, ownPriceCustomers: 0, assumedElasticity: '0' });
    expect(plans.map(({ plan, customers }) => [plan, customers])).toEqual([
      ['FREE', 1],
      ['PRO', 2],
      ['SCALE', 1],
    ]);
    expect(addDecimals(...plans.map(({ comparison }) => comparison.before.usageExact))).toBe('306');
  });

  it('of a dearer plan and other prices of usage tells who pays more and less, plan by plan, and changes nothing', async () => {
    const before = await stored();
    const changes = [
      { plan: 'PRO', priceMinor: '5900', prices: [request('0.2')] },
      { plan: 'SCALE', prices: [request('0.2')] },
    ];
    const { total, plans, more, less, unchangedCustomers, customers } = await whatIf(changes);
    const [, pro, scale] = plans.map(({ comparison }) => comparison);
    expect(pro).toMatchObject({
      before: { plans: { amountMinor: '9800' }, usageExact: '56', revenue: { amountMinor: '9856' } },
      after: { plans: { amountMinor: '11800' }, usageExact: '28', revenue: { amountMinor: '11828' } },
      difference: { amountMinor: '1972' },
    });
    expect(scale).toMatchObject({ after: { usageExact: '200' }, difference: { amountMinor: '-50' } });
    expect(total.after.cost).toEqual(total.before.cost);
    expect(Number(total.after.margin.amountMinor) - Number(total.before.margin.amountMinor)).toBe(1922);
    expect(more).toMatchObject({ customers: 2, amount: { amountMinor: '1972' } });
    expect(more.quantiles.map(({ amount }) => amount.amountMinor)).toEqual([
      '980',
      '980',
      '980',
      '992',
      '992',
    ]);
    expect(less).toMatchObject({ customers: 1, amount: { amountMinor: '50' } });
    expect(unchangedCustomers).toBe(1);
    expect(customers.map(({ customer }) => customer.id)).toEqual([
      buyers[1]!.customerId,
      buyers[0]!.customerId,
      buyers[2]!.customerId,
      free.customerId,
    ]);
    expect(await stored()).toBe(before);
  });

  it('of a lower limit refuses what came after it, in revenue and in cost', async () => {
    const { plans } = await whatIf([{ plan: 'PRO', requests: 60, overage: 'REFUSE' }]);
    const pro = plans.find(({ plan }) => plan === 'PRO')!.comparison;
    expect(pro).toMatchObject({ refusedRequests: '40', after: { usageExact: '40' } });
    expect(Number(pro.after.cost.amountMinor)).toBeLessThan(Number(pro.before.cost.amountMinor));
    // A limit that nobody reached, and one that only charges, change nothing.
    for (const change of [{ requests: 100, overage: 'REFUSE' }, { requests: 1 }, { requests: null }]) {
      const { total } = await whatIf([{ plan: 'PRO', ...change }]);
      expect(total).toMatchObject({ refusedRequests: '0', after: { usageExact: '306' } });
    }
  });

  it('counts whose spend cap would be passed, and what a hard one would refuse', async () => {
    await capped(buyers[0]!, '50');
    const none = { exceededBefore: 0, exceededAfter: 0, beyondHardCaps: { amountMinor: '0' } };
    expect((await whatIf([])).spendCaps).toEqual(none);
    const { spendCaps, customers } = await whatIf([{ plan: 'PRO', prices: [request('0.8')] }]);
    expect(spendCaps).toEqual({ exceededBefore: 0, exceededAfter: 1, beyondHardCaps: { amountMinor: '30' } });
    expect(
      customers.filter(({ exceedsSpendCap }) => exceedsSpendCap).map(({ customer }) => customer.id),
    ).toEqual([buyers[0]!.customerId]);
  });

  it('states the elasticity that it assumes, and lets demand answer by it', async () => {
    const change = [{ plan: 'SCALE', priceMinor: '99800', prices: [request('0.5')] }];
    const { assumedElasticity, plans } = await whatIf(change, { elasticity: '-1' });
    expect(assumedElasticity).toBe('-1');
    // Everything at twice the price, half as much: revenue stays, costs are half.
    const { before, after } = plans.find(({ plan }) => plan === 'SCALE')!.comparison;
    expect(after.revenue).toEqual(before.revenue);
    expect(Number(after.cost.amountMinor)).toBeCloseTo(Number(before.cost.amountMinor) / 2, -0.5);
  });

  it('names the plan that is paid, also after another one for the same money', async () => {
    const { database, events } = world.app.platform;
    const { rows } = await database.servicePool.query<{ id: string }>(
      "select id from plans where code = 'SCALE'",
    );
    const data = {
      planId: rows[0]!.id,
      planCode: 'SCALE',
      monthlyMinor: '4900',
      previousMonthlyMinor: '4900',
      currency: 'USD',
    };
    const { customerId } = buyers[1]!;
    await database.unitOfWork.run(SERVICE, () =>
      events.emit({ type: 'subscription.changed', customerId, subject: 'sub_x', data }),
    );
    await world.settle();
    const { plans } = await whatIf([]);
    expect(plans.map(({ plan, comparison }) => [plan, comparison.before.plans.amountMinor])).toEqual([
      ['FREE', '0'],
      ['PRO', '4900'],
      ['SCALE', '54800'],
    ]);
    // What is paid is no multiple of its price: it stays.
    const { ownPriceCustomers, total } = await whatIf([{ plan: 'SCALE', priceMinor: '99800' }]);
    expect(ownPriceCustomers).toBe(1);
    expect(total.difference.amountMinor).toBe('49900');
  });

  it('is asked a few times at once, and no more', async () => {
    const asked = (times: number): string =>
      `{ market { ${Array.from({ length: times }, (_, n) => `a${n}: pricingWhatIf(input: { changes: [] }) { unchangedCustomers }`).join(' ')} } }`;
    expect((await analyst.client.send(asked(2))).errors).toBeUndefined();
    const { errors } = await analyst.client.send(asked(20));
    expect(errors!.map(({ extensions }) => extensions.code)).toEqual(['TOO_COSTLY']);
  });

  it('reads the records of the customers that it looks at, and adds them up as they stand', async () => {
    const { servicePool } = world.app.platform.database;
    const ids = [...buyers, free].map(({ customerId }) => customerId);
    const values = [ids, new Date(0), new Date('2100-01-01'), 'USD', false];
    const { rows: lines } = await servicePool.query<Record<string, string>>(USED_LINES, values);
    const { rows: records } = await servicePool.query<Record<string, string>>(
      `select customer_id as "customerId", sum(requests)::text as requests, trim_scale(sum(price))::text as price,
         trim_scale(sum(cost))::text as cost from usage_records group by 1 order by 1`,
    );
    expect(
      lines.map(({ customerId, requests, price, cost }) => ({ customerId, requests, price, cost })),
    ).toEqual(records);
    const client = await servicePool.connect();
    try {
      // Of few rows a scan is the cheapest; what is asked is whether the key leads to each customer.
      await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = off');
      const { rows } = await client.query<Record<'QUERY PLAN', string>>(`explain ${USED_LINES}`, values);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond: \(\(customer_id = ANY/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('is of its months and its currency alone', async () => {
    const ago = { period: { from: '2020-01-01T00:00:00Z', to: '2020-03-01T00:00:00Z' } };
    expect((await whatIf([], ago)).total.before.revenue.amountMinor).toBe('0');
    // Dollars in one period, euros in the next, and a cap in euros that the dollars would pass.
    const moved = buyers[1]!;
    await soldIn(world, moved, 'EUR');
    await use(moved, 10);
    await moved.client.mutate(
      'spendCapSet',
      'SpendCapSetInput!',
      { amountMinor: '10', kind: 'HARD' },
      'kind',
    );
    const { total, spendCaps } = await whatIf([], {}, 'EUR');
    expect([total.before.usageExact, spendCaps.exceededBefore]).toEqual(['4', 0]);
  });

  it('refuses what could not be sold, all faults at once, and who may not know margins', async () => {
    const refused = async (changes: object[], more: object = {}, currency = 'USD'): Promise<string[]> => {
      const { errors } = await analyst.client.send(WHAT_IF, { input: { changes, ...more }, currency });
      return errors!.map(({ extensions, message }) => `${extensions.code} ${message}`);
    };
    const faults = await refused([
      { plan: 'PRO', prices: [request('-1'), request('1')] },
      { plan: 'NONE', priceMinor: '1' },
      { plan: 'ENTERPRISE', priceMinor: '100' },
    ]);
    for (const told of [
      'between 0 and',
      'a price already',
      'Nothing with this id',
      'ENTERPRISE has no price',
    ])
      expect(faults.join()).toContain(told);
    expect((await refused([{ plan: 'PRO', priceMinor: '1' }], {}, 'EUR')).join()).toContain('sold in USD');
    expect((await refused([], { elasticity: '0.5' })).join()).toContain('between −10 and 0');
    const long = { period: { from: '2020-01-01T00:00:00Z', to: '2022-01-01T00:00:00Z' } };
    expect((await refused([], long)).join()).toContain('at most 13 months');
    const reviewer = await world.staff('REVIEWER');
    await expect(reviewer.client.ask(WHAT_IF, { input: { changes: [] } })).rejects.toThrow('FORBIDDEN');
  });
});
