/** Recurring revenue as staff read it: told by subscriptions that were really bought, and adding up month by month. */
import { rebuildProjection } from '../../src/platform/events';
import { click, checkout, subscribed } from '../billing/support';
import type { GraphqlClient } from '../support/client';
import { type CustomerPerson, type Person, startWorld, type World } from '../support/world';

interface Amount {
  readonly amountMinor: string;
}
interface Month {
  readonly month: string;
  readonly opening: Amount;
  readonly new: Amount;
  readonly expansion: Amount;
  readonly contraction: Amount;
  readonly churn: Amount;
  readonly reactivation: Amount;
  readonly closing: Amount;
}
interface View {
  readonly market: {
    readonly mrr: Amount & { readonly formatted: string };
    readonly movements: readonly Month[];
    readonly customersByPlan: readonly { plan: string; customers: number; mrr: Amount }[];
  };
}

const MOVES = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const;
const VIEW = `query Market($currency: String, $period: PeriodInput) { market(currency: $currency) {
  mrr { amountMinor formatted }
  movements(period: $period) { month opening { amountMinor } ${MOVES.map((move) => `${move} { amountMinor }`).join(' ')} closing { amountMinor } }
  customersByPlan { plan customers mrr { amountMinor } }
} }`;
interface Rates {
  readonly movements: readonly (Month & Record<string, unknown>)[];
  readonly cohorts: readonly {
    readonly customers: number;
    readonly months: readonly {
      readonly month: string;
      readonly age: number;
      readonly customers: number;
      readonly customersKept: number;
      readonly revenue: Amount;
      readonly revenueKept: number | null;
    }[];
  }[];
  readonly others: readonly object[];
  readonly retention: object;
  readonly longAgo: object;
}

const RETENTION =
  'customers customersKept before { amountMinor } now { amountMinor } grossRetention netRetention logoRetention';
const RATES = `query ($back: Int!) { market {
  movements { month ${[...MOVES, 'closing'].map((move) => `${move} { amountMinor }`).join(' ')} customers newCustomers churnedCustomers reactivatedCustomers arr { amountMinor }
    arpa { amountMinor } grossRetention netRetention logoChurn quickRatio lifetimeValue { amountMinor } }
  cohorts { customers months { month age customers customersKept revenue { amountMinor } revenueKept } }
  others: cohorts(period: { from: "2020-01-01T00:00:00Z", to: "2020-03-01T00:00:00Z" }) { month }
  retention(months: $back) { ${RETENTION} } longAgo: retention(months: 60) { ${RETENTION} }
} }`;
const MONTH_MS = 31 * 86_400_000;

