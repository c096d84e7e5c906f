/** What becomes of those who do not pay, over restarts and long absences, in the sandbox, by the real client. */
import type Stripe from 'stripe';
import { type Begun, itemOf, SandboxHouse } from './sandbox-house';

const HOUR = 3600;
const DAY = 24 * HOUR;
const START = 1775001600;
const END = 1777593600;
const TRIES = [END + HOUR, END + HOUR + 3 * DAY, END + HOUR + 8 * DAY, END + HOUR + 15 * DAY];

async function broke(house: SandboxHouse): Promise<Begun> {
  const begun = await house.subscribe(START, 2500);
  const { stripe } = house;
  const bad = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: begun.customer });
  await stripe.customers.update(begun.customer, { invoice_settings: { default_payment_method: bad.id } });
  return begun;
}

describe('the sandbox waits for money as Stripe does', () => {
  let house: SandboxHouse;

  beforeAll(async () => {
    house = await SandboxHouse.open({ afterLastTry: 'UNPAID' });
  });
  afterAll(() => house.close());

  const read = (id: string): Promise<Stripe.Subscription> => house.stripe.subscriptions.retrieve(id);

  it('tries again after three, five and seven days, also when it was restarted in between', async () => {
    const { subscription, clock } = await broke(house);
    for (const [attempt, at] of TRIES.entries()) {
      await house.advance(clock, at - 1);
      await house.restart();
      await house.advance(clock, at);
      const [invoice] = await house.invoicesOf(subscription.id);
      expect(invoice).toMatchObject({
        status: 'open',
        attempt_count: attempt + 1,
        next_payment_attempt: TRIES[attempt + 1] ?? null,
      });
      expect((await read(subscription.id)).status).toBe(attempt < 3 ? 'past_due' : 'unpaid');
    }
  });

  it('keeps invoices as drafts while nobody pays, and goes on when the latest is paid', async () => {
    const { subscription, clock, customer } = await broke(house);
    await house.advance(clock, TRIES[0]!);
    await house.advance(clock, END + 32 * DAY);
    const unpaid = await read(subscription.id);
    const [draft, open] = await house.invoicesOf(subscription.id);
    expect(unpaid.status).toBe('unpaid');
    expect([draft!.status, draft!.auto_advance, open!.status]).toEqual(['draft', false, 'open']);
    const good = await house.stripe.paymentMethods.attach('pm_card_visa', { customer });
    await house.stripe.invoices.pay(open!.id, { payment_method: good.id });
    expect((await read(subscription.id)).status).toBe('unpaid');
    await house.stripe.invoices.pay(draft!.id, { payment_method: good.id });
    expect((await read(subscription.id)).status).toBe('active');
  });

  it('keeps a failed try of a person on record, and its own schedule with it', async () => {
    const { subscription, clock } = await broke(house);
    await house.advance(clock, TRIES[0]!);
    const [before] = await house.invoicesOf(subscription.id);
    await expect(house.stripe.invoices.pay(before!.id)).rejects.toMatchObject({
      statusCode: 402,
      code: 'card_declined',
    });
    const { data } = await house.stripe.events.list({ type: 'invoice.payment_failed', limit: 10 });
    expect(data.filter(({ data: of }) => (of.object as Stripe.Invoice).id === before!.id)).toHaveLength(2);
    expect(await house.stripe.invoices.retrieve(before!.id)).toMatchObject({
      attempt_count: 1,
      next_payment_attempt: TRIES[1],
    });
  });

  it('lives through two periods in one leap of the clock as if day by day, and leaps no further', async () => {
    const leap = await house.subscribe(START, 1000);
    const walk = await house.subscribe(START, 1000);
    const end = START + 180 * DAY;
    await expect(house.advance(leap.clock, START + 62 * DAY)).rejects.toMatchObject({ param: 'frozen_time' });
    for (let at = START + 60 * DAY; at <= end; at += 60 * DAY) await house.advance(leap.clock, at);
    for (let at = START + 20 * DAY; at <= end; at += 20 * DAY) await house.advance(walk.clock, at);
    const story = async ({ subscription }: Begun): Promise<unknown[]> =>
      (await house.invoicesOf(subscription.id)).map(
        ({ created, status, total, status_transitions: when }) => [
          created,
          status,
          total,
          when.finalized_at,
          when.paid_at,
        ],
      );
    expect(await story(leap)).toHaveLength(6);
    expect(await story(leap)).toEqual(await story(walk));
    expect(itemOf(await read(leap.subscription.id)).current_period_end).toBeGreaterThan(end);
  });

  it.each([
    // 29 February of a leap year, each year: the day comes back when there is one.
    ['year', 1835438400, [1866974400, 1898510400, 1930046400, 1961668800]],
    // 31 August, every third month: November has thirty days.
    ['quarter', 1788177600, [1796040000, 1803816000, 1811764800, 1819713600]],
    ['week', START, [START + 7 * DAY, START + 14 * DAY, START + 21 * DAY, START + 28 * DAY]],
  ] as const)('keeps its day in a cycle by the %s', async (cycle, at, ends) => {
    const { id: customer, clock } = await house.customer({ at });
    const recurring =
      cycle === 'quarter'
        ? { interval: 'month' as const, interval_count: 3 }
        : { interval: cycle, interval_count: 1 };
    const price = await house.stripe.prices.create({
      currency: 'eur',
      unit_amount: 1000,
      recurring,
      product_data: { name: 'Cycle' },
    });
    const { id } = await house.stripe.subscriptions.create({ customer, items: [{ price: price.id }] });
    const found = [itemOf(await read(id)).current_period_end];
    while (found.length < ends.length) {
      await house.advance(clock, found.at(-1)!);
      found.push(itemOf(await read(id)).current_period_end);
    }
    expect(found).toEqual(ends);
  });
});
