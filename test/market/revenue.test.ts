/** Recurring revenue as staff read it: told by subscriptions that were really bought, and adding up month by month. */
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
    await world.app.modules.market.revenue.rebuild();
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

  it('is for staff alone', async () => {
    const owner = await world.customer();
    const { errors } = await owner.client.send(VIEW);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect(await click(await checkout(owner, { plan: 'PRO' }), { act: 'cancel' })).toMatchObject({
      status: 303,
    });
  });
});