describe('recurring revenue', () => {
  let world: World;
  let staff: Person;

  beforeAll(async () => {
    world = await startWorld();
    staff = await world.staff('ANALYST');
  });
  afterAll(() => world.close());

  async function view(variables: object = {}): Promise<View['market']> {
    await world.app.modules.billing.sandbox!.webhooks.flush();
    await world.settle();
    return (await staff.client.ask<View>(VIEW, variables as Record<string, unknown>)).market;
  }

  const numbers = (month: Month): Record<string, number> =>
    Object.fromEntries(
      [...MOVES].map((move) => [move, Number(month[move].amountMinor)]).filter(([, amount]) => amount !== 0),
    );

  function expectToAddUp(months: readonly Month[], mrr: string): void {
    months.forEach((month, place) => {
      const moved = MOVES.reduce((sum, move) => sum + BigInt(month[move].amountMinor), 0n);
      expect(BigInt(month.opening.amountMinor) + moved).toBe(BigInt(month.closing.amountMinor));
      if (place > 0) expect(month.opening).toEqual(months[place - 1]!.closing);
    });
    expect(months.at(-1)!.closing.amountMinor).toBe(mrr);
  }

  /** What moved in the present month, after a look at whether everything adds up. */
  async function lastMonth(): Promise<Record<string, number>> {
    const { mrr, movements } = await view();
    expectToAddUp(movements, mrr.amountMinor);
    return numbers(movements.at(-1)!);
  }

  async function aMonthLater(): Promise<void> {
    world.clock.advance(MONTH_MS);
    staff = await world.staff('ANALYST');
  }

  async function again({ email, password }: CustomerPerson): Promise<GraphqlClient> {
    const fields = 'session { accessToken }';
    const { session } = await world
      .client()
      .mutate<{ session: { accessToken: string } }>('signIn', 'SignInInput!', { email, password }, fields);
    return world.client(session.accessToken);
  }

  it('is nothing before anybody pays, whoever signs up', async () => {
    await world.customer();
    const { mrr, movements, customersByPlan } = await view();
    expect(mrr.formatted).toBe('0.00 USD');
    expect(movements).toHaveLength(12);
    expectToAddUp(movements, '0');
    expect(customersByPlan).toEqual([{ plan: 'FREE', customers: 1, mrr: { amountMinor: '0' } }]);
  });

  it.each(['', 'US', 'dollars', '12.'])(
    'is in a currency, and %j is none: its sums would pass for nothing',
    async (currency) => {
      const { errors } = await staff.client.send(VIEW, { currency });
      expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    },
  );

  it('follows a customer who comes, grows, leaves and returns, and always adds up', async () => {
    const owner = await subscribed(world, 'PRO');
    expect(await lastMonth()).toEqual({ new: 4900 });

    await aMonthLater();
    const client = await again(owner);
    const change = { plan: 'SCALE' };
    await client.mutate('subscriptionChange', 'SubscriptionChangeInput!', change, 'subscription { id }');
    expect(await lastMonth()).toEqual({ expansion: 45_000 });
    expect((await view()).customersByPlan.map(({ plan, customers }) => [plan, customers])).toEqual([
      ['FREE', 1],
      ['SCALE', 1],
    ]);
    await client.mutate('subscriptionCancel', 'SubscriptionCancelInput!', {}, 'subscription { cancelAt }');
    expect(await lastMonth()).toEqual({ expansion: 45_000 });

    await aMonthLater();
    await world.app.modules.billing.sandbox!.tick();
    expect(await lastMonth()).toEqual({ churn: -49_900 });

    await aMonthLater();
    const returned = { ...owner, client: await again(owner) };
    await fetch((await click(await checkout(returned, { plan: 'PRO' }), { act: 'pay' })).location!);
    expect(await lastMonth()).toEqual({ reactivation: 4900 });
  });

  it('comes to the same figures when it is built anew from the first event', async () => {
    const before = await view();
    await rebuildProjection(
      world.app.platform.database.unitOfWork,
      world.app.modules.market.revenue.projection,
    );
    await world.until(
      async () => JSON.stringify(await view()) === JSON.stringify(before),
      'the view to be rebuilt',
    );
    expect(await view()).toEqual(before);
  });

  it('leaves other currencies out, and shows any period that is asked for', async () => {
    expect((await view({ currency: 'eur' })).mrr.formatted).toBe('0.00 EUR');
    const all = await view();
    const [first] = all.movements.filter((month) => month.new.amountMinor !== '0');
    const to = new Date(Date.parse(first!.month) + 1).toISOString();
    const { movements } = await view({ period: { from: first!.month, to } });
    expect(movements).toEqual([first]);
  });

  it('tells what is left of whom, by month, since a month ago, and by cohort', async () => {
    const { movements } = await view();
    const back = movements.length - 1 - movements.findIndex((month) => numbers(month)['expansion']);
    const { market } = await staff.client.ask<{ market: Rates }>(RATES, { back });
    // The one customer came, grew, left and returned: one cohort, which adds up to each month.
    expect(market.cohorts).toHaveLength(1);
    const [cohort] = market.cohorts;
    expect(cohort!.customers).toBe(1);
    for (const { month, customers, revenue } of cohort!.months) {
      const closing = market.movements.find((row) => row.month === month)!;
      expect([revenue, customers]).toEqual([closing.closing, closing.customers]);
    }
    expect(cohort!.months.map(({ age }) => age)).toEqual(cohort!.months.map((_, place) => place));
    const kept = cohort!.months.map(({ customersKept, revenueKept }) => `${customersKept} ${revenueKept}`);
    expect(kept.filter((now, place) => now !== kept[place - 1])).toEqual([
      '1 1',
      `1 ${49_900 / 4900}`,
      '0 0',
      '1 1',
    ]);
    const moved = (kind: string) => market.movements.find((month) => numbers(month)[kind]);
    const [first, grown, left, returned] = ['new', 'expansion', 'churn', 'reactivation'].map(moved);
    expect(first).toMatchObject({ newCustomers: 1, customers: 1, grossRetention: null, quickRatio: null });
    expect(grown).toMatchObject({
      grossRetention: 1,
      netRetention: 49_900 / 4900,
      logoChurn: 0,
      lifetimeValue: null,
    });
    expect(grown).toMatchObject({ arr: { amountMinor: '598800' }, arpa: { amountMinor: '49900' } });
    expect(left).toMatchObject({
      churnedCustomers: 1,
      customers: 0,
      logoChurn: 1,
      quickRatio: 0,
      arpa: null,
    });
    expect(returned).toMatchObject({ reactivatedCustomers: 1, customers: 1, netRetention: null });
    const [then, now] = [{ amountMinor: '49900' }, { amountMinor: '4900' }];
    expect(market.retention).toMatchObject({ customers: 1, customersKept: 1, before: then, now });
    expect(market.retention).toMatchObject({ grossRetention: 4900 / 49_900, netRetention: 4900 / 49_900 });
    expect(market.longAgo).toMatchObject({ customers: 0, grossRetention: null, logoRetention: null });
    expect(market.others).toEqual([]);
  });

  it('refuses a time out of reach', async () => {
    const { errors } = await staff.client.send('{ market { retention(months: 0) { customers } } }');
    expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
  });

  it('is for staff alone', async () => {
    const owner = await world.customer();
    const { errors } = await owner.client.send(VIEW);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await click(await checkout(owner, { plan: 'PRO' }), { act: 'cancel' })).toMatchObject({
      status: 303,
    });
  });
});
